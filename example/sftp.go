package example

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// OverSFTP changes what Write wrote: the example's partner uploads its orders to
// our SFTP server at listen, proven by its public key, and fetches there what is
// for it.
func OverSFTP(dir, listen, publicKey string) error {
	return errors.Join(
		extend(filepath.Join(dir, "waybill.yaml"), fmt.Sprintf(`
sftp:
  listen: %s       # each partner has a directory of its own there
  dir: data/sftp
`, listen)),
		extend(filepath.Join(dir, "partners", Partner+".yaml"), fmt.Sprintf(`
acknowledge: { via: sftp }

sftp:
  account:
    login: %s
    keys:
      - { key: %s }
`, Partner, publicKey)),
	)
}

// extend adds to a file that is there.
func extend(name, text string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
