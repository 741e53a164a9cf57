package sftp

import (
	"cmp"

	"waybill/files"
	"waybill/transports"
)

// DefaultName is the template of file names: the set, ISA13 and our message id.
const DefaultName = "{document}_{control}_{message}.edi"

// checkTemplate says what is wrong with a template of file names.
func checkTemplate(template string) string {
	err := files.Name(template).Check([]string{"document", "control", "message", "partner"}, []string{"control", "message"})
	if err != nil {
		return err.Error()
	}
	return ""
}

// fileName fills a template in.
func fileName(template string, out transports.Outgoing) (string, error) {
	name, err := files.Name(cmp.Or(template, DefaultName)).Fill(map[string]string{
		"document": out.Document, "control": out.Control, "message": out.Message, "partner": out.Partner,
	})
	if err != nil {
		return "", transports.Permanent("SFTP-NAME", "mend the template of file names in the profile, then retry", err, "name the file")
	}
	return name, nil
}
