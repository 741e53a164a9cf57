package stages

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/partners"
	"waybill/spool"
	"waybill/translators"
)

// Map turns one accepted set into a canonical document for each system that
// the agreement names. What the mapping or the canonical model refuses is held:
// a mended table or mapping mends the message.
type Map struct {
	Translator translators.Translator
	Schemas    func(set, version string) (*translators.Schema, error)
	Checker    *canonical.Checker
	// Route names the systems that get a document; nil: those of its agreement.
	Route func(canonical.Document, *partners.Profile, partners.Agreement) []string
}

// Run maps, checks and addresses one set.
func (s Map) Run(ctx context.Context, w Work) (spool.Outcome, error) {
	m := w.Message()
	profile, ok := w.Book.Partner(m.Partner)
	if !ok {
		return held("ROUTE-PARTNER", "there is no profile for partner "+m.Partner, "restore the profile, then release"), nil
	}
	agreement, ok := profile.Agreement(m.Document, Inbound)
	if !ok {
		return held("ROUTE-DOCUMENT", fmt.Sprintf("partner %s has no agreement for inbound %s", m.Partner, m.Document),
			"add the document to the profile, then release"), nil
	}
	var doc canonical.Document
	var stop *spool.Outcome
	by := func(_, version string) translators.Rules { return agreed(profile, agreement, version) }
	err := s.read(ctx, w, by, func(set *translators.Set) error {
		var err error
		doc, stop, err = s.document(w, set, profile, agreement)
		return err
	})
	if err != nil {
		return spool.Outcome{}, err
	}
	if stop != nil {
		return *stop, nil
	}
	o, err := s.once(ctx, w, doc, profile, agreement)
	return inTurn(o, m), err
}

// read decodes the message's range under the ISA and GS that govern it.
func (s Map) read(ctx context.Context, w Work, by func(set, version string) translators.Rules, each func(*translators.Set) error) error {
	m := w.Message()
	whole, err := w.Store.OpenWhole(ctx, m.Payload)
	if err != nil {
		return err
	}
	defer whole.Close()
	cut, err := cutOut(whole, m.Payload)
	if err != nil {
		return err
	}
	seen := false
	_, err = s.Translator.Decode(cut, translators.Options{
		Inside: true,
		Rules: func(_ translators.Interchange, g translators.Group, set string) translators.Rules {
			return by(set, g.Version)
		},
	}, func(set *translators.Set) error {
		seen = true
		return each(set)
	})
	if err == nil && !seen {
		err = fmt.Errorf("payload %.12s holds no transaction set at byte %d", m.Payload.SHA256, m.Payload.Offset)
	}
	return err
}

// headerLimit bounds an ISA or GS segment with room for odd padding.
const headerLimit = 512

// cutOut joins ISA, GS and ST…SE of a range into what the reader takes.
func cutOut(whole io.ReadSeeker, r spool.Ref) (io.Reader, error) {
	isa, err := peek(whole, r.ISA)
	if err != nil {
		return nil, err
	}
	end, terminator := isaEnd(isa)
	if end == 0 {
		return nil, fmt.Errorf("no ISA at byte %d of payload %.12s", r.ISA, r.SHA256)
	}
	gs, err := peek(whole, r.GS)
	if err != nil {
		return nil, err
	}
	n := strings.IndexByte(string(gs), terminator)
	if n < 0 && len(gs) == headerLimit { // the reader looks at no more of a GS
		n = headerLimit
	}
	if n < 0 {
		return nil, fmt.Errorf("no GS at byte %d of payload %.12s", r.GS, r.SHA256)
	}
	if _, err := whole.Seek(r.Offset, io.SeekStart); err != nil {
		return nil, err
	}
	head := string(isa[:end]) + string(gs[:n]) + string([]byte{terminator})
	return io.MultiReader(strings.NewReader(head), io.LimitReader(whole, r.Length)), nil
}

func peek(whole io.ReadSeeker, at int64) ([]byte, error) {
	if _, err := whole.Seek(at, io.SeekStart); err != nil {
		return nil, err
	}
	buf := make([]byte, headerLimit)
	n, err := io.ReadFull(whole, buf)
	if err == io.ErrUnexpectedEOF || err == io.EOF {
		err = nil
	}
	return buf[:n], err
}

// isaEnd finds the end of an ISA: its terminator follows the one-character
// sixteenth element (X12.5 ISA16).
func isaEnd(b []byte) (end int, terminator byte) {
	if len(b) < 4 || string(b[:3]) != "ISA" {
		return 0, 0
	}
	separators := 0
	for i, c := range b {
		if c == b[3] {
			separators++
		}
		if separators == 16 {
			if i+2 >= len(b) {
				return 0, 0
			}
			return i + 3, b[i+2]
		}
	}
	return 0, 0
}

const (
	mendMapping   = "mend the mapping or its tables, or ask the partner; then release"
	shownProblems = 10   // in the words of a held message
	keptProblems  = 1000 // as its evidence
)

