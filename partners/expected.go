package partners

// expectFile is what the partner owes us for what we send.
type expectFile struct {
	Functional owedAckFile             `yaml:"functional"`
	Receipt    owedAckFile             `yaml:"receipt"`
	Documents  map[string]owedDocument `yaml:"documents"`
}

// owedAckFile is an acknowledgement that we expect.
type owedAckFile struct {
	For      []string `yaml:"for"`                         // our sets that must be answered; all that go out where nothing is said
	Within   string   `yaml:"within"`                      // 24h, or 2d; days are working days of the calendar
	Calendar string   `yaml:"calendar"`                    // that of the partner where nothing is said
	Overdue  []string `yaml:"overdue" words:"alert hold"`  // what happens when none came: alert, hold what we send next
	Rejected []string `yaml:"rejected" words:"alert hold"` // what happens when ours was refused: alert, hold what we send next
}

// owedDocument is a document of theirs that answers one of ours.
type owedDocument struct {
	For      string   `yaml:"for"`                        // our set that it answers
	Within   string   `yaml:"within"`                     // 24h, or 2d; days are working days of the calendar
	Calendar string   `yaml:"calendar"`                   // that of the partner where nothing is said
	Overdue  []string `yaml:"overdue" words:"alert hold"` // what happens when none came
}
