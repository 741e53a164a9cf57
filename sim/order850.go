package sim

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Spec says which 850 Order850 writes. Every field has a useful zero value.
type Spec struct {
	Sender, Receiver string    // ISA06 and ISA08 with qualifier ZZ, GS02 and GS03; default ACMERETAIL and OURCO
	Control          int       // ISA13 and GS06; 0 is 1
	PO               string    // default one made of Control
	Lines            int       // 0 is 3
	Date             time.Time // 0 is 2026-11-16 08:30
	Usage            string    // ISA15: P, the default, or T
	LineEnd          string    // after each segment, such as "\n"
}

// Order850 writes an interchange with one purchase order, 004010: the same for
// the same Spec, real-looking in its parts, its counts and totals right.
func Order850(s Spec) []byte {
	s = s.filled()
	w := &writer{end: "~" + s.LineEnd}
	day, clock := s.Date.Format("20060102"), s.Date.Format("1504")
	w.seg("ISA", "00", pad(""), "00", pad(""), "ZZ", wide(s.Sender), "ZZ", wide(s.Receiver), day[2:], clock,
		"U", "00401", fmt.Sprintf("%09d", s.Control), "0", s.Usage, ">")
	w.seg("GS", "PO", s.Sender, s.Receiver, day, clock, fmt.Sprint(s.Control), "X", "004010")
	w.count = 0
	s.heading(w, day)
	quantity, cents := s.lines(w)
	w.seg("CTT", fmt.Sprint(s.Lines), fmt.Sprint(quantity))
	w.seg("AMT", "TT", money(cents))
	w.seg("SE", fmt.Sprint(w.count+1), "0001")
	w.seg("GE", "1", fmt.Sprint(s.Control))
	w.seg("IEA", "1", fmt.Sprintf("%09d", s.Control))
	return []byte(w.b.String())
}

func (s Spec) filled() Spec {
	s.Sender, s.Receiver, s.Usage = or(s.Sender, "ACMERETAIL"), or(s.Receiver, "OURCO"), or(s.Usage, "P")
	s.Control = max(s.Control, 1)
	s.PO = or(s.PO, fmt.Sprintf("45%08d", s.Control))
	if s.Lines < 1 {
		s.Lines = 3
	}
	if s.Date.IsZero() {
		s.Date = time.Date(2026, 11, 16, 8, 30, 0, 0, time.UTC)
	}
	return s
}

// heading writes ST to the N1 loops.
func (s Spec) heading(w *writer, day string) {
	dated := func(days int) string { return s.Date.AddDate(0, 0, days).Format("20060102") }
	w.seg("ST", "850", "0001")
	w.seg("BEG", "00", "SA", s.PO, "", day)
	w.seg("CUR", "BY", "USD")
	w.seg("REF", "DP", "031")
	w.seg("REF", "IA", "70512")
	w.seg("PER", "BD", "DANA REYES", "TE", "5550100123", "EM", "dana.reyes@acme.example")
	w.seg("FOB", "CC", "OR")
	w.seg("SAC", "A", "C310", "", "", "", "Z", "2", "", "", "", "", "02", "", "", "NEW STORE ALLOWANCE")
	w.seg("ITD", "01", "3", "2", "", "10", "", "30")
	w.seg("DTM", "037", dated(2))
	w.seg("DTM", "038", dated(7))
	w.seg("DTM", "001", dated(18))
	w.seg("TD5", "", "2", "WBFL", "M", "LTL COLLECT")
	w.seg("N1", "BT", "ACME RETAIL INC", "92", "0001")
	w.seg("N3", "1 ACME PLAZA")
	w.seg("N4", "CHICAGO", "IL", "60601", "US")
	store := 1 + s.Control%97
	w.seg("N1", "ST", fmt.Sprintf("ACME DC %03d", store), "92", fmt.Sprintf("%04d", store))
	w.seg("N3", fmt.Sprintf("%d DEPOT ROAD", 100+store))
	w.seg("N4", "KANSAS CITY", "MO", "64120", "US")
}

// good is one line of an order.
type good struct{ number, item, pieces, cents int }

// goods are the lines of the order.
func (s Spec) goods() []good {
	random := rand.New(rand.NewPCG(uint64(s.Control), uint64(s.Lines)))
	var out []good
	for n := 1; n <= s.Lines; n++ {
		item := random.IntN(90000) + 10000
		out = append(out, good{n, item, 12 * (1 + random.IntN(100)), 50 + random.IntN(20000)})
	}
	return out
}

// lines writes the PO1 loops and returns the totals.
func (s Spec) lines(w *writer) (quantity, cents int) {
	for _, g := range s.goods() {
		quantity, cents = quantity+g.pieces, cents+g.pieces*g.cents
		w.seg("PO1", fmt.Sprint(g.number), fmt.Sprint(g.pieces), "EA", money(g.cents), "PE",
			"IN", fmt.Sprintf("A-%05d", g.item), "UP", upc(g.item), "VN", fmt.Sprintf("SKU-%05d", g.item))
		w.seg("PID", "F", "", "", "", product(g.item))
		w.seg("PO4", fmt.Sprint(12))
	}
	return quantity, cents
}

// product names an item.
func product(item int) string {
	things := []string{"LED LAMP A19 9W", "LED LAMP BR30 11W", "EXTENSION CORD 3M", "WALL SWITCH WHITE", "SMOKE DETECTOR 9V", "DOOR CHIME WIRELESS", "NIGHT LIGHT"}
	return things[item%len(things)]
}

// upc is a 12-digit article number with its check digit.
func upc(item int) string {
	digits := fmt.Sprintf("614141%05d", item)
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (3 - 2*(i%2))
	}
	return digits + fmt.Sprint((10-sum%10)%10)
}

// money writes cents as X12 writes decimals: no zeros that say nothing.
func money(cents int) string {
	text := fmt.Sprintf("%d.%02d", cents/100, cents%100)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

func pad(s string) string  { return fmt.Sprintf("%-10s", s) }
func wide(s string) string { return fmt.Sprintf("%-15s", s) }

// writer writes segments and counts them.
type writer struct {
	b     strings.Builder
	end   string
	count int
}

func (w *writer) seg(elements ...string) {
	w.count++
	w.b.WriteString(strings.Join(elements, "*") + w.end)
}
