package translators

// Accepts says whether a set counts as accepted under the policy, see Judge.
func (p AckPolicy) Accepts(ic *InterchangeReport, g *GroupReport, s *SetReport) bool {
	return p.Judge(ic)(g, s)
}

// Judge returns what says of the sets of an interchange whether each counts as
// accepted. Nothing is accepted of an interchange or a group that is refused; a
// set that is not whole, or of a kind that is not known, is refused under every
// policy. Where a refusal reaches as far as the group or the interchange, that is
// worked out once.
func (p AckPolicy) Judge(ic *InterchangeReport) func(*GroupReport, *SetReport) bool {
	broken := ic.Refused()
	spoiled := map[int]bool{} // groups, by index
	if p.Per == "group" || p.Per == "interchange" {
		for i := range ic.Groups {
			g := &ic.Groups[i]
			spoiled[g.Index] = !p.takes(g)
			broken = broken || p.Per == "interchange" && spoiled[g.Index]
		}
	}
	return func(g *GroupReport, s *SetReport) bool {
		return !broken && !spoiled[g.Index] && !g.Refused() && p.set(s)
	}
}

// takes says whether a group and all of its sets would be accepted on their own.
func (p AckPolicy) takes(g *GroupReport) bool {
	if g.Refused() {
		return false
	}
	for i := range g.Sets {
		if !p.set(&g.Sets[i]) {
			return false
		}
	}
	return true
}

// set judges a set by itself.
func (p AckPolicy) set(s *SetReport) bool {
	return s.Accepted || (p.Mode == "with-errors" || p.Mode == "accept") && s.readable()
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
