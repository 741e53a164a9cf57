package sftp

import (
	"regexp"
	"strings"

	"waybill/transports"
)

// DefaultName is the template of file names: the set, ISA13 and our message id.
const DefaultName = "{document}_{control}_{message}.edi"

// words are the parts of a template in braces.
func words() *regexp.Regexp { return regexp.MustCompile(`\{[^{}]*\}`) }

// checkTemplate says what is wrong with a template of file names.
func checkTemplate(template string) string {
	for _, word := range words().FindAllString(template, -1) {
		switch word {
		case "{document}", "{control}", "{message}", "{partner}":
		default:
			return "found " + word
		}
	}
	bare := words().ReplaceAllString(template, "x")
	if err := checkName(bare); err != nil {
		return err.Error()
	}
	if strings.ContainsAny(bare, "{}") {
		return "a brace stands alone"
	}
	if !strings.Contains(template, "{control}") && !strings.Contains(template, "{message}") {
		return "all files of a kind would have one name"
	}
	return ""
}

// fileName fills a template in.
func fileName(template string, out transports.Outgoing) (string, error) {
	if template == "" {
		template = DefaultName
	}
	name := strings.NewReplacer("{document}", out.Document, "{control}", out.Control, "{message}", out.Message, "{partner}", out.Partner).Replace(template)
	if err := checkName(name); err != nil {
		return "", permanent("SFTP-NAME", "mend the template of file names in the profile, then retry", err, "name the file")
	}
	return name, nil
}
