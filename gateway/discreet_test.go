package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"waybill/transports"
)

// parrot repeats what it is told.
type parrot struct{ words string }

func (p parrot) Prepare(context.Context, transports.Outgoing, io.ReadSeeker) (transports.Prepared, error) {
	return transports.Prepared{Summary: "prepared"}, fmt.Errorf("prepare: %w", trouble{words: p.words})
}

func (p parrot) Send(context.Context, transports.Prepared, io.ReadSeeker) (transports.Receipt, error) {
	return transports.Receipt{Summary: "it said " + p.words, Evidence: []byte("MDN")}, fmt.Errorf("send: %w", trouble{words: p.words})
}

func TestDiscreet(t *testing.T) {
	for _, c := range []struct{ name, words, want string }{
		{"nothing of ours", "no such user", "no such user"},
		{"the password", "bad: open sesame!", "bad: ***"},
		{"as basic authentication", "Basic YWxpOm9wZW4gc2VzYW1lIQ==", "Basic ***"},
		{"in a URL", "?p=open+sesame%21&x", "?p=***&x"},
		{"twice", "open sesame! is not open sesame!", "*** is not ***"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := keepSecret(parrot{c.words}, "ali", "open sesame!")
			receipt, err := s.Send(t.Context(), transports.Prepared{}, strings.NewReader(""))
			if receipt.Summary != "it said "+c.want || string(receipt.Evidence) != "MDN" {
				t.Errorf("found the receipt %+v, expected %q", receipt, c.want)
			}
			var kind trouble
			if err.Error() != "send: "+c.want || !errors.As(err, &kind) || kind.Code() != "ERP-4XX" {
				t.Errorf("found %q (%T), expected %q and the same kind", err, err, c.want)
			}
			if _, err := s.Prepare(t.Context(), transports.Outgoing{}, strings.NewReader("")); err.Error() != "prepare: "+c.want {
				t.Errorf("found %q, expected %q", err, c.want)
			}
		})
	}
}

func TestWithoutASecretThereIsNothingToHide(t *testing.T) {
	s := keepSecret(parrot{"words"}, "ali", "")
	if _, ok := s.(parrot); !ok {
		t.Errorf("found %T, expected the sender itself", s)
	}
	if err := (discreet{}).masked(nil); err != nil {
		t.Errorf("found %v, expected nothing", err)
	}
}
