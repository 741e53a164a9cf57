package mailbox

import (
	"bufio"
	"strings"

	"waybill/transports"
	"waybill/transports/entity"
)

// notice reads a report on a mail of ours: it was delivered, it was not, it was
// read. What it does not answer is held for a person.
func (d *desk) notice(l received, src *sticky, br *bufio.Reader) (transports.Verdict, error) {
	f, _, err := entity.ReadFields(br)
	var r *Report
	if err == nil {
		r, err = ReadReport(f, br)
	}
	if src.err != nil {
		return transports.Verdict{}, src.err
	}
	if err != nil || !d.ours(r.Original) {
		return held(l, "", &hold{"MAIL-NOTICE", "a notice of a mail server, " + l.subject + ", answers nothing that we sent", "read it; drop it where it is of no concern"}), nil
	}
	v := transports.Verdict{Answers: r.Answers(), Evidence: []byte(string(r.Fate) + " <" + r.Original + ">: " + r.Text)}
	v.Labels = []transports.Label{{Name: "notice", Value: string(r.Fate)}, {Name: "about", Value: r.Original}}
	if l.id != "" {
		v.Dedupe = "mailbox-notice:" + l.id
	}
	return v, nil
}

// ours says whether a Message-ID is one that we give: they end in the domain of
// our address.
func (d *desk) ours(id string) bool {
	_, domain, _ := strings.Cut(d.address, "@")
	_, at, _ := strings.Cut(id, "@")
	return strings.EqualFold(domain, at)
}
