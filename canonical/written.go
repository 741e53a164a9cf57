package canonical

import (
	"bytes"
	"encoding/json"
)

// written is a body as JSON. What its type must have and nobody said is an absent
// key, so that the check finds it missing rather than empty.
func written(v any) (json.RawMessage, error) {
	out, err := json.Marshal(v)
	if err != nil || !bytes.Contains(out, []byte(`:""`)) && !bytes.Contains(out, []byte(`:null`)) {
		return out, err
	}
	read, err := tree(out)
	if err != nil {
		return nil, err
	}
	prune(read)
	return json.Marshal(read)
}

// prune removes keys without a value, but from what partners put in extensions.
func prune(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			prune(item)
		}
	case map[string]any:
		for key, item := range v {
			if item == nil || item == "" {
				delete(v, key)
			} else if key != "extensions" {
				prune(item)
			}
		}
	}
}
