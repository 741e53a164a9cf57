package mailbox

import (
	"bufio"

	"waybill/transports"
)

// notice reads a report on a mail of ours: it was delivered, it was not, it was
// read. What it does not answer is held for a person.
func (d *desk) notice(l received, src *sticky, br *bufio.Reader) (transports.Verdict, error) {
	return held(l, "", &hold{"MAIL-NOTICE", "a notice of a mail server, " + l.subject + ", answers nothing that we sent", "read it; drop it where it is of no concern"}), src.err
}
