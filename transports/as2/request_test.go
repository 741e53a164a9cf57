package as2

import (
	"crypto"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/transports"
)

func TestParseReceiptRequest(t *testing.T) {
	for options, want := range map[string]receiptRequest{
		"": {wanted: true},
		"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha256, sha1": {wanted: true, signed: true, micalgs: []string{"sha256", "sha1"}},
		"signed-receipt-protocol=required,pkcs7-signature;signed-receipt-micalg=required,SHA-512":         {wanted: true, signed: true, micMust: true, micalgs: []string{"SHA-512"}},
		"Signed-Receipt-Protocol = optional , \"pkcs7-signature\" ; Signed-Receipt-Micalg=sha1":           {wanted: true, signed: true, micalgs: []string{"sha1"}},
		"signed-receipt-protocol=optional,x-pkcs7-signature":                                              {wanted: true, signed: true},
		"signed-receipt-protocol=required, pgp-signature":                                                 {wanted: true, required: true},
		"signed-receipt-protocol=optional, pgp-signature":                                                 {wanted: true},
		";;=;signed-receipt-micalg":                                                                       {wanted: true},
	} {
		h := http.Header{"Disposition-Notification-To": {"x"}, "Disposition-Notification-Options": {options}}
		if diff := cmp.Diff(want, parseReceiptRequest(h), cmp.AllowUnexported(receiptRequest{})); diff != "" {
			t.Errorf("%s: %s", options, diff)
		}
	}
	if r := parseReceiptRequest(http.Header{"Disposition-Notification-To": {"x"}, "Receipt-Delivery-Option": {"http://x"}}); !r.async {
		t.Error("an asynchronous receipt was not seen")
	}
	if r := parseReceiptRequest(http.Header{}); r.wanted {
		t.Error("a receipt that nobody asked for")
	}
}

func TestMicalg(t *testing.T) {
	for name, c := range map[string]struct {
		r    receiptRequest
		sig  crypto.Hash
		want crypto.Hash
		as   string
	}{
		"first supported of the request": {receiptRequest{micalgs: []string{"md5", "SHA-1", "sha256"}}, crypto.SHA512, crypto.SHA1, "SHA-1"},
		"else the signature's":           {receiptRequest{}, crypto.SHA512, crypto.SHA512, "sha512"},
		"none supported, not required":   {receiptRequest{micalgs: []string{"md5"}}, crypto.SHA384, crypto.SHA384, "sha384"},
		"else SHA-256":                   {receiptRequest{}, 0, crypto.SHA256, "sha256"},
	} {
		h, as, f := c.r.micalg(c.sig, false)
		if f != nil || h != c.want || as != c.as {
			t.Errorf("%s: %v %q %v", name, h, as, f)
		}
	}
	if _, _, f := (receiptRequest{micalgs: []string{"md5"}, micMust: true}).micalg(0, false); f == nil || f.kind != failMICAlg {
		t.Errorf("required and not supported: %v", f)
	}
}

func TestReadRequest(t *testing.T) {
	h := http.Header{"As2-From": {"PY AS2"}, "As2-To": {`"US X"`}, "Message-Id": {"<a@b>"}, "Content-Type": {"x/y"}}
	r, err := readRequest(h)
	if err != nil || r.them != "PY AS2" || r.us != "US X" || r.messageID != "<a@b>" {
		t.Errorf("%+v, %v", r, err)
	}
	for _, v := range hostile() {
		for _, name := range []string{"As2-From", "As2-To"} {
			h := h.Clone()
			h[name] = []string{v}
			if _, err := readRequest(h); err == nil {
				t.Errorf("%s %q was taken", name, v)
			} else if strings.ContainsAny(err.Error(), "\r\n\x00") {
				t.Errorf("the error repeats control characters: %q", err)
			}
		}
		h := h.Clone()
		h["Message-Id"] = []string{v}
		if r, err := readRequest(h); err != nil || r.messageID != "" {
			t.Errorf("Message-ID %q: %q, %v", v, r.messageID, err)
		}
	}
}

func TestArrival(t *testing.T) {
	hr := httptest.NewRequest(http.MethodPost, "/as2", nil)
	hr.Header = http.Header{"As2-From": {"A"}, "As2-To": {"B"}, "Message-Id": {"<1@x>"}, "Authorization": {"Basic c2VjcmV0"},
		"Content-Disposition": {`attachment; filename="../po.edi"`}}
	r, err := readRequest(hr.Header)
	if err != nil {
		t.Fatal(err)
	}
	got := r.arrival(hr, "acme")
	want := transports.Arrival{Door: "as2", Partner: "acme", Remote: hr.RemoteAddr, File: "po.edi",
		Headers: []transports.Header{{Name: "AS2-From", Value: "A"}, {Name: "AS2-To", Value: "B"},
			{Name: "Content-Disposition", Value: `attachment; filename="../po.edi"`}, {Name: "Message-ID", Value: "<1@x>"}},
		Labels: []transports.Label{{Name: "as2-from", Value: "A"}, {Name: "as2-to", Value: "B"}, {Name: "as2-message-id", Value: "1@x"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A header line that comes twice and differs is no header line to go by.
func TestRepeatedHeaders(t *testing.T) {
	good := http.Header{"As2-From": {"A"}, "As2-To": {"B"}, "Message-Id": {"<x@y>"}, "Content-Type": {"text/plain"}}
	for name := range good {
		same, other := good.Clone(), good.Clone()
		same[name] = append(same[name], same[name][0])
		other[name] = append(other[name], "C")
		if _, err := readRequest(same); err != nil {
			t.Errorf("%s twice the same: %v", name, err)
		}
		if _, err := readRequest(other); err == nil {
			t.Errorf("%s twice passed", name)
		}
	}
}
