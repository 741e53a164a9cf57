package sim

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// acks is a 997 for one group.
const acks = "ISA*00*          *00*          *ZZ*OURCO          *ZZ*ACME           *261116*0830*^*00401*000000007*0*P*>~GS*FA*OURCO*ACME*20261116*0830*7*X*004010~ST*997*0001~AK1*PO*1~AK9*A*1*1*1~SE*4*0001~GE*1*7~IEA*1*000000007~"

// A file partner uploads until it is told that its file is stored, and reads what
// stands for it. The server here is a plain one, so the paths are its directory's.
func TestFilePartner(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"inbound", "outbound"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s, err := OpenFileServer(dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := OpenFilePartner("acme", "ACME")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, _, err := ssh.ParseAuthorizedKey([]byte(p.PublicKey())); err != nil {
		t.Errorf("the public key: %v", err)
	}
	p.Join(s.Address())
	session, err := p.session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := session.upload(filepath.Join(dir, "inbound", "po.edi"), strings.NewReader("ISA")); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "inbound", "po.edi")); err != nil || string(got) != "ISA" {
		t.Errorf("found %q, %v", got, err)
	}
	short, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer end()
	if sent, err := p.Deliver(short, []byte("ISA"), How{}); err == nil || sent.Accepted() || sent.Attempts < 1 {
		t.Errorf("a directory that is not there: %+v, %v", sent, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := p.Fetch(t.Context()); err == nil {
		t.Error("a server that is gone gave files")
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if got, err := ReadAcks([]byte(acks)); err != nil || len(got) != 1 {
		t.Errorf("found %v, %v", got, err)
	}
}
