package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/partners"
	"waybill/settings"
)

// partnerNew is one run of partner new: what the flags say, and then the answers.
type partnerNew struct {
	c                        *cobra.Command
	dir                      string
	start                    partners.Start
	isa, ourISA, certificate string
	to                       string
}

func partnerNewCommand(dir *string) *cobra.Command {
	p := &partnerNew{}
	c := &cobra.Command{
		Use:   "new NAME",
		Short: "Write a new partner's profile and mapping",
		Long: `Write partners/NAME.yaml and a mapping over the base map for each document, and
copy the partner's certificate into certs/. What defaults.yaml and the other
profiles say of us is taken from there. At a terminal it asks for what the flags
leave out. Nothing that is there is overwritten, and if check finds the result
wrong, nothing is left behind. The status is testing.

` + templateWords() + `

Exit code 0: written, and check is content. 1: there are problems, nothing was
written. 2: something is missing, wrong or there already.`,
		Example: `  waybill partner new bolt-stores --config shop
  waybill partner new bolt-stores --config shop --template retailer-as2 --title "Bolt Stores" \
    --isa 12:5550104477 --as2 BOLT_AS2 --url https://as2.bolt.example/receive \
    --certificate bolt.cer --document 850
  waybill partner new cable-works --config shop --template supplier-sftp --isa ZZ:CABLEWORKS \
    --host sftp.cable.example:22 --user ourco`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p.c, p.dir, p.start.Name = c, *dir, args[0]
			return p.run()
		},
	}
	f, s := c.Flags(), &p.start
	f.StringVar(&s.Template, "template", partners.TemplateNames()[0], "the kind of partner: "+strings.Join(partners.TemplateNames(), ", "))
	f.StringVar(&s.Title, "title", "", "the partner's name as people write it")
	f.StringVar(&p.isa, "isa", "", "their ISA qualifier and id, such as ZZ:ACMERETAIL")
	f.StringVar(&s.AS2, "as2", "", "their AS2 identifier")
	f.StringVar(&s.URL, "url", "", "where they receive AS2")
	f.StringVar(&p.certificate, "certificate", "", "the file with their certificate: PEM, DER or P7B")
	f.StringVar(&s.Host, "host", "", "their SFTP server, such as sftp.partner.example:22")
	f.StringVar(&s.User, "user", "", "our user name there")
	f.StringVar(&s.Mail, "mail", "", "their mail address for documents")
	f.StringSliceVar(&s.Documents, "document", nil, "the sets of the template that are exchanged; nothing said: the usual ones")
	f.StringVar(&p.to, "to", "", "the adapter of waybill.yaml that gets what they send")
	f.StringVar(&p.ourISA, "our-isa", "", "our ISA qualifier and id")
	f.StringVar(&s.OurAS2, "our-as2", "", "our AS2 identifier")
	f.StringVar(&s.Version, "x12", "", "the version of X12, such as 004010VICS")
	return c
}

// templateWords lists the templates for the help.
func templateWords() string {
	var b strings.Builder
	b.WriteString("Templates, with their documents, those in brackets not taken unless named:\n")
	for _, t := range partners.Templates() {
		var sets []string
		for _, d := range t.Documents {
			word := d.Set + " " + d.Direction
			if !d.Usual {
				word = "(" + word + ")"
			}
			sets = append(sets, word)
		}
		fmt.Fprintf(&b, "  %-14s %s\n  %-14s %s\n", t.Name, t.Words, "", strings.Join(sets, ", "))
	}
	return b.String()
}

func (p *partnerNew) run() error {
	if _, err := partners.FindTemplate(p.start.Template); err != nil {
		return usage(err)
	}
	if problems := gateway.Check(p.dir); settings.Fatal(problems) {
		report(p.c.ErrOrStderr(), problems)
		return findings(fmt.Errorf("%s has problems already: mend them first", p.dir))
	}
	profile := partners.ProfilePath(p.start.Name)
	if _, err := os.Stat(filepath.Join(p.dir, filepath.FromSlash(profile))); err == nil {
		return usage(&partners.Taken{File: profile})
	}
	p.known()
	if err := p.complete(); err != nil {
		return err
	}
	files, err := p.start.Files()
	if err != nil {
		return usage(err)
	}
	if err := partners.WriteNew(p.dir, files); err != nil {
		var taken *partners.Taken
		if errors.As(err, &taken) {
			return usage(err)
		}
		return findings(err)
	}
	problems := gateway.Check(p.dir)
	if settings.Fatal(problems) {
		report(p.c.ErrOrStderr(), problems)
		return findings(errors.Join(errors.New("the files would not pass check, nothing was written"), partners.RemoveNew(p.dir, files)))
	}
	if _, err := os.Stat(filepath.Join(p.dir, gateway.SchemaDir)); err != nil {
		if err := gateway.WriteSchemas(p.dir); err != nil {
			return findings(err)
		}
	}
	p.print(files, problems)
	return nil
}

// known fills in what the configuration says already.
func (p *partnerNew) known() {
	s := &p.start
	defaults, common := partners.ReadHabits(p.dir)
	s.DefaultsSay = defaults
	if p.ourISA == "" && common.Us.ID != "" {
		s.Us = common.Us
		p.ourISA = common.Us.Qualifier + ":" + common.Us.ID
	}
	if s.OurAS2 == "" {
		s.OurAS2 = common.AS2
	}
	if s.Version == "" {
		s.Version = common.Version
	}
	if config, _ := gateway.Load(p.dir); config != nil && p.to == "" && len(config.Adapters) == 1 {
		p.to = slices.Collect(maps.Keys(config.Adapters))[0]
	}
}

// question is one thing that a new partner needs.
type question struct {
	flag, words string
	answer      *string
	wrong       func(string) string // "" where the answer will do
}

