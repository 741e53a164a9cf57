package x12

import (
	"fmt"
	"io"
	"time"

	"waybill/translators"
)

// Reply writes the acknowledgements that would answer a file, an interchange
// for each that asks for one, and says how many it wrote. Control numbers count
// from one: those of a real answer come from the partner's own sequences.
func (t *Translator) Reply(w io.Writer, rep *translators.Report, p translators.AckPolicy, now time.Time) (int, error) {
	written := 0
	for i := range rep.Interchanges {
		one := &translators.Report{Interchanges: rep.Interchanges[i : i+1]}
		acks, err := t.Acknowledge(one, p)
		if err != nil {
			return written, err
		}
		if len(acks.TA1) > 0 {
			written++
			if err := t.EncodeTA1(w, replyEnvelope(rep.Interchanges[i].Interchange, written, now), acks.TA1); err != nil {
				return written, err
			}
		}
		if len(acks.Sets) > 0 {
			written++
			if err := t.Encode(w, replyEnvelope(rep.Interchanges[i].Interchange, written, now), numbered(acks.Sets, now)); err != nil {
				return written, err
			}
		}
	}
	return written, nil
}

// replyEnvelope goes back to where the interchange came from, in its delimiters.
func replyEnvelope(to translators.Interchange, number int, now time.Time) translators.Interchange {
	d := to.Delimiters
	if d.LineEnd == "" && !isLineEnd(d.Segment) {
		d.LineEnd = "\n"
	}
	return translators.Interchange{
		Delimiters:      d,
		SenderQualifier: to.ReceiverQualifier, Sender: to.Receiver,
		ReceiverQualifier: to.SenderQualifier, Receiver: to.Sender,
		Date: now.Format("060102"), Time: now.Format("1504"),
		Standard: to.Standard, Version: to.Version, Control: fmt.Sprintf("%09d", number), Usage: to.Usage,
	}
}

// numbered puts each acknowledgement into a group of its own.
func numbered(acks []translators.Acknowledgement, now time.Time) func(func(*translators.Set, error) bool) {
	return func(yield func(*translators.Set, error) bool) {
		for i, a := range acks {
			set := *a.Set
			set.Control = "0001"
			set.Group.Control = fmt.Sprint(i + 1)
			set.Group.Date, set.Group.Time = now.Format("20060102"), now.Format("1504")
			if !yield(&set, nil) {
				return
			}
		}
	}
}
