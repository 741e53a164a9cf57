package http

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"waybill/settings"
)

// TLS is how we know the system, and how it knows us by a certificate. Files are
// PEM; relative paths start at the config directory.
type TLS struct {
	Certificate string `yaml:"certificate"` // ours, with its chain; read anew for each connection
	Key         string `yaml:"key"`         // its key; a file that nobody else may read
	CA          string `yaml:"ca"`          // of whoever signs the system's certificate; "" is the machine's
	ServerName  string `yaml:"server_name"` // that the system's certificate must have; "" is the host of the url
}

func (c TLS) check(l *settings.Problems, address string) {
	if (c.Certificate == "") != (c.Key == "") {
		l.Add("tls.key", "give both certificate and key, or neither", "a certificate needs its key, and a key its certificate")
	}
	if c != (TLS{}) && strings.HasPrefix(address, "http:") {
		l.Add("tls", "write https:// in the url, or leave tls out", "the url is http://, which has no certificates")
	}
}

// config is the TLS of the adapter's connections.
func (c TLS) config(base *tls.Config, dir string) (*tls.Config, error) {
	out := &tls.Config{}
	if base != nil {
		out = base.Clone()
	}
	out.MinVersion = max(out.MinVersion, tls.VersionTLS12)
	if c.ServerName != "" {
		out.ServerName = c.ServerName
	}
	if c.CA != "" {
		data, err := os.ReadFile(at(dir, c.CA))
		if err != nil {
			return nil, fmt.Errorf("tls.ca: %w", err)
		}
		out.RootCAs = x509.NewCertPool()
		if !out.RootCAs.AppendCertsFromPEM(data) {
			return nil, fmt.Errorf("tls.ca: %s holds no PEM certificate", c.CA)
		}
	}
	if c.Certificate == "" {
		return out, nil
	}
	if _, err := c.pair(dir); err != nil { // so that it is known at the start
		return nil, err
	}
	out.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return c.pair(dir) }
	return out, nil
}

// pair reads our certificate and its key.
func (c TLS) pair(dir string) (*tls.Certificate, error) {
	chain, err := os.ReadFile(at(dir, c.Certificate))
	if err != nil {
		return nil, fmt.Errorf("tls.certificate: %w", err)
	}
	key, err := settings.ReadPrivate(at(dir, c.Key))
	if err != nil {
		return nil, fmt.Errorf("tls.key: %w", err)
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, errors.New("tls.certificate: it is no PEM certificate, or the key is not its own: " + err.Error())
	}
	return &pair, nil
}

// at is a path of the configuration.
func at(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
