package folder

import (
	"fmt"
	"time"

	"waybill/files"
)

// Step is one step of a test of the way.
type Step struct {
	Name, Text, Hint string
	Err              error
	Took             time.Duration
}

// Test lists the directory that we take from, and writes, reads and removes a
// probe in the one that we write to.
func (p *Profile) Test(now func() time.Time) []Step {
	var steps []Step
	step := func(name, hint string, do func() (string, error)) {
		began := now()
		text, err := do()
		steps = append(steps, Step{Name: name, Text: text, Hint: hint, Err: err, Took: now().Sub(began)})
	}
	if p.In.Dir != "" {
		step("listing "+p.In.Dir, "see that the directory is there, mounted, and ours to read", p.In.look)
	}
	if p.Out.Dir != "" {
		step("probe in "+p.Out.Dir, "see that the directory is there, mounted, has room, and is ours to write", p.Out.probe)
	}
	return steps
}

// look counts what stands there.
func (b *InBlock) look() (string, error) {
	d, err := files.Open(b.Dir)
	if err != nil {
		return "", err
	}
	defer d.Close()
	list, err := d.List()
	return fmt.Sprintf("it can be read; %d files stand there", len(list)), err
}

// probe writes, reads and removes a file with a name that nobody takes.
func (b *OutBlock) probe() (string, error) {
	d, err := files.Open(b.Dir)
	if err != nil {
		return "", err
	}
	defer d.Close()
	return "written, read and removed", d.Probe(files.Temporary("waybill-probe"))
}
