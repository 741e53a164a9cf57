// Package x12 reads and writes X12 interchanges: delimiters from the ISA,
// envelopes with their counts and control numbers, transaction sets held
// against schemas, and the acknowledgements 997, 999 and TA1. Schemas are data,
// see schemas/; no segment has Go code of its own but the envelope, HL and the
// acknowledgements.
package x12

import "waybill/translators"

// Translator is the X12 translator. It holds no state between calls.
type Translator struct {
	library *Library
	guide   *translators.Schema // holds where Options name no rules; nil for none
	agreed  agreement           // hold where Options name no rules
	strict  bool                // asks for business warnings where Options name no rules
}

var _ translators.Translator = (*Translator)(nil)

// agreement is what was agreed of characters and separators, see translators.Rules.
type agreement struct{ charset, trailing string }

// New returns a translator that finds schemas in the library where the caller names none.
func New(l *Library) *Translator { return &Translator{library: l} }
