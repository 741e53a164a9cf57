package translators

// Accepts says whether a set counts as accepted under the policy. Nothing is
// accepted of an interchange or a group that is refused; a set that is not
// whole, or of a kind that is not known, is refused under every policy.
func (p AckPolicy) Accepts(ic *InterchangeReport, g *GroupReport, s *SetReport) bool {
	if ic.Refused() || g.Refused() {
		return false
	}
	if s.Accepted {
		return true
	}
	return p.Mode == "with-errors" && s.readable()
}

// Refused says whether the envelope of the interchange is broken.
func (ic *InterchangeReport) Refused() bool {
	for _, p := range ic.Problems {
		if !p.Warning {
			return true
		}
	}
	return false
}

// Refused says whether the group as a whole cannot be accepted. A wrong count
// (X12 716 = 5) says nothing against the sets that came.
func (g *GroupReport) Refused() bool {
	for _, p := range g.Problems {
		if !p.Warning && p.Code != "5" {
			return true
		}
	}
	return false
}

// readable says whether all that is wrong is in segments and elements.
func (s *SetReport) readable() bool {
	for _, p := range s.Problems {
		if p.Level == AtSet && !p.Warning {
			return false
		}
	}
	return true
}
