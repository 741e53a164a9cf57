package as2

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"testing"
)

// ciphertext is an encrypted message in three: what stands before its blocks,
// the blocks, what stands behind them.
type ciphertext struct {
	before, blocks []byte
}

const blockSize = 16

// cutCiphertext finds the blocks of a small message of ours: one octet string
// inside the only [0] of indefinite length behind the algorithm.
func cutCiphertext(t testing.TB, message []byte) ciphertext {
	t.Helper()
	at := bytes.LastIndex(message, []byte{0xa0, 0x80, 0x04, 0x82})
	if at < 0 {
		t.Fatal("the blocks are not where they were")
	}
	n := int(message[at+4])<<8 | int(message[at+5])
	blocks := message[at+6 : at+6+n]
	if n%blockSize != 0 || len(message) != at+6+n+10 {
		t.Fatalf("%d octets of blocks in %d", n, len(message))
	}
	return ciphertext{message[:at+2], blocks}
}

// with is the message with other blocks.
func (c ciphertext) with(blocks []byte) []byte {
	n := len(blocks)
	head := []byte{0x04, 0x82, byte(n >> 8), byte(n)}
	return bytes.Join([][]byte{c.before, head, blocks, make([]byte, 10)}, nil)
}

// oneLine is a message of some fifty blocks.
func oneLine(t testing.TB, theirs Partnership, id string) packed {
	return pack(t, theirs, id, []byte("PO1*1*12*EA*9.99**UP*012345678905~\r\n"))
}

// answered judges a message without a network and says what can be seen of the
// answer.
func answered(t *testing.T, ours Partnership, m packed) string {
	t.Helper()
	req, err := readRequest(canonical(m.header))
	if err != nil {
		t.Fatal(err)
	}
	x := &exchange{door: &door{o: NewReceiver(ReceiverOptions{Lookup: table{ours}}).o}, terms: ours, req: req}
	v, err := x.judge(&inMemory{m.body})
	if err != nil {
		t.Fatal(err)
	}
	h, body := splitReceipt(t, v.Receipt)
	return shape(t, answerTo{200, h, body})
}

// A stranger who has a message of the partner's puts blocks of his own into it:
// what he writes, what he wants to read, and what sets the chain right again, at
// every place. Whatever it decrypts to, the answer is the same (EFAIL; Jager and
// Somorovsky).
func TestSplicedBlocksLookAlike(t *testing.T) {
	ours, theirs := terms(t)
	theirs.Compress = CompressNone
	m := oneLine(t, theirs, "01A")
	c := cutCiphertext(t, m.body)
	if got := answered(t, ours, packed{m.header, c.with(c.blocks)}); !bytes.Contains([]byte(got), []byte("processed,")) {
		t.Fatalf("as it was sent: %s", got)
	}
	seen := map[string]int{}
	target := c.blocks[5*blockSize : 6*blockSize]
	own := make([]byte, blockSize)
	step := blockSize
	if testing.Short() {
		step = 5 * blockSize
	}
	for at := 0; at <= len(c.blocks); at += step {
		if _, err := rand.Read(own); err != nil {
			t.Fatal(err)
		}
		var again []byte
		if at > 0 {
			again = c.blocks[at-blockSize : at]
		}
		inserted := bytes.Join([][]byte{c.blocks[:at], own, target, again, c.blocks[at:]}, nil)
		cut := bytes.Join([][]byte{c.blocks[:at], own, target}, nil)
		for _, blocks := range [][]byte{inserted, cut} {
			seen[answered(t, ours, packed{m.header, c.with(blocks)})]++
		}
	}
	alike(t, seen)
}

// Every octet of the blocks, of the initial vector and of the wrapped key is
// changed: decryption-failed, and nothing else.
func TestChangedOctetsLookAlike(t *testing.T) {
	ours, theirs := terms(t)
	m := oneLine(t, theirs, "01A")
	c := cutCiphertext(t, m.body)
	from := bytes.Index(m.body, theirs.EncryptTo[0].RawIssuer) + len(theirs.EncryptTo[0].RawIssuer) + 60 // in the key
	step := 7
	if testing.Short() {
		step = 53
	}
	seen := map[string]int{}
	for at := from; at < len(c.before)+4+len(c.blocks); at += step {
		b := bytes.Clone(m.body)
		b[at] ^= byte(1 + at%255)
		got := answered(t, ours, packed{m.header, b})
		if bytes.Contains([]byte(got), []byte("processed,")) {
			t.Logf("octet %d changes nothing that counts", at)
			continue
		}
		seen[got]++
	}
	alike(t, seen)
}

// The last block is the stranger's: its padding is right once in 256 times, and
// then the message looks like all others.
func TestPaddingLooksAlike(t *testing.T) {
	ours, theirs := terms(t)
	m := oneLine(t, theirs, "01A")
	c := cutCiphertext(t, m.body)
	tries := 256 // every last octet once: one of them makes good padding
	if testing.Short() {
		tries = 60
	}
	seen := map[string]int{}
	own := make([]byte, blockSize)
	for i := range tries {
		own[blockSize-1], own[0] = byte(i), byte(i>>8)
		seen[answered(t, ours, packed{m.header, c.with(bytes.Join([][]byte{c.blocks, own, c.blocks[:blockSize]}, nil))})]++
	}
	alike(t, seen)
}

func alike(t *testing.T, seen map[string]int) {
	t.Helper()
	if len(seen) == 1 {
		for shape, n := range seen {
			if !bytes.Contains([]byte(shape), []byte("decryption-failed")) {
				t.Errorf("%d answers: %s", n, shape)
			}
			t.Logf("%d answers: %s", n, shape)
		}
		return
	}
	text := ""
	for shape, n := range seen {
		text += fmt.Sprintf("\n%d times %s", n, shape)
	}
	t.Errorf("%d answers can be told apart:%s", len(seen), text)
}
