package partners

import (
	"fmt"
	"strings"

	"waybill/settings"
)

// pair is who sends to whom, by the qualifiers and ids of an ISA (ISA05 to ISA08).
type pair struct{ them, us identity }

// identity is one end of a pair.
type identity struct{ qualifier, id string }

// String writes the identity as people do: ZZ:ACMERETAIL.
func (i identity) String() string { return i.qualifier + ":" + i.id }

// ByEnvelope finds the partner that sends under these ISA ids to that identity
// of ours. All four must match exactly, trailing blanks aside. The error says
// what is near; it is worked out only when somebody reads it.
func (b *Book) ByEnvelope(senderQualifier, sender, receiverQualifier, receiver string) (*Profile, error) {
	p := pair{
		them: identity{trim(senderQualifier), trim(sender)},
		us:   identity{trim(receiverQualifier), trim(receiver)},
	}
	if found, ok := b.byPair[p]; ok {
		return found, nil
	}
	return nil, &unknownPair{book: b, pair: p}
}

func trim(s string) string { return strings.TrimRight(s, " ") }

// unknownPair says that no profile has the pair.
type unknownPair struct {
	book *Book
	pair pair
}

// Temporary is false: only a new or mended profile helps.
func (e *unknownPair) Temporary() bool { return false }

// Hint says who must act.
func (e *unknownPair) Hint() string { return "add the partner's ISA ids to a profile" }

// Error names what was found and what is near.
func (e *unknownPair) Error() string {
	senders := e.book.senders()
	known, ok := senders[e.pair.them.String()]
	if !ok {
		return fmt.Sprintf("no partner sends as %s%s", e.pair.them, e.near(senders))
	}
	var to []string
	for _, p := range known {
		to = append(to, fmt.Sprintf("%s sends as %s to %s", p.name, e.pair.them, p.us()))
	}
	return fmt.Sprintf("%s, not to %s", strings.Join(to, ", "), e.pair.us)
}

// near suggests the sender that was probably meant.
func (e *unknownPair) near(senders map[string][]*Profile) string {
	words := make([]string, 0, len(senders))
	for _, p := range e.book.profiles { // by name, so that the answer is always the same
		for _, them := range p.identities() {
			if them.id == e.pair.them.id {
				return fmt.Sprintf("; did you mean %s of %s?", them, p.name)
			}
			words = append(words, them.String())
		}
	}
	if word := settings.Suggest(e.pair.them.String(), words); word != "" {
		return fmt.Sprintf("; did you mean %s of %s?", word, senders[word][0].name)
	}
	return ""
}

// senders groups the profiles by the identity they send as.
func (b *Book) senders() map[string][]*Profile {
	out := map[string][]*Profile{}
	for _, p := range b.profiles {
		for _, them := range p.identities() {
			out[them.String()] = append(out[them.String()], p)
		}
	}
	return out
}
