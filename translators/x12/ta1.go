package x12

import (
	"io"

	"github.com/moov-io/x12/pkg/segments"

	"waybill/translators"
)

// EncodeTA1 writes an interchange that holds interchange acknowledgements and no group.
func (t *Translator) EncodeTA1(w io.Writer, ic translators.Interchange, answers []translators.Answer) error {
	e := &encoder{ic: ic}
	e.header()
	if len(answers) == 0 {
		e.refuse("TA1", 0, "there is nothing to write", "", "at least one answer")
	}
	for _, a := range answers {
		e.answer(a)
	}
	e.envelope(&segments.IEA{NumberOfFunctionalGroups: "0", InterchangeControlNumber: ic.Control}, 2)
	if err := e.verify(t); err != nil {
		return err
	}
	_, err := w.Write(e.out.Bytes())
	return err
}

// answer writes a TA1: the control number, date and time of what is answered,
// the verdict and a note (X12 I12, I08, I09, I17, I18).
func (e *encoder) answer(a translators.Answer) {
	note := "000"
	if len(a.Codes) > 0 {
		note = a.Codes[0]
	}
	values := []string{a.Interchange, a.Date, a.Time, a.Code, note}
	seg := translators.Segment{ID: "TA1", Elements: make([]translators.Element, len(values))}
	for i, width := range []int{9, 6, 4, 1, 3} {
		if len(values[i]) != width {
			e.refuse("TA1", i+1, "the element does not have its fixed width", values[i], atMost(width)+" characters, no less")
		}
		seg.Elements[i].Text = values[i]
	}
	e.line(&seg, false)
}