func (p *partnerNew) questions() []question {
	some := func(string) string { return "" }
	all := []question{{"isa", "Their ISA qualifier and id, such as ZZ:ACMERETAIL", &p.isa, wrongISA}}
	kind, _ := partners.FindTemplate(p.start.Template) // looked up before
	switch kind.Transport {
	case "as2":
		all = append(all, question{"as2", "Their AS2 identifier", &p.start.AS2, some},
			question{"url", "The URL where they receive AS2", &p.start.URL, wrongURL},
			question{"certificate", "The file with their certificate", &p.certificate, p.wrongCertificate})
	case "sftp":
		all = append(all, question{"host", "Their SFTP server, such as sftp.partner.example:22", &p.start.Host, wrongHost},
			question{"user", "Our user name there", &p.start.User, some})
	case "mailbox":
		all = append(all, question{"mail", "Their mail address for documents", &p.start.Mail, wrongMail})
	}
	all = append(all, question{"our-isa", "Our ISA qualifier and id", &p.ourISA, wrongISA})
	if kind.Transport == "as2" {
		all = append(all, question{"our-as2", "Our AS2 identifier", &p.start.OurAS2, some})
	}
	return append(all, question{"x12", "The version of X12, such as 004010 or 004010VICS", &p.start.Version, some},
		question{"to", "The adapter that gets what they send", &p.to, some})
}

// complete asks for what is missing where a person can answer; elsewhere it
// lists all of it.
func (p *partnerNew) complete() error {
	in, ask := p.c.InOrStdin(), false
	if f, ok := in.(*os.File); ok {
		ask = isTTY(f)
	}
	if err := complete(p.questions(), bufio.NewReader(in), p.c.ErrOrStderr(), ask); err != nil {
		return usage(fmt.Errorf("partner new %s: %w", p.start.Name, err))
	}
	p.start.To = []string{p.to}
	p.start.Them = party(p.isa)
	if us := party(p.ourISA); us.Qualifier != p.start.Us.Qualifier || us.ID != p.start.Us.ID {
		p.start.Us = us
	}
	return nil
}

// fault is what is missing or wrong, with the flag that mends it.
func (q question) fault() string {
	if *q.answer == "" {
		return "--" + q.flag + " is missing: " + strings.ToLower(q.words[:1]) + q.words[1:]
	}
	if wrong := q.wrong(*q.answer); wrong != "" {
		return "--" + q.flag + ": " + wrong
	}
	return ""
}

// complete gets an answer to each question, by asking until it will do, or says
// which flags are missing or wrong.
func complete(all []question, in *bufio.Reader, out io.Writer, ask bool) error {
	var faults []string
	for _, q := range all {
		for fault := q.fault(); fault != ""; fault = q.fault() {
			if !ask {
				faults = append(faults, fault)
				break
			}
			if *q.answer != "" {
				fmt.Fprintln(out, fault)
			}
			fmt.Fprint(out, q.words+": ")
			line, err := in.ReadString('\n')
			if err != nil {
				return fmt.Errorf("%s: no answer came", fault)
			}
			*q.answer = strings.TrimSpace(line)
		}
	}
	if len(faults) > 0 {
		return errors.New(strings.Join(faults, "\n  "))
	}
	return nil
}

func wrongISA(s string) string {
	if !regexp.MustCompile(`^[0-9A-Z]{2}:\S(.{0,13}\S)?$`).MatchString(s) {
		return fmt.Sprintf("found %q; write the qualifier, a colon and the id of 1 to 15 characters, such as ZZ:ACMERETAIL", s)
	}
	return ""
}

func wrongURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return "write http:// or https:// with a host, and no password in it"
	}
	return ""
}

func wrongHost(s string) string {
	u, err := url.Parse("sftp://" + s)
	if err != nil || u.Hostname() == "" || u.Host != s {
		return "write a name and, where it is not 22, a port, such as sftp.partner.example:2222"
	}
	return ""
}

func wrongMail(s string) string {
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		return "write one address, such as edi@partner.example"
	}
	return ""
}

// wrongCertificate reads the file, and keeps what is in it.
func (p *partnerNew) wrongCertificate(name string) string {
	data, err := os.ReadFile(name)
	if err == nil {
		_, err = partners.ReadReceived(data)
	}
	if err != nil {
		return err.Error()
	}
	p.start.Certificate = data
	return ""
}

// party reads QUALIFIER:ID.
func party(s string) partners.Party {
	qualifier, id, _ := strings.Cut(s, ":")
	return partners.Party{Qualifier: qualifier, ID: id}
}

// print says what was written and what to do next.
func (p *partnerNew) print(files []partners.StartFile, problems []settings.Problem) {
	out := p.c.OutOrStdout()
	for _, f := range files {
		fmt.Fprintln(out, "wrote", filepath.Join(p.dir, filepath.FromSlash(f.Path)))
	}
	for _, problem := range problems {
		fmt.Fprintln(out, problem.String())
	}
	fmt.Fprintf(out, "%s is good: %d warning(s). Try next:\n\n", p.dir, len(problems))
	fmt.Fprintf(out, "  waybill map new --partner %s --from SAMPLE --config %s\n", p.start.Name, p.dir)
	for _, f := range files {
		if name, ok := strings.CutPrefix(f.Path, "mappings/"); ok {
			fmt.Fprintf(out, "  waybill map run %s SAMPLE --config %s\n", strings.TrimSuffix(name, ".yaml"), p.dir)
			break
		}
	}
	fmt.Fprintf(out, "  waybill partner test %s --config %s\n", p.start.Name, p.dir)
	fmt.Fprintf(out, "  waybill spool list --config %s --partner %s\n", p.dir, p.start.Name)
}
