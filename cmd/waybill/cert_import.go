package main

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/partners"
	"waybill/settings"
)

// certImport is one run of cert import.
type certImport struct {
	c                        *cobra.Command
	dir, file, partner, from string
	yes                      bool
}

func certImportCommand(dir *string) *cobra.Command {
	i := &certImport{}
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Take in a partner's next certificate",
		Long: `Show the certificate that a partner sent, ask whether the fingerprint is the one
that the partner read out, copy it to certs/NAME-YEAR.cer and add it to the
profile's certificates, comments and all kept. With --from it counts from that
day on, beside the old one; give the old one its until when the partner has
changed over. Where the profile cannot be changed safely, the line to put in is
printed. A file with a private key is refused.

Exit code 0: taken in. 1: the partner's files would have problems, nothing was
changed. 2: something is missing, wrong or there already, or nobody confirmed.`,
		Example: `  waybill cert import bolt-2027.cer --partner bolt-stores --config shop
  waybill cert import bolt-2027.p7b --partner bolt-stores --config shop --from 2027-03-01 --yes`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			i.c, i.dir, i.file = c, *dir, args[0]
			return i.run()
		},
	}
	c.Flags().StringVar(&i.partner, "partner", "", "whose it is")
	c.Flags().StringVar(&i.from, "from", "", "the day from which it counts, such as 2027-03-01")
	c.Flags().BoolVar(&i.yes, "yes", false, "the fingerprint was compared: do not ask")
	return c
}

func (i *certImport) run() error {
	profile, err := i.profile()
	if err != nil {
		return usage(err)
	}
	if _, err := time.Parse(time.DateOnly, i.from); i.from != "" && err != nil {
		return usage(fmt.Errorf("--from: found %q; write a day, such as 2027-03-01", i.from))
	}
	data, err := os.ReadFile(i.file)
	if err != nil {
		return usage(err)
	}
	found, err := partners.ReadReceived(data)
	if err != nil {
		return usage(fmt.Errorf("%s: %w", i.file, err))
	}
	if file := i.named(profile, found[0]); file != "" {
		return usage(fmt.Errorf("%s names this certificate already: it is in %s", i.profileName(), file))
	}
	i.show(found)
	if err := i.confirm(); err != nil {
		return usage(err)
	}
	return i.take(profile, found)
}

// profile reads the partner's file as text.
func (i *certImport) profile() ([]byte, error) {
	if i.partner == "" {
		return nil, errors.New("--partner is missing: whose certificate is it?")
	}
	data, err := os.ReadFile(i.profileName())
	if !errors.Is(err, fs.ErrNotExist) && filepath.Base(i.partner) == i.partner {
		return data, err
	}
	names, _ := partnerNames(i.dir) // of a directory that is not there none is named
	return nil, &gateway.UnknownPartner{Name: i.partner, Near: settings.Suggest(i.partner, names)}
}

func (i *certImport) profileName() string {
	return filepath.Join(i.dir, "partners", i.partner+".yaml")
}

// named is the file in certs/ that holds the certificate already and stands in
// the profile, or "".
func (i *certImport) named(profile []byte, c *x509.Certificate) string {
	files, _ := filepath.Glob(filepath.Join(i.dir, "certs", "*")) // the pattern is a good one
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(profile, []byte("certs/"+filepath.Base(name))) {
			continue
		}
		if all, err := partners.ReadReceived(data); err == nil && slices.ContainsFunc(all, c.Equal) {
			return name
		}
	}
	return ""
}

// show prints what a person compares; the first is the partner's own, the others
// vouch for it.
func (i *certImport) show(found []*x509.Certificate) {
	out := i.c.OutOrStdout()
	for n, c := range found {
		if n > 0 {
			fmt.Fprintln(out, "with it:")
		}
		fmt.Fprintln(out, "subject   ", printable(c.Subject.String()))
		fmt.Fprintln(out, "issuer    ", printable(c.Issuer.String()))
		fmt.Fprintln(out, "valid     ", c.NotBefore.UTC().Format(time.DateOnly), "until", c.NotAfter.UTC().Format(time.DateOnly))
		fmt.Fprintf(out, "SHA-256\n  %s\n", gateway.Fingerprint(c))
		for _, weak := range warnings(c, time.Now()) {
			fmt.Fprintln(out, "warning:", weak)
		}
	}
}

// warnings are what a person should know before it counts.
func warnings(c *x509.Certificate, now time.Time) []string {
	all := partners.Weaknesses(c, now)
	if now.After(c.NotAfter) {
		all = append(all, "it has expired")
	}
	return all
}

// confirm asks, at a terminal, whether somebody has compared the fingerprint.
func (i *certImport) confirm() error {
	if i.yes {
		return nil
	}
	f, ok := i.c.InOrStdin().(*os.File)
	if !ok || !isTTY(f) {
		return errors.New("nobody is here to compare the fingerprint: do it, and say --yes")
	}
	return confirmed(f, i.c.ErrOrStderr())
}

func confirmed(in io.Reader, out io.Writer) error {
	fmt.Fprint(out, "Did the partner read out this fingerprint? yes or no: ")
	line, err := bufio.NewReader(in).ReadString('\n')
	if answer := strings.ToLower(strings.TrimSpace(line)); err != nil || answer != "yes" && answer != "y" {
		return errors.New("not confirmed, nothing was changed")
	}
	return nil
}

// take writes the certificate and names it in the profile. What had no problem
// before must have none after, or everything is as it was.
func (i *certImport) take(profile []byte, found []*x509.Certificate) error {
	year := found[0].NotBefore.UTC().Format("2006")
	if i.from != "" {
		year = i.from[:len("2006")]
	}
	good := !settings.Fatal(gateway.Check(i.dir))
	entry := partners.CertificateEntry{File: partners.FreeCertificateName(i.dir, i.partner, year), From: i.from}
	file := []partners.StartFile{{Path: entry.File, Data: partners.EncodeCertificates(found)}}
	if err := partners.WriteNew(i.dir, file); err != nil {
		return findings(err)
	}
	fmt.Fprintln(i.c.OutOrStdout(), "wrote", filepath.Join(i.dir, filepath.FromSlash(entry.File)))
	text, safe := partners.AddCertificate(profile, entry)
	if !safe {
		fmt.Fprintf(i.c.OutOrStdout(), "put this into as2.certificates of %s:\n    - %s\n", i.profileName(), entry)
		return nil
	}
	if err := partners.Replace(i.profileName(), text); err != nil {
		return findings(errors.Join(err, partners.RemoveNew(i.dir, file)))
	}
	if problems := gateway.Check(i.dir); good && settings.Fatal(problems) {
		report(i.c.ErrOrStderr(), problems)
		return findings(errors.Join(errors.New("the profile would have problems, nothing was changed"),
			partners.Replace(i.profileName(), profile), partners.RemoveNew(i.dir, file)))
	}
	fmt.Fprintf(i.c.OutOrStdout(), "added to %s: - %s\n", i.profileName(), entry)
	return nil
}
