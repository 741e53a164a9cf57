package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"waybill/adapters/file"
	adapter "waybill/adapters/http"
	"waybill/mappings"
	"waybill/partners"
	"waybill/settings"
	"waybill/translators/x12"
	"waybill/transports/as2"
	"waybill/transports/folder"
	"waybill/transports/mailbox"
	"waybill/transports/sftp"
)

// SchemaDir is where the schemas stand in a config directory, for editors.
const SchemaDir = ".schemas"

// FileSchema is the JSON Schema of one kind of configuration file.
type FileSchema struct {
	Name   string // "profile"
	For    string // the files that it is for
	Schema map[string]any
}

// FileSchemas are the schemas of all kinds of configuration files. They are read
// from the structs that the files are read into.
func FileSchemas() []FileSchema {
	blocks := map[string]any{
		"as2":     settings.Schema("How AS2 messages go both ways", as2.Profile{}, nil),
		"sftp":    settings.Schema("The partner's account on our SFTP server, or its own server", sftp.Profile{}, nil),
		"folder":  settings.Schema("Directories of this machine that the partner's documents come from and ours go to", folder.Profile{}, nil),
		"mailbox": settings.Schema("What comes from the partner by mail, and where our mails go", mailbox.Profile{}, nil),
	}
	return []FileSchema{
		{"waybill", ConfigFile, settings.Schema("Waybill: what is read at start", Config{}, map[string]any{
			"as2":       settings.Schema("The door that partners post to", as2.Listener{}, nil),
			"sftp":      settings.Schema("Our SFTP server", sftp.Listener{}, nil),
			"mailboxes": settings.Schema("A mail account of ours", mailbox.Box{}, nil),
			"adapters": map[string]any{"anyOf": []any{
				settings.Schema("One of our own systems, over HTTP", adapter.Config{}, nil), settings.Schema("One of our own systems, through directories", file.Config{}, nil),
			}},
		})},
		{"profile", "partners/NAME.yaml", partners.ProfileSchema(blocks)},
		{"defaults", "partners/defaults.yaml", partners.DefaultsSchema(blocks)},
		{"calendar", "calendars/NAME.yaml", partners.CalendarSchema()},
		{"guide", "guides/NAME.yaml", x12.GuideSchema()},
		{"mapping", "mappings/NAME.yaml", object(mappings.FileSchema())},
		{"table", "mappings/tables/NAME.yaml", object(mappings.TableSchema())},
	}
}

// object is a schema that comes as JSON. It was made from values, and always is one.
func object(data json.RawMessage) map[string]any {
	var out map[string]any
	_ = json.Unmarshal(data, &out)
	return out
}

// JSON is the schema as it stands in a file.
func (s FileSchema) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(s.Schema)
	return b.Bytes(), err
}

// WriteSchemas writes every schema into dir's SchemaDir, in the place of those
// of another version.
func WriteSchemas(dir string) error {
	to := filepath.Join(dir, SchemaDir)
	err := os.MkdirAll(to, 0o755)
	for _, s := range FileSchemas() {
		data, failed := s.JSON()
		if failed == nil && err == nil {
			failed = partners.Replace(filepath.Join(to, s.Name+".json"), data)
		}
		err = errors.Join(err, failed)
	}
	return err
}
