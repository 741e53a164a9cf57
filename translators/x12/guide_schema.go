package x12

// GuideSchema is the JSON Schema (2020-12) of guide files, for editors: keys and
// their values. Whether a place is one of the set only the loader can say.
func GuideSchema() map[string]any {
	text := func(words string) map[string]any { return map[string]any{"type": "string", "description": words} }
	either := func(all ...any) map[string]any { return map[string]any{"anyOf": all} }
	usage := map[string]any{"enum": []string{"mandatory", "optional", "not used"}}
	// YAML reads 92 as a number where the quotes are left out; the loader takes it as it is written.
	code := map[string]any{"type": []string{"string", "integer"}}
	codes := either(
		map[string]any{"type": "array", "items": code, "minItems": 1, "uniqueItems": true},
		map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}, "minProperties": 1},
	)
	positive := map[string]any{"type": "integer", "minimum": 1, "maximum": largestInGuide}
	times := either(positive, map[string]any{"const": "any"})
	block := func(properties map[string]any) map[string]any {
		widen := map[string]any{}
		for name, value := range properties {
			widen[name] = value
		}
		properties["notes"] = text("words for people, shown by x12 guide")
		properties["widen"] = map[string]any{
			"type": "object", "properties": widen, "additionalProperties": false,
			"description": "what the partner allows beyond the standard",
		}
		return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	}
	words := map[string]any{"enum": []string{"mandatory", "optional", "not used", "drop"}}
	segment := block(map[string]any{"usage": usage, "max": times})
	element := block(map[string]any{"usage": usage, "min": positive, "max": positive, "codes": codes})
	return map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "A partner's guide",
		"type":    "object",
		"properties": map[string]any{
			"guide":   map[string]any{"type": "string", "pattern": "^" + guideName + "$", "description": "the file's name without .yaml"},
			"title":   text("what people call it"),
			"notes":   text("words for people"),
			"set":     map[string]any{"type": "string", "pattern": `^\d{3}$`, "description": `the transaction set in quotes: "850"`},
			"release": map[string]any{"type": "string", "pattern": `^\d{6}[A-Z0-9]{0,6}$`, "description": `GS08 in quotes: "004010" or "004010VICS"`},
			"extends": map[string]any{"type": "string", "pattern": "^" + guideName + "$", "description": "another guide whose rules hold as well"},
			"rules": map[string]any{
				"type":        "object",
				"description": "by place, as guides write it: BEG03, PO1/PID, N1[ST]/N104",
				"patternProperties": map[string]any{
					guideElementPath: either(words, element),
					guideSegmentPath: either(words, segment),
				},
				"additionalProperties": false,
			},
		},
		"additionalProperties": false,
	}
}

// The forms of a path's end: elements have two digits behind the segment or its choice.
const (
	guideStepForm    = `[A-Z][A-Z0-9]{1,2}(\[[A-Z0-9|=,-]+\])?`
	guideSegmentPath = `^(` + guideStepForm + `/)*` + guideStepForm + `$`
	guideElementPath = `^(` + guideStepForm + `/)*([A-Z][A-Z0-9]{1,2}[0-9]{2}|[A-Z][A-Z0-9]{1,2}\[[A-Z0-9|=,-]+\][0-9]{2})(-[0-9]{2})?$`
)
