package x12

import (
	"fmt"
	"strings"

	"waybill/translators"
)

// By are the rules of one guide: its set in its release is held against it, and
// the same set in another release is refused; other sets are the standard's.
func By(schema *translators.Schema) func(translators.Interchange, translators.Group, string) translators.Rules {
	return func(_ translators.Interchange, g translators.Group, set string) translators.Rules {
		switch {
		case set != schema.Set:
			return translators.Rules{}
		case !strings.HasPrefix(g.Version, schema.Release):
			return translators.Rules{Refuse: fmt.Sprintf("guide %s is for release %s", schema.Guide.Name, schema.Release)}
		}
		return translators.Rules{Schema: schema}
	}
}
