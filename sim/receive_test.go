package sim

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"waybill/transports"
	"waybill/transports/as2"
)

// ack997 is a 997 that accepts or rejects one group with one order.
func ack997(control int, group, result string) []byte {
	return []byte(fmt.Sprintf("ISA*00*          *00*          *ZZ*OURCO          *ZZ*ACMERETAIL     *261116*0831*U*00401*%09d*0*P*>~\n"+
		"GS*FA*OURCO*ACMERETAIL*20261116*0831*%d*X*004010~\nST*997*0001~\nAK1*PO*%s~\nAK2*850*0001~\nAK5*%s~\nAK9*%s*1*1*1~\nSE*6*0001~\nGE*1*%d~\nIEA*1*%09d~\n",
		control, control, group, result, result, control, control))
}

// reply sends something to the partner as the gateway does.
func (h *house) reply(t testing.TB, id string, body []byte) (transports.Receipt, error) {
	t.Helper()
	s := as2.NewSender(func() (as2.Partnership, error) { return h.terms, nil }, as2.SenderOptions{})
	prep, err := s.Prepare(t.Context(), transports.Outgoing{Message: id, File: id + ".edi", ContentType: "application/edi-x12"}, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return s.Send(t.Context(), prep, bytes.NewReader(body))
}

func TestReceive(t *testing.T) {
	h := open(t)
	for range 2 {
		r, err := h.reply(t, "01A", ack997(1, "101", "A"))
		if err != nil || !r.Settled || r.State != "accepted" || !strings.Contains(r.Summary, "MIC matched") {
			t.Fatalf("got %+v, %v", r, err)
		}
		if got := h.partner.Received(); !bytes.Contains(r.Evidence, got[0].MDN) || len(got[0].MDN) == 0 {
			t.Error("the partner's receipt is not what the gateway got")
		}
	}
	got := h.partner.Received()
	if len(got) != 1 || got[0].Repeats != 1 || !strings.HasPrefix(got[0].MessageID, "01A@") || !bytes.Equal(got[0].Interchange, ack997(1, "101", "A")) || got[0].NotRead != "" {
		t.Fatalf("got %+v", got)
	}
	if a := got[0].Answers; len(a) != 1 || a[0].Group != "101" || a[0].Result != "A" || len(a[0].Sets) != 1 || a[0].Sets[0] != (AckSet{"850", "0001", "A"}) {
		t.Errorf("answers %+v", a)
	}
	if r, err := h.reply(t, "01B", []byte("nonsense")); err != nil || r.State != "accepted" {
		t.Errorf("something else: %+v, %v", r, err)
	}
	if got := h.partner.Received(); len(got) != 2 || got[1].NotRead == "" {
		t.Error("what is no interchange is read as one")
	}
}

// Every fault of the partner's receipts has the effect that it is named after.
func TestReceiveFaults(t *testing.T) {
	for fault, want := range map[MDNFault]struct {
		state string // "" is an attempt that failed
		says  string
		kept  int
	}{
		Fine:        {"accepted", "MIC matched", 1},
		Unreachable: {"", "post to", 0},
		Fails:       {"", "500", 0},
		NoMDN:       {"", "post to", 1},
		BadMIC:      {"errors", "MIC is not that", 1},
		UnsignedMDN: {"errors", "signature", 1},
	} {
		t.Run(or(string(fault), "fine"), func(t *testing.T) {
			h := open(t)
			h.partner.Use(MDNFaults{Script: []MDNFault{fault}})
			r, err := h.reply(t, "01A", ack997(1, "101", "A"))
			if said := fmt.Sprint(r.Summary, err); r.State != want.state || (err == nil) != (want.state != "") || !strings.Contains(said, want.says) {
				t.Errorf("got %q: %s", r.State, said)
			}
			if n := len(h.partner.Received()); n != want.kept {
				t.Errorf("%d kept, want %d", n, want.kept)
			}
			r, err = h.reply(t, "01A", ack997(1, "101", "A"))
			if err != nil || r.State != "accepted" {
				t.Errorf("the message after it: %+v, %v", r, err)
			}
			if n := len(h.partner.Received()); n != 1 {
				t.Errorf("%d kept in the end, want 1", n)
			}
		})
	}
}

func TestReceiveAlways(t *testing.T) {
	h := open(t)
	h.partner.Use(MDNFaults{Script: []MDNFault{Fine}, Always: Fails})
	for i, ok := range []bool{true, false, false} {
		if _, err := h.reply(t, fmt.Sprintf("01A%d", i), ack997(i+1, "101", "A")); (err == nil) != ok {
			t.Errorf("message %d: %v", i, err)
		}
	}
}

// The partner takes messages of its gateway only, signed and encrypted.
func TestReceiveRefuses(t *testing.T) {
	_, theirs := keys(t)
	for name, change := range map[string]func(h *house){
		"unsigned":     func(h *house) { h.terms.Sign = 0 },
		"unencrypted":  func(h *house) { h.terms.Encrypt = "" },
		"another pair": func(h *house) { h.terms.Them = "SOMEBODY" },
		"another key":  func(h *house) { h.terms.Ours[0] = theirs },
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			change(h)
			r, err := h.reply(t, "01A", ack997(1, "101", "A"))
			if err == nil && r.State == "accepted" || len(h.partner.Received()) != 0 {
				t.Errorf("taken: %+v", r)
			}
		})
	}
}

// Only a signed receipt can be spoilt.
func TestSpoil(t *testing.T) {
	h := open(t)
	a := &recorder{header: http.Header{"Content-Type": {"text/plain"}}}
	for _, f := range []MDNFault{BadMIC, UnsignedMDN} {
		if err := h.partner.spoil(a, f); err == nil {
			t.Errorf("%s: a page was spoilt", f)
		}
	}
	if err := h.partner.spoil(a, Fine); err != nil || a.body.Len() != 0 {
		t.Errorf("a good answer was changed: %v", err)
	}
}
