package translators

// AckPolicy is what a partner's profile says about acknowledgements.
type AckPolicy struct {
	Functional  string // "997", "999" or "" for none
	Detail      string // "errors" (AK3/AK4 for refused sets) or "none"
	Accepted    bool   // an AK2 also for sets that were accepted
	Mode        string // "reject" (default), "with-errors": problems are noted and the set accepted, "accept": accepted, and nothing noted
	Per         string // how far a refusal reaches: "set" (default), its "group" or its "interchange"
	Interchange string // TA1: "never" (default), "on-error", "always", "on-request"
}

// Acks are the answers to one Report. A TA1 is not a set.
type Acks struct {
	Sets []Acknowledgement // one per functional group that asks for one
	TA1  []Answer
}

// Acknowledgement is a 997 or 999 to be sent for one group. Its control number
// is the envelope's affair.
type Acknowledgement struct {
	Set         *Set
	Interchange Interchange // of what is answered
	Group       Group       // of what is answered
}

// Answer is one verdict about something we sent (or, in Acks, received).
type Answer struct {
	Level       Level  // interchange, group or set
	Interchange string // ISA13 that is answered, for a TA1
	Functional  string // AK101
	Group       string // AK102
	SetID       string // AK201; "" where the answer is about the whole group
	Control     string // AK202
	Result      string // accepted, acceptedWithErrors, partiallyAccepted, rejected
	Code        string // as sent: A, E, P, R, M, W, X; TA104
	Codes       []string
	Words       []string // Codes in words; "" for one that we have no words for
	Included    int      // AK902…04; -1 where not said
	Received    int
	Accepted    int
	Problems    []Problem
	Date, Time  string // TA102, TA103
}
