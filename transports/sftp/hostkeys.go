package sftp

import (
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/crypto/ssh"
)

// minRSA is the shortest RSA key that is taken, in bits.
const minRSA = 2048

// HostKey reads our host key from a file, and makes one where there is no such
// file. One that is there is never replaced: partners know us by it.
func HostKey(file string, rand io.Reader) (signer ssh.Signer, made bool, err error) {
	signer, err = ReadKey(file, "")
	if !errors.Is(err, fs.ErrNotExist) {
		return signer, false, err
	}
	if err := MakeKey(file, "waybill", rand); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, false, fmt.Errorf("make the host key: %w", err)
	}
	signer, err = ReadKey(file, "")
	return signer, err == nil, err
}

// MakeKey makes an Ed25519 key: the private key in a file that only its owner
// reads, and beside it the public one, with .pub. A file that is there stays.
func MakeKey(file, comment string, rand io.Reader) error {
	public, private, err := ed25519.GenerateKey(rand)
	if err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(private, comment)
	if err != nil {
		return err
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	if err := writeNew(file, pem.EncodeToMemory(block), 0o600); err != nil {
		return err
	}
	line := string(ssh.MarshalAuthorizedKey(key))
	return os.WriteFile(file+".pub", []byte(line[:len(line)-1]+" "+comment+"\n"), 0o644)
}

// writeNew writes a file that was not there before, to the disk.
func writeNew(name string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// ReadKey reads a private key that only its owner may read.
func ReadKey(file, passphrase string) (ssh.Signer, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("read the SSH key: %w", err)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 && os.PathSeparator == '/' {
		return nil, fmt.Errorf("the SSH key %s may be read by others (mode %04o); chmod 600 it", file, info.Mode().Perm())
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the SSH key: %w", err)
	}
	return ParseKey(data, passphrase)
}

// ParseKey reads a private key in PEM, as ssh-keygen writes it.
func ParseKey(data []byte, passphrase string) (ssh.Signer, error) {
	var signer ssh.Signer
	var err error
	if passphrase == "" {
		signer, err = ssh.ParsePrivateKey(data)
	} else {
		signer, err = ssh.ParsePrivateKeyWithPassphrase(data, []byte(passphrase))
	}
	if err != nil {
		return nil, fmt.Errorf("read the SSH key: %w", err)
	}
	return signer, checkKey(signer.PublicKey())
}

// ParsePublic reads a public key as it stands in a .pub file.
func ParsePublic(line string) (ssh.PublicKey, error) {
	key, _, options, rest, err := ssh.ParseAuthorizedKey([]byte(line))
	switch {
	case err != nil:
		return nil, errors.New("this is no public key; expected one line such as ssh-ed25519 AAAA… name")
	case len(options) > 0 || len(rest) > 0:
		return nil, errors.New("this is more than a public key; write one key, without options")
	}
	return key, checkKey(key)
}

// Fingerprint is a public key as people compare it.
func Fingerprint(key ssh.PublicKey) string { return ssh.FingerprintSHA256(key) }

// checkKey refuses kinds and lengths of keys that are not safe any more.
func checkKey(key ssh.PublicKey) error {
	switch key.Type() {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256:
		return nil
	case ssh.KeyAlgoRSA:
		holder, ok := key.(ssh.CryptoPublicKey)
		if !ok {
			return errors.New("this RSA key cannot be looked at")
		}
		public, ok := holder.CryptoPublicKey().(*rsa.PublicKey)
		if !ok || public.N.BitLen() < minRSA {
			return fmt.Errorf("an RSA key needs %d bits", minRSA)
		}
		return nil
	}
	return fmt.Errorf("keys of the kind %s are not taken; use Ed25519, ECDSA or RSA", key.Type())
}
