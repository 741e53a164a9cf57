package canonical

import (
	"encoding/json"
	"slices"
	"strings"
)

// maxListed is how many labels one list of a body makes: the first cartons of a
// shipment find it too.
const maxListed = 100

// Labels are the numbers of a body that people search by, as pairs of a name and
// a value, such as po and 4500012345. A list gives at most its first 100.
func Labels(kind string, body json.RawMessage) [][2]string {
	f, err := topFields(body)
	if err != nil {
		return nil
	}
	var labels [][2]string
	for _, l := range labelsOf(kind, f.text("type")) {
		name, path, _ := strings.Cut(l, "=")
		for _, value := range f.values(path) {
			if label := [2]string{name, value}; value != "" && !slices.Contains(labels, label) {
				labels = append(labels, label)
			}
		}
	}
	return labels
}

// labelsOf are the labels of a kind, also where the body alone has no key.
func labelsOf(kind, subtype string) []string {
	switch kind {
	case "orderResponse":
		return []string{"po=customerOrderNumber", "release=releaseNumber", "order=orderNumber", "change=changeNumber", "vendor=vendorNumber"}
	case "acknowledgement":
		return []string{"answered=of.businessKey", "interchange=of.interchange", "group=of.group", "transaction=of.transaction"}
	}
	id, err := identityOf(kind, subtype)
	if err != nil {
		return nil
	}
	return id.labels
}

// values are the texts at a path: field, object.field, list[] or list[].field.
func (f fields) values(path string) []string {
	if name, rest, list := strings.Cut(path, "[]"); list {
		var items []json.RawMessage
		if json.Unmarshal(f[name], &items) != nil {
			return nil
		}
		var out []string
		for _, item := range items[:min(len(items), maxListed)] {
			if rest == "" {
				item = json.RawMessage(`{"":` + string(item) + `}`)
			}
			if inner, err := topFields(item); err == nil {
				out = append(out, inner.text(strings.TrimPrefix(rest, ".")))
			}
		}
		return out
	}
	if name, rest, object := strings.Cut(path, "."); object {
		inner, err := topFields(f[name])
		if err != nil {
			return nil
		}
		return inner.values(rest)
	}
	return []string{f.text(path)}
}
