package partners

import "waybill/settings"

// ProfileSchema is the JSON Schema of a partner's file; blocks are those of the
// transports, by their keys. Of a block it asks for no key, since the other file
// may have it.
func ProfileSchema(blocks map[string]any) map[string]any {
	s := settings.Schema("A partner of Waybill: partners/NAME.yaml", file{}, optional(blocks))
	s["required"] = []any{"partner"}
	return s
}

// DefaultsSchema is that of partners/defaults.yaml, which has no keys of one
// partner alone.
func DefaultsSchema(blocks map[string]any) map[string]any {
	s := settings.Schema("What holds for every partner: partners/defaults.yaml", file{}, optional(blocks))
	remove := func(from any, names ...string) map[string]any {
		properties := from.(map[string]any)["properties"].(map[string]any)
		for _, name := range names {
			delete(properties, name)
		}
		return properties
	}
	remove(remove(s, "partner", "name", "contacts")["x12"], "them", "also")
	return s
}

// optional are blocks that ask for no key.
func optional(blocks map[string]any) map[string]any {
	out := map[string]any{}
	for name, block := range blocks {
		some := map[string]any{}
		b, _ := block.(map[string]any)
		for key, value := range b {
			if key != "required" {
				some[key] = value
			}
		}
		out[name] = some
	}
	return out
}

// CalendarSchema is that of calendars/NAME.yaml.
func CalendarSchema() map[string]any {
	return settings.Schema("A calendar of Waybill: calendars/NAME.yaml", calendarFile{}, nil)
}
