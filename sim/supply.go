package sim

import (
	"fmt"
	"strings"
)

// supply answers a purchase order: it is accepted, shipped and billed as a whole.
func (c *Counterpart) supply(order ReceivedSet) []replySet {
	now := c.o.Now().UTC()
	p := purchase{day: now.Format("20060102"), clock: now.Format("1504")}
	for _, s := range order.Segments {
		switch {
		case s[0] == "BEG":
			p.po, p.ordered = element(s, 3), element(s, 5)
		case s[0] == "N1" && element(s, 1) == "ST":
			p.shipTo = strings.Join(s, "*")
		case s[0] == "PO1":
			p.lines = append(p.lines, s)
		}
	}
	return []replySet{{"PR", p.response()}, {"SH", p.notice()}, {"IN", p.bill()}}
}

// purchase is what a supplier reads of an 850.
type purchase struct {
	po, ordered, day, clock string
	shipTo                  string // N1
	lines                   [][]string
}

// response writes the 855.
func (p purchase) response() string {
	lines := []string{fmt.Sprintf("BAK*00*AC*%s*%s****SO-%s*%s", p.po, p.ordered, p.po, p.day)}
	for _, l := range p.lines {
		lines = append(lines, strings.Join(l, "*"), fmt.Sprintf("ACK*IA*%s*%s", element(l, 2), element(l, 3)))
	}
	return written("855", append(lines, fmt.Sprintf("CTT*%d", len(p.lines))))
}

// notice writes the 856: shipment, order, items.
func (p purchase) notice() string {
	lines := []string{fmt.Sprintf("BSN*00*SH-%s*%s*%s*0004", p.po, p.day, p.clock), "HL*1**S*1", "DTM*011*" + p.day, "N1*SF*SUPPLIER PLANT 1*91*P1"}
	if p.shipTo != "" {
		lines = append(lines, p.shipTo)
	}
	lines = append(lines, "HL*2*1*O*1", fmt.Sprintf("PRF*%s***%s", p.po, p.ordered))
	for n, l := range p.lines {
		lines = append(lines, fmt.Sprintf("HL*%d*2*I*0", n+3), strings.Join(append([]string{"LIN", element(l, 1)}, l[min(6, len(l)):]...), "*"),
			fmt.Sprintf("SN1**%s*%s", element(l, 2), element(l, 3)))
	}
	return written("856", append(lines, fmt.Sprintf("CTT*%d", len(p.lines)+2)))
}

// bill writes the 810.
func (p purchase) bill() string {
	lines := []string{fmt.Sprintf("BIG*%s*INV-%s*%s*%s***DI*00", p.day, p.po, p.ordered, p.po), "CUR*SE*USD", "N1*RE*SUPPLIER ACCOUNTS*91*P1"}
	due := amount("0")
	for _, l := range p.lines {
		due = due.Add(amount(element(l, 2)).Mul(amount(element(l, 4))))
		lines = append(lines, "IT1"+strings.TrimPrefix(strings.Join(l, "*"), "PO1"))
	}
	return written("810", append(lines, "TDS*"+due.Shift(2).StringFixed(0), fmt.Sprintf("CTT*%d", len(p.lines))))
}
