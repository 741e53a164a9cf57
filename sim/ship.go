package sim

import (
	"fmt"
	"strconv"
	"strings"
)

// ship writes the 945s of a warehouse order: all of it in one or two shipments,
// less what is short.
func (c *Counterpart) ship(order ReceivedSet) []replySet {
	parts := max(c.o.Parts, 1)
	var out []replySet
	for part := 1; part <= parts; part++ {
		out = append(out, replySet{"SW", c.report(order, part, parts)})
	}
	return out
}

// report writes the 945 of one shipment.
func (c *Counterpart) report(order ReceivedSet, part, parts int) string {
	day := c.o.Now().UTC().Format("20060102")
	var head, parties, body, after []string
	total := 0
	for _, s := range order.Segments {
		switch s[0] {
		case "W05":
			head = s
		case "N1":
			if element(s, 1) == "ST" || element(s, 1) == "WH" {
				parties = append(parties, strings.Join(s, "*"))
			}
		case "LX":
			body = append(body, "LX*"+element(s, 1))
		case "W01":
			text, shipped, instead := c.pick(s, part, parts)
			total += shipped
			body = append(body, text)
			after = instead
		case "N9":
			if element(s, 1) == "LI" {
				line := strings.Join(s, "*")
				body = append(body, line)
				if len(after) > 0 { // it is of the same line
					body, after = append(append(body, after...), line), nil
				}
			}
		}
	}
	shipment, master, linked := "SH-"+element(head, 2), element(head, 5), ""
	if parts > 1 { // W0607 and W0608 come together
		shipment, master, linked = fmt.Sprintf("%s-%d", shipment, part), or(master, element(head, 2)), fmt.Sprintf("%03d%03d", part, parts)
	}
	w06 := strings.TrimRight(fmt.Sprintf("W06*F*%s*%s*%s**%s*%s*%s", element(head, 2), day, shipment, element(head, 3), master, linked), "*")
	lines := append([]string{w06}, parties...)
	lines = append(lines, "G62*11*"+day)
	lines = append(lines, body...)
	return written("945", append(lines, fmt.Sprintf("W03*%d", total)))
}

// pick writes the W12 of a line: CC where all that is left is shipped, CP where
// less is, PR where another shipment follows, CE where more than ordered is; and
// what is shipped in place of what is short, with IS.
func (c *Counterpart) pick(w01 []string, part, parts int) (segment string, shipped int, instead []string) {
	ordered, _ := strconv.Atoi(element(w01, 1)) // the simulated orders are of whole pieces
	unit, item := element(w01, 2), paired(w01, 4, "VN")
	short := min(c.o.Short[item], ordered)
	status := "CC"
	switch {
	case part < parts:
		status, short = "PR", ordered-ordered/2
	case parts > 1:
		ordered -= ordered / 2
		short = min(short, ordered)
	}
	if short > 0 && part == parts {
		status = "CP"
	}
	shipped = ordered - short
	if over := c.o.Over[item]; over > 0 && part == parts {
		status, shipped, short = "CE", ordered+over, over
	}
	segment = fmt.Sprintf("W12*%s*%d*%d*%d*%s**VN*%s", status, ordered, shipped, short, unit, item)
	if other := c.o.Substitutes[item]; other != "" && status == "CP" {
		instead = []string{fmt.Sprintf("W12*IS**%d**%s**VN*%s*********VN*%s", short, unit, other, item)}
		shipped += short
	}
	return segment, shipped, instead
}

// written puts ST and SE around the segments of a set.
func written(set string, segments []string) string {
	lines := append([]string{"ST*" + set + "*0001"}, segments...)
	return strings.Join(append(lines, fmt.Sprintf("SE*%d*0001", len(lines)+1)), "~\n") + "~\n"
}
