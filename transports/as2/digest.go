package as2

import (
	"bytes"
	"crypto"
	"hash"
)

// Form is the form of the octets over which a signature held. Gateways and
// products rewrite line ends, so more than one is tried, in this order.
type Form string

// The forms: as received, with the part's header lines ended by CRLF, with all
// lines ended by CRLF.
const (
	FormRaw    Form = "raw"
	FormHeader Form = "header-crlf"
	FormAll    Form = "all-crlf"
)

// digester computes the four digests over the three forms of an entity in one
// pass. A form costs nothing until it differs from the one before.
type digester struct {
	raw    *sums
	header *sums // nil while it equals raw
	all    *sums // nil while it equals header
	cr     bool  // the last body octet was a carriage return
}

// sums is one set of the four running digests.
type sums [4]hash.Hash

func newSums() *sums {
	var s sums
	for i, n := range hashNames() {
		s[i] = n.hash.New()
	}
	return &s
}

func (s *sums) Write(b []byte) (int, error) {
	for _, h := range s {
		h.Write(b)
	}
	return len(b), nil
}

func (s *sums) clone() (*sums, error) {
	var c sums
	for i, h := range s {
		// The standard library's hashes can be cloned.
		cl, err := h.(hash.Cloner).Clone()
		if err != nil {
			return nil, err
		}
		c[i] = cl
	}
	return &c, nil
}

func (s *sums) digests() Digests {
	d := make(Digests, len(s))
	for i, n := range hashNames() {
		d[n.hash] = s[i].Sum(nil)
	}
	return d
}

// newDigester begins with the octets of the entity's header.
func newDigester(header []byte) *digester {
	d := &digester{raw: newSums()}
	d.raw.Write(header)
	if canon := toCRLF(header); !bytes.Equal(canon, header) {
		d.header = newSums()
		d.header.Write(canon)
	}
	return d
}

// Write takes the body.
func (d *digester) Write(b []byte) (int, error) {
	if d.all == nil {
		if at := bareLF(b, d.cr); at >= 0 {
			if err := d.fork(b[:at]); err != nil {
				return 0, err
			}
			d.writeAll(b[at:])
		}
	} else {
		d.writeAll(b)
	}
	d.raw.Write(b)
	if d.header != nil {
		d.header.Write(b)
	}
	if len(b) > 0 {
		d.cr = b[len(b)-1] == '\r'
	}
	return len(b), nil
}

// fork splits off the third form at the first line that ends in LF alone.
func (d *digester) fork(before []byte) (err error) {
	from := d.raw
	if d.header != nil {
		from = d.header
	}
	if d.all, err = from.clone(); err != nil {
		return err
	}
	d.all.Write(before)
	if len(before) > 0 {
		d.cr = before[len(before)-1] == '\r'
	}
	return nil
}

func (d *digester) writeAll(b []byte) {
	cr := d.cr
	for len(b) > 0 {
		at := bareLF(b, cr)
		if at < 0 {
			d.all.Write(b)
			return
		}
		d.all.Write(b[:at])
		d.all.Write([]byte("\r\n"))
		b, cr = b[at+1:], false
	}
}

// bareLF finds the first LF without CR before it; cr says that the octet before
// b was one.
func bareLF(b []byte, cr bool) int {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], '\n')
		if i < 0 {
			return -1
		}
		at := from + i
		if at == 0 && !cr || at > 0 && b[at-1] != '\r' {
			return at
		}
		from = at + 1
	}
}

func toCRLF(b []byte) []byte {
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
}

// formed is the digests of one form.
type formed struct {
	form Form
	sums Digests
}

// forms lists the distinct forms in the order in which they are tried.
func (d *digester) forms() []formed {
	list := []formed{{FormRaw, d.raw.digests()}}
	if d.header != nil {
		list = append(list, formed{FormHeader, d.header.digests()})
	}
	if d.all != nil {
		list = append(list, formed{FormAll, d.all.digests()})
	}
	return list
}

// digest returns a function for cms that looks a digest up; nil for algorithms
// that are not computed.
func (f formed) digest(h crypto.Hash) []byte { return f.sums[h] }
