package gateway_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"waybill/cms"
	"waybill/example"
	"waybill/settings"
	"waybill/sim"
)

// bodyOf is a file of the script, or a body that is too large or too deep for one.
func bodyOf(ts *testscript.TestScript, name string) ([]byte, error) {
	kind, size, ok := strings.Cut(name, "=")
	if !ok {
		return []byte(ts.ReadFile(name)), nil
	}
	switch kind {
	case "zeros":
		n, err := settings.ParseSize(size)
		if err != nil {
			return nil, err
		}
		return make([]byte, n), nil
	case "nested":
		n, err := strconv.Atoi(size)
		return bytes.Repeat([]byte{0x30, 0x80}, n), err
	}
	return nil, fmt.Errorf("there is no body %q", name)
}

func keysCommand(_ *testscript.TestScript, s *scenario, args []string) error {
	if len(args) != 1 || args[0] != "expired" || s.gateway != nil {
		return errors.New("usage: keys expired, before the start")
	}
	const years = 2
	keys, err := cms.NewIdentity(example.Them, years, time.Now().AddDate(-years-1, 0, 0), nil)
	if err != nil {
		return err
	}
	if err := s.partner.Close(); err != nil {
		return err
	}
	s.partner, err = sim.OpenPartner(sim.PartnerOptions{Name: example.Partner, AS2: example.Them, Keys: &keys})
	return err
}

// rawCommand posts what no AS2 program would, under the headers of one.
func rawCommand(ts *testscript.TestScript, s *scenario, args []string) error {
	if len(args) != 2 {
		return errors.New("usage: raw TYPE BODY")
	}
	body, err := bodyOf(ts, args[1])
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header = http.Header{
		"AS2-Version": {"1.2"}, "AS2-From": {example.Them}, "AS2-To": {example.Us}, "Content-Type": {args[0]},
		"Message-ID": {fmt.Sprintf("<raw.%d@acme>", time.Now().UnixNano())}, "Disposition-Notification-To": {"edi@acme.example"},
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil { // the server may hang up on what is too large while it still comes
		print(ts, "raw: no answer, or 413\n")
		return nil
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode == http.StatusRequestEntityTooLarge {
		print(ts, "raw: no answer, or 413\n")
		return nil
	}
	disposition := "without a receipt"
	for line := range strings.Lines(string(answer)) {
		if rest, ok := strings.CutPrefix(line, "Disposition: "); ok {
			disposition = strings.TrimSpace(rest)
		}
	}
	print(ts, "raw: %d %s\n", res.StatusCode, disposition)
	return nil
}
