package sim

import "fmt"

// Order940 writes an interchange with one warehouse order, 004010, of the items
// and quantities of the 850 that has the same Spec. Its number is that of the
// purchase order behind WO-.
func Order940(s Spec) []byte {
	s = s.filled()
	lines := []string{
		"W05*N*WO-" + s.PO + "*" + s.PO, "N1*ST*ACME DC 002*92*0002", "N3*102 DEPOT ROAD", "N4*KANSAS CITY*MO*64120*US",
		"N1*WH*OURCO WAREHOUSE*91*RNO", "N1*DE*" + s.Sender + "*91*" + s.Sender,
	}
	total := 0
	for _, l := range s.goods() {
		total += l.pieces
		lines = append(lines, fmt.Sprintf("LX*%d", l.number), fmt.Sprintf("W01*%d*EA**VN*SKU-%05d", l.pieces, l.item), fmt.Sprintf("N9*LI*%d", l.number))
	}
	c := Counterpart{o: CounterpartOptions{ID: s.Sender, Gateway: s.Receiver}}
	return c.at(s.Date, "OW", s.Control, written("940", append(lines, fmt.Sprintf("W76*%d", total))))
}
