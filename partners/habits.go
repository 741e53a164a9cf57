package partners

import (
	"cmp"

	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

// Habits is what a configuration says of us, and need not be asked again.
type Habits struct {
	Us      Party  // our ISA qualifier and id
	AS2     string // our AS2 identifier
	Version string // of X12
}

// ReadHabits reads what defaults.yaml in dir says, and what all partners agree
// on; where two differ it is what defaults.yaml says, or nothing. What is wrong
// with the files is Open's affair.
func ReadHabits(dir string) (defaults, common Habits) {
	t, _ := readTree(dir)
	l := loader{tree: t}
	node := l.defaults()
	if node != nil {
		defaults = habits("", node)
	}
	common = defaults
	first := true
	for _, name := range l.names() {
		file := "partners/" + name + ".yaml"
		own, found := settings.Parse(file, t.files[file])
		if own == nil || settings.Fatal(found) {
			continue
		}
		h := habits(file, merge(own, node))
		if h.AS2 == "" { // a partner without AS2 says nothing of it
			h.AS2 = common.AS2
		}
		if first {
			common, first = h, false
		}
		common = common.both(h)
	}
	return defaults, common.or(defaults)
}

// habits is what one file says.
func habits(file string, node *yaml.Node) Habits {
	f := unsaid()
	_ = settings.Decode(file, node, &f)
	var as2 struct {
		Us string `yaml:"us"`
	}
	_ = f.AS2.Decode(&as2) // the block is checked by its transport
	us := f.X12.Us
	if us.Group == us.ID {
		us.Group = ""
	}
	return Habits{Us: us, AS2: as2.Us, Version: f.X12.Version}
}

// both keeps what the two have in common.
func (h Habits) both(other Habits) Habits {
	if h.Us != other.Us {
		h.Us = Party{}
	}
	if h.AS2 != other.AS2 {
		h.AS2 = ""
	}
	if h.Version != other.Version {
		h.Version = ""
	}
	return h
}

// or fills what is not said from the others.
func (h Habits) or(others Habits) Habits {
	if h.Us == (Party{}) {
		h.Us = others.Us
	}
	return Habits{Us: h.Us, AS2: cmp.Or(h.AS2, others.AS2), Version: cmp.Or(h.Version, others.Version)}
}
