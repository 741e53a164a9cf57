package http

import (
	"encoding/json"
	"fmt"
	nethttp "net/http"
	"strings"
)

// maxSaid is how much of an answer's text stands in an error.
const maxSaid = 300

// answer is what came back, as far as it was read.
type answer struct {
	status  int
	header  nethttp.Header
	body    []byte
	longest int      // bytes that are read
	hide    []string // what no text of ours may repeat
}

// said is the beginning of the answer's own words, without our secret should
// the system repeat it.
func (a *answer) said() string {
	text := string(a.body[:min(len(a.body), maxAnswer)])
	for _, secret := range a.hide {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return clean(text, maxSaid)
}

// document is the canonical document at a path of an answer that was taken for
// good; nil where nothing stands there. Whether it is one is not judged here.
func (a *answer) document(path string) json.RawMessage {
	v, err := parse(a.body)
	if path == "" || err != nil {
		return nil
	}
	for step := range strings.SplitSeq(path, ".") {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[step]
	}
	if v == nil {
		return nil
	}
	data, err := json.Marshal(v) // numbers are kept as they were written
	if err != nil {
		return nil
	}
	return data
}

// judge decides what an answer is worth; the package comment has the reasons.
func (t *Target) judge(a *answer, key string) (string, error) {
	success := a.status >= 200 && a.status <= 299
	if !success && a.status != nethttp.StatusConflict {
		return "", t.refused(a)
	}
	ref, named, err := a.read(t.c.Reference)
	switch {
	case named != "" && named != key:
		return "", &failure{code: "ERP-CONFLICT", text: fmt.Sprintf("answered %d for another key, %q", a.status, clean(named, maxReference)),
			hint: "the system mixes documents up: settle with its owner which it has, then retry or drop"}
	case ref != "":
		return ref, nil
	case success && t.c.Reference == NoReference, !success && named != "":
		return "", nil
	case !success:
		return "", t.refused(a)
	}
	return "", &failure{
		code: "ERP-ANSWER", temporary: true, err: err,
		text: fmt.Sprintf("answered %d, but not as agreed: %q", a.status, a.said()),
		hint: fmt.Sprintf("whether the system has the document is open; %s. If this does not end, see what answers at the adapter's url, or whether its reference %q is right", again, t.c.Reference),
	}
}

// read returns the reference and the key that the answer names. The error says
// why there is no reference.
func (a *answer) read(path string) (ref, key string, err error) {
	key = strings.TrimSpace(a.header.Get(headerKey))
	if len(a.body) > a.longest {
		return "", key, fmt.Errorf("it is longer than %d bytes", a.longest)
	}
	v, err := parse(a.body)
	if err != nil {
		return "", key, err
	}
	if object, ok := v.(map[string]any); ok && key == "" {
		key, _ = object["idempotencyKey"].(string)
	}
	if path == NoReference {
		return "", key, nil
	}
	if ref = find(v, path); ref == "" {
		err = fmt.Errorf("there is no text or number at %s", path)
	}
	return ref, key, err
}
