package gateway

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"

	"waybill/partners"
	"waybill/settings"
	"waybill/transports"
	"waybill/transports/folder"
)

// folderDoor is one partner's folder block, its directories as paths of this machine.
type folderDoor struct {
	profile   folder.Profile
	suspended bool
}

// attachFolder reads a profile's folder block.
func (g *Gateway) attachFolder(d *doors, p *partners.Profile) []settings.Problem {
	node, file, ok := p.Block("folder")
	if !ok {
		return nil
	}
	profile := folder.DefaultProfile()
	found := settings.DecodeBlock(file, node, "folder", &profile)
	if settings.Fatal(found) {
		return found
	}
	found = append(found, settings.Place(file, node, "folder", profile.Check())...)
	var more []settings.Problem
	for _, x := range []struct {
		key string
		dir *string
	}{{"in.dir", &profile.In.Dir}, {"out.dir", &profile.Out.Dir}} {
		if *x.dir == "" {
			continue
		}
		*x.dir = g.config.path(*x.dir)
		if _, err := os.Stat(*x.dir); err != nil {
			more = append(more, settings.Problem{Key: x.key, Warning: true, Text: err.Error(),
				Hint: "make the directory, or mount it; nothing is made by itself, and until it is there nothing comes or leaves this way"})
		}
	}
	if other, taken := d.dirs[profile.In.Dir]; taken && profile.In.Dir != "" {
		more = append(more, settings.Problem{Key: "in.dir", Text: fmt.Sprintf("%s is where the files of partner %s come from", profile.In.Dir, other), Hint: "give each partner a directory of its own"})
	}
	found = append(found, settings.Place(file, node, "folder", more)...)
	if settings.Fatal(found) {
		return found
	}
	d.dirs[profile.In.Dir] = p.Name()
	d.folder[p.Name()] = &folderDoor{profile, p.Status() == partners.Suspended}
	return found
}

// folderLooks are the directories that something is taken from.
func (g *Gateway) folderLooks() []look {
	d, ok := g.shelf.Current().Attached.(*doors)
	if !ok {
		return nil
	}
	var out []look
	for _, name := range slices.Sorted(maps.Keys(d.folder)) {
		x := d.folder[name]
		if x.profile.In.Dir == "" || x.suspended {
			continue
		}
		out = append(out, look{
			lock: "folder:" + name, every: x.profile.Every, failed: "directory not read", log: g.o.Log.With("door", folder.Door, "partner", name),
			once: func(ctx context.Context, in transports.Inbox, l look) error {
				f := folder.Fetch{Partner: name, Block: x.profile.In, Now: g.o.Now, Log: l.log, Keep: l.keep}
				_, err := f.Once(ctx, in)
				return err
			},
		})
	}
	return out
}

// folderSender is how files go into a partner's directory.
func (d *doors) folderSender(p *partners.Profile) (transports.Sender, error) {
	door := d.folder[p.Name()]
	if door == nil || door.profile.Out.Dir == "" {
		return nil, fmt.Errorf("partner %s has no folder.out.dir to send to", p.Name())
	}
	out := door.profile.Out
	return &folder.Put{Dir: out.Dir, Name: out.Name, Done: out.Done}, nil
}

// reachFolder tests a partner's directories.
func (g *Gateway) reachFolder(p *partners.Profile) []Step {
	d, ok := g.shelf.Current().Attached.(*doors)
	if !ok || d.folder[p.Name()] == nil {
		return nil
	}
	var steps []Step
	for _, x := range d.folder[p.Name()].profile.Test(g.o.Now) {
		step := Step{Name: "folder " + x.Name, State: StepOK, Text: x.Text, Took: x.Took}
		if x.Err != nil {
			step.State, step.Text, step.Hint = StepFailed, x.Err.Error(), x.Hint
		}
		steps = append(steps, step)
	}
	return steps
}
