package mailbox

import "strings"

// Find finds the one account that a mail is from, by its sender and its subject.
// One that names the address goes before those that name its domain, and one with
// a pattern for the subject before those without.
func Find(all []Account, address, subject string) (Account, error) {
	var best []Account
	most := 0
	for _, a := range all {
		switch n := a.fits(address, subject); {
		case n == 0 || n < most:
		case n > most:
			best, most = []Account{a}, n
		default:
			best = append(best, a)
		}
	}
	switch len(best) {
	case 0:
		return Account{}, ErrUnknownSender
	case 1:
		return best[0], nil
	}
	return Account{}, ErrManySenders
}

// fits says how well a mail fits an account: 0 is not at all.
func (a *Account) fits(address, subject string) int {
	if a.Subject != "" && !like(a.Subject, subject) {
		return 0
	}
	n := 0
	for _, from := range a.From {
		switch {
		case !strings.HasPrefix(from, "@") && strings.EqualFold(from, address):
			n = max(n, 3)
		case strings.HasPrefix(from, "@") && hasSuffixFold(address, from):
			n = max(n, 1)
		}
	}
	if n > 0 && a.Subject != "" {
		n++
	}
	return n
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) > len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// like says whether a text is as a pattern says, in any case of letters: * stands
// for any letters or none, ? for one.
func like(pattern, text string) bool {
	p, t := []rune(strings.ToLower(pattern)), []rune(strings.ToLower(text))
	star, back := -1, 0
	i, j := 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, back = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i, j = i+1, j+1
		case star >= 0:
			back++
			i, j = star+1, back
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
