// Package example is the configuration that waybill init writes: one partner
// who sends purchase orders over AS2, and an ERP that takes them over HTTP. The
// demo and the tests start from the same files.
package example

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"waybill/cms"
)

//go:embed tree
var tree embed.FS

// Partner is the profile's name of the example's partner.
const Partner = "acme-retail"

// Identifiers of the example's AS2 pair.
const (
	Us   = "OURCO_AS2"
	Them = "ACME_AS2"
)

// Addresses replace the ones in the example; an empty one leaves it as it is.
type Addresses struct {
	AS2     string // where the gateway listens for partners, host:port
	Observe string // health and metrics, host:port
	ERP     string // where orders are posted, a URL
	Partner string // where the partner receives, a URL
	Store   string // sqlite:PATH or postgres://…
}

// NotEmpty says that the directory holds something already.
type NotEmpty struct{ Dir, Found string }

func (e *NotEmpty) Error() string {
	return fmt.Sprintf("%s holds %s already: name a new directory", e.Dir, e.Found)
}

const (
	certificateYears = 2
	privateMode      = 0o600
	publicMode       = 0o644
	privateDir       = 0o700
	publicDir        = 0o755
)

// Write writes the tree into dir, which must be new or empty, with a key of ours
// that is made on the spot and the partner's certificate. It returns our identity.
func Write(dir string, a Addresses, partner cms.Identity, now time.Time) (cms.Identity, error) {
	if err := mustBeEmpty(dir); err != nil {
		return cms.Identity{}, err
	}
	ours, err := cms.NewIdentity(Us, certificateYears, now, nil)
	if err != nil {
		return ours, err
	}
	if err := copyTree(dir, a); err != nil {
		return ours, err
	}
	certificate, key, err := ours.PEM()
	if err != nil {
		return ours, err
	}
	theirs, _, err := partner.PEM()
	if err != nil {
		return ours, err
	}
	return ours, errors.Join(
		writeFile(filepath.Join(dir, "certs", "ourco.cer"), certificate, publicMode),
		writeFile(filepath.Join(dir, "certs", Partner+".cer"), theirs, publicMode),
		writeFile(filepath.Join(dir, "keys", "ourco.key"), key, privateMode),
	)
}

// NewPartner makes a key for the example's partner.
func NewPartner(now time.Time) (cms.Identity, error) {
	return cms.NewIdentity(Them, certificateYears, now, nil)
}

// WritePartnerKey writes the partner's own key among the samples, to try things
// with. A real partner keeps it.
func WritePartnerKey(dir string, partner cms.Identity) error {
	certificate, key, err := partner.PEM()
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, "samples", Partner+".pem"), append(certificate, key...), privateMode)
}

// Order is the sample purchase order.
func Order() []byte {
	data, err := tree.ReadFile("tree/samples/850.edi")
	if err != nil { // it is part of the program
		return nil
	}
	return data
}

// mustBeEmpty refuses to write among files that somebody else made.
func mustBeEmpty(dir string) error {
	found, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && len(found) > 0 {
		return &NotEmpty{dir, found[0].Name()}
	}
	return err
}

func copyTree(dir string, a Addresses) error {
	var pairs []string
	for _, p := range [][2]string{
		{"127.0.0.1:4080", a.AS2}, {"127.0.0.1:4081", a.Observe}, {"http://127.0.0.1:4090/orders", a.ERP},
		{"http://127.0.0.1:4082/as2", a.Partner}, {"sqlite:data/waybill.db", a.Store},
	} {
		if p[1] != "" {
			pairs = append(pairs, p[0], p[1])
		}
	}
	return copyFiles(tree, "tree", dir, pairs)
}

// copyFiles copies what is under root, with pairs of texts replaced.
func copyFiles(from fs.FS, root, dir string, pairs []string) error {
	replace := strings.NewReplacer(pairs...)
	return fs.WalkDir(from, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, path)
		if err != nil {
			return err
		}
		name := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(path, root+"/")))
		return writeFile(name, []byte(replace.Replace(string(data))), publicMode)
	})
}

func writeFile(name string, data []byte, mode fs.FileMode) error {
	parent := fs.FileMode(publicDir)
	if mode == privateMode {
		parent = privateDir
	}
	if err := os.MkdirAll(filepath.Dir(name), parent); err != nil {
		return err
	}
	return os.WriteFile(name, data, mode)
}