// document maps the set and puts the body into its envelope; stop says why there is none.
func (s Map) document(w Work, set *translators.Set, profile *partners.Profile, a partners.Agreement) (doc canonical.Document, stop *spool.Outcome, err error) {
	if why := a.OtherRelease(set.Group.Version); why != "" {
		o := held("ROUTE-RELEASE", why, "agree with the partner on one release, or change version or other_release in the profile, then release")
		return doc, &o, nil
	}
	mapping, err := a.Map(set.Group.Version)
	if err != nil {
		o := held("MAP-COMPILE", err.Error(), "mend the mapping, then release")
		return doc, &o, nil
	}
	if text := notUTF8(set); text != "" {
		o := held("MAP-CHARSET", text, "if the partner means ISO 8859-1, write charset: extended in its profile, then release; otherwise ask it to send UTF-8, drop this one, and have it sent again under a new control number")
		return doc, &o, nil
	}
	result, err := mapping.In(set)
	if err != nil {
		return doc, nil, err
	}
	if text, code := problems(result.Problems); text != "" {
		o := held(code, text, mendMapping)
		o.Labels = labels(mapping.Canonical(), result.Body)
		o.Evidence, err = json.Marshal(result.Problems[:min(len(result.Problems), keptProblems)])
		return doc, &o, err
	}
	kind, body, err := canonical.FromMapped(mapping.Canonical(), result.Body)
	if err == nil {
		body, err = withRevision(kind, body, 1)
	}
	if err != nil {
		return doc, nil, err
	}
	if found := s.Checker.Check(kind, body); len(found) > 0 {
		o := held("MAP-CHECK", checkText(kind, found), mendMapping)
		o.Labels = labels(kind, body)
		o.Evidence, err = json.Marshal(found[:min(len(found), keptProblems)])
		return doc, &o, err
	}
	return s.envelope(w, set, profile, a, mapping, kind, body, result.Unmapped)
}

func (s Map) envelope(w Work, set *translators.Set, profile *partners.Profile, a partners.Agreement, mapping *mappings.Map, kind string, body json.RawMessage, unmapped []mappings.Unmapped) (doc canonical.Document, stop *spool.Outcome, err error) {
	m := w.Message()
	doc = canonical.Document{
		ID: m.ID, Kind: kind, SchemaVersion: canonical.SchemaVersion, Partner: profile.Name(), Role: a.Role,
		Direction: "inbound", Channel: "edi", Environment: "production", CorrelationID: m.Correlation, CausationID: m.Parent,
		CreatedAt: w.Now.UTC().Format(time.RFC3339), Body: body,
		Source: &canonical.Source{
			Format: "x12", Document: set.ID, Release: set.Group.Version,
			Interchange: set.Interchange.Control, Group: set.Group.Control, Transaction: set.Control,
			MessageID: m.Parent, SHA256: m.Payload.SHA256,
		},
		Mapping: &canonical.Mapping{Name: mapping.Name(), Version: 1},
	}
	if set.Interchange.Usage != "P" {
		doc.Environment = "test"
	}
	for _, u := range unmapped {
		doc.Unmapped = append(doc.Unmapped, canonical.Unmapped{Path: u.Path, Value: u.Value})
	}
	doc.BodyHash, err = canonical.BodyHash(body)
	return doc, nil, err
}

// notUTF8 names the values of a set that JSON could not hold as they are. X12 does
// not say which characters its bytes are, and a guess would make one value of two.
func notUTF8(set *translators.Set) string {
	var words []string
	look := func(s *translators.Segment, element int, text string) {
		if !utf8.ValidString(text) {
			words = append(words, fmt.Sprintf("%s%02d at segment %d is not UTF-8: %.60q", s.ID, element, s.Position, text))
		}
	}
	for i := range set.Segments {
		s := &set.Segments[i]
		for n, e := range s.Elements {
			look(s, n+1, e.Text)
			for _, components := range e.Repeats {
				for _, text := range components {
					look(s, n+1, text)
				}
			}
		}
	}
	return firstOf(words, shownProblems, 0)
}

// withRevision numbers the body of a kind that says which revision it is.
func withRevision(kind string, body json.RawMessage, revision int) (json.RawMessage, error) {
	if kind != "order" {
		return body, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, fmt.Errorf("mapping result: %w", err)
	}
	fields["revision"] = json.RawMessage(fmt.Sprint(revision))
	return json.Marshal(fields)
}

func problems(found []mappings.Problem) (text, code string) {
	var words []string
	for _, p := range found {
		if p.Severity == "warn" {
			continue
		}
		if code == "" {
			code = p.Code
		}
		words = append(words, strings.TrimPrefix(p.Error(), p.Code+" "))
	}
	return firstOf(words, shownProblems, 0), code
}

func checkText(kind string, found []canonical.Problem) string {
	words := make([]string, 0, len(found))
	for _, p := range found {
		words = append(words, p.Path+": "+p.Text)
	}
	return "the " + kind + " is not complete: " + firstOf(words, shownProblems, 0)
}
