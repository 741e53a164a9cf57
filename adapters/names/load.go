package names

import (
	"encoding/json"
	"io/fs"
	"slices"

	"waybill/mappings"
	"waybill/settings"
)

// Load compiles the mappings of a system: for each kind of document the name of a
// file of fsys. Keys of problems about the names are relative to files; those
// about a file have its name and line. dir is what files are called before theirs.
func Load(fsys fs.FS, dir string, files map[string]string, canonical func(kind string) (json.RawMessage, error)) (Maps, []settings.Problem) {
	maps := Maps{}
	var found []settings.Problem
	kinds := make([]string, 0, len(files))
	for kind := range files {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		s, problems := mappings.CompileSystem(fsys, files[kind], canonical)
		for _, p := range problems {
			p.File = dir + "/" + p.File
			found = append(found, p)
		}
		switch {
		case s == nil:
		case s.Canonical() != kind:
			found = append(found, settings.Problem{Key: kind, Text: files[kind] + " is a mapping of " + s.Canonical(), Hint: "name a mapping whose canonical: is " + kind + "/v1"})
		default:
			maps[kind] = s
		}
	}
	return maps, found
}
