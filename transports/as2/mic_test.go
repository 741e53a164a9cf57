package as2

import (
	"bytes"
	"compress/zlib"
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// byHand is the entity that RFC 4130 §7.3.1 wants the MIC of, cut out of a
// message with OpenSSL, zlib and string functions alone.
func byHand(t *testing.T, p Partnership, m packed) []byte {
	t.Helper()
	contentType, body := m.header.Get("Content-Type"), m.body
	headed := false // body begins with a MIME header
	for range 4 {
		switch {
		case strings.Contains(contentType, "enveloped-data"):
			body, headed = openedByOpenSSL(t, body), true
		case strings.Contains(contentType, "compressed-data"):
			body, headed = unzippedByHand(t, body), true
		case strings.HasPrefix(contentType, "multipart/signed"):
			_, boundary, _ := strings.Cut(contentType, `boundary="`)
			boundary = "--" + strings.TrimSuffix(boundary, `"`)
			return []byte(strings.Split("\r\n"+string(body), "\r\n"+boundary)[1][2:])
		default:
			return body
		}
		if headed {
			head, rest, _ := bytes.Cut(body, []byte("\r\n\r\n"))
			if !bytes.Contains(head, []byte("multipart/signed")) && !bytes.Contains(head, []byte("pkcs7-mime")) {
				return body
			}
			line, _, _ := strings.Cut(string(head), "\r\n")
			contentType, body = strings.TrimPrefix(line, "Content-Type: "), rest
		}
	}
	t.Fatalf("too many layers for %s", p.Them)
	return nil
}

func openedByOpenSSL(t *testing.T, der []byte) []byte {
	t.Helper()
	us := actors(t).us
	out := filepath.Join(t.TempDir(), "out")
	cmd := exec.Command(needs(t, "openssl", "openssl"), "cms", "-decrypt", "-binary", "-inform", "DER", "-in", writeFile(t, "message", der),
		"-recip", certFile(t, us.Certificate), "-inkey", keyFile(t, us), "-out", out)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// unzippedByHand finds the zlib stream in BER pieces of 04 82 xx xx.
func unzippedByHand(t *testing.T, ber []byte) []byte {
	t.Helper()
	at := bytes.Index(ber, []byte{0x24, 0x80})
	if at < 0 {
		t.Fatal("no string in pieces")
	}
	var z []byte
	for rest := ber[at+2:]; rest[0] == 4; {
		var piece []byte
		var err error
		if rest, err = asn1.Unmarshal(rest, &piece); err != nil {
			t.Fatal(err)
		}
		z = append(z, piece...)
	}
	r, err := zlib.NewReader(bytes.NewReader(z))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The MIC that the receiver answers with is the one that somebody gets who never
// saw this code; and so is the one that the sender expects.
func TestMICByHand(t *testing.T) {
	ours, theirs := terms(t)
	ours.Require = Require{}
	r := receive(t, ours)
	for name, change := range map[string]func(*Partnership){
		"plain":                         func(p *Partnership) { p.Sign, p.Encrypt = 0, "" },
		"signed":                        func(p *Partnership) { p.Encrypt = "" },
		"signed, base64":                func(p *Partnership) { p.Encrypt, p.Base64 = "", true },
		"encrypted":                     func(p *Partnership) { p.Sign = 0 },
		"signed and encrypted":          func(*Partnership) {},
		"compressed":                    func(p *Partnership) { p.Sign, p.Encrypt, p.Compress = 0, "", CompressBefore },
		"compressed, signed":            func(p *Partnership) { p.Encrypt, p.Compress = "", CompressBefore },
		"compressed, signed, encrypted": func(p *Partnership) { p.Compress = CompressBefore },
		"signed, compressed, encrypted": func(p *Partnership) { p.Compress = CompressAfter },
		"compressed, encrypted":         func(p *Partnership) { p.Sign, p.Compress = 0, CompressAfter },
	} {
		t.Run(name, func(t *testing.T) {
			p := theirs
			change(&p)
			m := pack(t, p, "01A"+strings.ReplaceAll(name, " ", "-"), order())
			entity := byHand(t, p, m)
			want := sha256.Sum256(entity)
			opaque := name == "signed, base64" || strings.HasPrefix(name, "compressed, signed")
			if !opaque && !bytes.Contains(entity, order()) {
				t.Errorf("that is not the document: %.80q", entity)
			}
			mdn := m.send(t, r.url).mdn(t)
			if !mdn.Disposition.Accepted() || mdn.MICHash != crypto.SHA256 || !bytes.Equal(mdn.MIC, want[:]) {
				t.Errorf("the receiver's MIC %x, by hand %x; %s", mdn.MIC, want, mdn.Disposition)
			}
			rec, err := post(t, r.url, p, "01B"+strings.ReplaceAll(name, " ", "-"), order())
			if err != nil || rec.State != stateAccepted || !strings.Contains(rec.Summary, "MIC matched") {
				t.Errorf("%+v, %v", rec, err)
			}
		})
	}
}

// The algorithm that the request names is the one that the MIC is made by, in
// the spelling of the request, whatever signed the message.
func TestMICAlgorithmOfTheRequest(t *testing.T) {
	ours, theirs := terms(t)
	theirs.Encrypt, ours.Require.Encrypted = "", false
	r := receive(t, ours)
	for list, want := range map[string]crypto.Hash{"sha1": crypto.SHA1, "SHA-256": crypto.SHA256, "md5, sha-512, sha1": crypto.SHA512, "sha2-384": crypto.SHA384, "md5": crypto.SHA256} {
		m := pack(t, theirs, "01A"+strings.ReplaceAll(list, " ", ""), order())
		m.header["Disposition-Notification-Options"] = []string{"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, " + list}
		h := want.New()
		h.Write(byHand(t, theirs, m))
		got := m.send(t, r.url)
		if mdn := got.mdn(t); mdn.MICHash != want || !bytes.Equal(mdn.MIC, h.Sum(nil)) {
			t.Errorf("%s: %v %x", list, mdn.MICHash, mdn.MIC)
		}
	}
}

// A partner who reads the rules another way is told which way that is.
func TestMICVariants(t *testing.T) {
	_, theirs := terms(t)
	content := bytes.ReplaceAll(order(), []byte("\r\n"), []byte("\n"))
	s := NewSender(always(theirs), SenderOptions{})
	prep, err := s.Prepare(t.Context(), outgoing("01A"), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	m := pack(t, theirs, "01A", content)
	entity := byHand(t, theirs, m)
	head, body, _ := bytes.Cut(entity, []byte("\r\n\r\n"))
	canonical := bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n"))
	for says, octets := range map[string][]byte{
		"without the MIME header":                                  body,
		"without the MIME header and with all lines ended by CRLF": canonical,
		"with the MIME header and all lines ended by CRLF":         bytes.Join([][]byte{head, canonical}, []byte("\r\n\r\n")),
		"not that of what was sent":                                []byte("something else"),
	} {
		sum := sha256.Sum256(octets)
		rec := judged(t, s, prep.State, content, base64.StdEncoding.EncodeToString(sum[:])+", sha256")
		if !strings.HasSuffix(rec, says) || !strings.HasPrefix(rec, stateErrors) {
			t.Errorf("%s: %s", says, rec)
		}
	}
	sum := sha256.Sum256(entity)
	if rec := judged(t, s, prep.State, content, base64.StdEncoding.EncodeToString(sum[:])+", sha256"); !strings.HasPrefix(rec, stateAccepted) {
		t.Errorf("the right one: %s", rec)
	}
}

// judged is what an attempt makes of a signed MDN with this MIC.
func judged(t *testing.T, s *Sender, prepared, content []byte, mic string) string {
	t.Helper()
	p, err := s.terms()
	if err != nil {
		t.Fatal(err)
	}
	var st state
	if err := json.Unmarshal(prepared, &st); err != nil {
		t.Fatal(err)
	}
	us := actors(t).us
	r := receipt{from: "X", to: "Y", originalID: st.MessageID, disposition: Disposition{Type: "processed"}, mic: mic, signer: &us, hash: crypto.SHA256}
	b, err := r.build(time.Now(), cryptoRand())
	if err != nil {
		t.Fatal(err)
	}
	h, body := splitReceipt(t, b)
	m, err := ParseMDN(h, body)
	if err != nil {
		t.Fatal(err)
	}
	a := &attempt{Sender: s, p: &p, st: &st, content: bytes.NewReader(content)}
	state, summary := a.judge(t.Context(), m)
	return state + ": " + summary
}
