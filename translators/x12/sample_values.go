package x12

import "strconv"

// sampleAt is a place in a sample: which document of a file, which line of it,
// and what the lines up to it came to.
type sampleAt struct {
	o                                        *SampleOptions
	document, line, quantity, cents, product int
	sum, amount                              int
}

// next goes to the next line.
func (at *sampleAt) next() {
	at.line++
	n := at.line + 31*at.document
	at.product = n
	at.quantity, at.cents = 12*(1+n%5), 415+85*(n%7)
	at.sum += at.quantity
	at.amount += at.quantity * at.cents
}

// total goes behind the last line.
func (at *sampleAt) total() { at.line = 0 }

// append writes what a word with @ stands for.
func (at *sampleAt) append(b []byte, word string) []byte {
	switch word {
	case "@po":
		return strconv.AppendInt(append(b, "N-"...), int64(77120+at.document), 10)
	case "@date":
		return at.o.At.AppendFormat(b, "20060102")
	case "@later":
		return at.o.At.AddDate(0, 0, 9).AppendFormat(b, "20060102")
	case "@lines":
		return strconv.AppendInt(b, int64(at.o.Lines), 10)
	case "@levels":
		return strconv.AppendInt(b, int64(at.o.Lines+2), 10)
	case "@sum":
		return strconv.AppendInt(b, int64(at.sum), 10)
	case "@cents":
		return strconv.AppendInt(b, int64(at.amount), 10)
	case "@total":
		return appendMoney(b, at.amount)
	case "@store":
		return appendDigits(append(b, "NORTH STORE "...), at.document%9000, 4)
	}
	return at.appendLine(b, word)
}

// appendLine writes what a word says of the line.
func (at *sampleAt) appendLine(b []byte, word string) []byte {
	switch word {
	case "@line":
		return strconv.AppendInt(b, int64(at.line), 10)
	case "@number":
		return appendDigits(b, at.line+at.document%9000, 4)
	case "@level":
		return strconv.AppendInt(b, int64(at.line+2), 10)
	case "@quantity":
		return strconv.AppendInt(b, int64(at.quantity), 10)
	case "@price":
		return appendMoney(b, at.cents)
	case "@upc":
		from := len(b)
		b = appendDigits(append(b, "6141410"...), at.product%10_000, 4)
		return append(b, checkDigit(b[from:]))
	case "@sku":
		return strconv.AppendInt(append(b, "SKU-"...), int64(1000+at.product), 10)
	case "@buyer":
		return appendDigits(append(b, 'B'), at.product*7919%10_000_000, 7)
	case "@stock":
		return appendDigits(b, at.product, 12)
	case "@item":
		return append(b, sampleItem(at.product)...)
	case "@text":
		return append(append(b, sampleItem(at.product)...), ", WHITE, RETAIL BOX"...)
	}
	return append(b, word...)
}

func sampleItem(n int) string {
	return [...]string{"DESK LAMP", "LED LAMP A19 9W", "LED LAMP BR30 11W", "EXTENSION CORD 10FT", "NIGHT LIGHT", "WALL TIMER", "POWER STRIP 6"}[n%7]
}

// appendDigits writes n in at least so many digits.
func appendDigits(b []byte, n, width int) []byte {
	for ; width > 1; width-- {
		if n < pow10(width-1) {
			b = append(b, '0')
		}
	}
	return strconv.AppendInt(b, int64(n), 10)
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// checkDigit is the last digit of a UPC: with it, three times the digits at odd
// places and once the others make a multiple of ten.
func checkDigit(code []byte) byte {
	sum := 0
	for i, c := range code {
		sum += int(c-'0') * (3 - i%2*2)
	}
	return byte('0' + (10-sum%10)%10)
}

// appendMoney writes cents as an R element: without zeros that say nothing.
func appendMoney(b []byte, cents int) []byte {
	b = strconv.AppendInt(b, int64(cents/100), 10)
	if cents%100 == 0 {
		return b
	}
	b = append(b, '.', byte('0'+cents/10%10))
	if cents%10 == 0 {
		return b
	}
	return append(b, byte('0'+cents%10))
}
