package x12

// numbers are the control numbers that were seen: a bit for each of digits, since
// they mostly come one after another, and as they are for the others.
type numbers struct {
	digits map[uint64]uint64 // by length and number/64
	others map[string]struct{}
	at     uint64 // the word of digits that is not yet stored, and its key
	bits   uint64
}

// add says whether the number is new. It has at most nine characters.
func (n *numbers) add(control string) bool {
	if !digits(control) || len(control) > 18 {
		if n.others == nil {
			n.others = map[string]struct{}{}
		}
		_, seen := n.others[control]
		n.others[control] = struct{}{}
		return !seen
	}
	value := uint64(number(control))
	key, bit := uint64(len(control))<<58|value>>6, uint64(1)<<(value&63)
	if key != n.at {
		if n.digits == nil {
			n.digits = map[uint64]uint64{}
		}
		n.digits[n.at] = n.bits
		n.at, n.bits = key, n.digits[key]
	}
	seen := n.bits&bit != 0
	n.bits |= bit
	return !seen
}

// size is about what they take, in words.
func (n *numbers) size() int { return len(n.digits) + len(n.others) }
