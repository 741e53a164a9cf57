package partners

// unsaid is what holds where neither the profile nor defaults.yaml says more.
func unsaid() file {
	return file{
		Priority: 5,
		X12: x12File{
			OtherRelease: "accept", Trailing: "optional", InData: "refuse", UsageMismatch: "hold",
			Delimiters: delimitersFile{Element: "*", Component: ">", Segment: "~", LineEnd: "none"},
			Control: controlFile{
				Interchange: isaNumbersFile{Start: 1, Per: "pair"},
				Group:       gsNumbersFile{Start: 1, Length: 1, Per: "function"},
				Set:         stNumbersFile{Start: 1, Length: 4, Per: "group"},
			},
			Duplicate: duplicateFile{Action: "hold"},
		},
		Acknowledge: acknowledgeFile{
			Functional:  functionalFile{Send: "997", Detail: "errors", Accept: "strict", Per: "set", List: "all"},
			Interchange: interchangeFile{Send: "never"},
		},
	}
}

// unsaidCalendar is what holds where a calendar says nothing: whole days from
// Monday to Friday.
func unsaidCalendar() calendarFile {
	return calendarFile{Days: []string{"mon", "tue", "wed", "thu", "fri"}, Hours: hoursFile{From: "00:00", To: "24:00"}}
}
