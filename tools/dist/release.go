package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// release is one version for all platforms.
type release struct {
	version string
	time    time.Time
	out     string
}

// papers go along with every binary.
func papers() []string {
	return []string{"LICENSE", "THIRD_PARTY_NOTICES.md", "README.md", "CHANGELOG.md", "SECURITY.md"}
}

func (r release) build(platforms []string, log io.Writer) error {
	if err := os.RemoveAll(r.out); err != nil {
		return fmt.Errorf("empty %s: %w", r.out, err)
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return fmt.Errorf("make %s: %w", r.out, err)
	}
	var archives []string
	for _, p := range platforms {
		archive, err := r.platform(p)
		if err != nil {
			return err
		}
		fmt.Fprintln(log, archive)
		archives = append(archives, archive)
	}
	slices.Sort(archives)
	return r.sums(archives)
}

// platform makes the archive of one platform and returns its name.
func (r release) platform(platform string) (string, error) {
	goos, goarch, ok := strings.Cut(platform, "/")
	if !ok {
		return "", fmt.Errorf("platform %q is not of the form linux/amd64", platform)
	}
	dir, err := os.MkdirTemp(r.out, "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	binary := "waybill"
	if goos == "windows" {
		binary += ".exe"
	}
	path := filepath.Join(dir, binary)
	if err := compile(goos, goarch, r.version, path); err != nil {
		return "", err
	}
	list := []entry{{name: binary, path: path, mode: 0o755}}
	for _, p := range papers() {
		list = append(list, entry{name: p, path: p, mode: 0o644})
	}
	if goos == "linux" {
		for _, p := range []string{"waybill.service", "waybill.sysusers.conf"} {
			list = append(list, entry{name: p, path: filepath.Join("deploy", p), mode: 0o644})
		}
	}
	return r.pack(goos, goarch, list)
}

// compile builds one binary that tells nothing of the machine it was built on.
func compile(goos, goarch, version, to string) error {
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid= -X main.version="+version, "-o", to, "./cmd/waybill")
	build.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build for %s/%s: %w\n%s", goos, goarch, err, out)
	}
	return nil
}

// pack writes the archive: zip where people expect it, tar.gz elsewhere.
func (r release) pack(goos, goarch string, list []entry) (string, error) {
	top := fmt.Sprintf("waybill-%s-%s-%s", r.version, goos, goarch)
	write, name := writeTar, top+".tar.gz"
	if goos == "windows" {
		write, name = writeZip, top+".zip"
	}
	f, err := os.Create(filepath.Join(r.out, name))
	if err != nil {
		return "", err
	}
	err = write(f, top, r.time, list)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	return name, nil
}
