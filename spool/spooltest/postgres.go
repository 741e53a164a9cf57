package spooltest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // the driver "postgres"
)

// Server is a PostgreSQL of the test's own.
type Server struct {
	dir, data, bin string
	port           int
	credential     *credential
}

// Postgres starts a server for the test and returns the address of a fresh
// database. It is left out where PostgreSQL is not installed.
func Postgres(t testing.TB) string {
	t.Helper()
	s := StartPostgres(t)
	return s.Database(t)
}

// StartPostgres starts a server that is stopped with the test.
func StartPostgres(t testing.TB) *Server {
	t.Helper()
	bin := postgresBin()
	if bin == "" {
		leftOut(t, "PostgreSQL is not installed (Debian: apt-get install postgresql)")
	}
	s := &Server{bin: bin, dir: shortDir(t), port: freePort(t)}
	s.data = filepath.Join(s.dir, "data")
	if os.Getuid() == 0 { // initdb refuses root
		s.credential = unprivileged(t)
		s.credential.own(t, s.dir)
	}
	s.run(t, "initdb", "-D", s.data, "-U", "waybill", "-A", "trust", "-E", "UTF8", "--no-locale")
	s.Start(t)
	t.Cleanup(func() { _ = s.Stop("immediate") })
	return s
}

// Start starts the server and waits until it answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	options := fmt.Sprintf("-c port=%d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c fsync=on -c max_connections=200", s.port, s.dir)
	s.run(t, "pg_ctl", "-D", s.data, "-w", "-t", "60", "-l", filepath.Join(s.dir, "log"), "-o", options, "start")
}

// Stop stops the server; mode is fast or immediate, the second as a crash does.
func (s *Server) Stop(mode string) error {
	out, err := s.command("pg_ctl", "-D", s.data, "-m", mode, "-w", "stop").CombinedOutput()
	if err != nil {
		return fmt.Errorf("pg_ctl stop: %w: %s", err, out)
	}
	return nil
}

// Database makes a fresh database and returns its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	sum := sha256.Sum256([]byte(t.Name() + time.Now().String()))
	name := fmt.Sprintf("test_%x", sum[:6])
	db, err := sqlx.ConnectContext(context.Background(), "postgres", s.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return s.address(name)
}

func (s *Server) address(database string) string {
	return fmt.Sprintf("postgres://waybill@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.bin, name), args...)
	c.Dir = s.dir
	c.Env = append(os.Environ(), "HOME="+s.dir, "TZ=UTC")
	if s.credential != nil {
		s.credential.apply(c)
	}
	return c
}

// run runs a tool to its end. The server must not inherit the tool's pipes, or
// waiting for them would wait for the server.
func (s *Server) run(t testing.TB, name string, args ...string) {
	t.Helper()
	log, err := os.CreateTemp(t.TempDir(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := s.command(name, args...)
	c.Stdout, c.Stderr = log, log
	if err := c.Run(); err != nil {
		out, _ := os.ReadFile(log.Name())
		server, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		t.Fatalf("%s: %v\n%s\n%s", name, err, bytes.TrimSpace(out), server)
	}
}

// postgresBin finds the directory of the newest PostgreSQL that is installed.
func postgresBin() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			found = append(found, real)
		}
	}
	for _, f := range found {
		if _, err := os.Stat(filepath.Join(filepath.Dir(f), "pg_ctl")); err == nil {
			return filepath.Dir(f)
		}
	}
	return ""
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// shortDir is a temporary directory whose name fits into a socket's address.
func shortDir(t testing.TB) string {
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func freePort(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// unprivileged is a user that is not root: initdb and the server refuse root.
func unprivileged(t testing.TB) *credential {
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, err1 := strconv.Atoi(u.Uid)
			gid, err2 := strconv.Atoi(u.Gid)
			if err1 == nil && err2 == nil {
				return &credential{uid, gid}
			}
		}
	}
	leftOut(t, "PostgreSQL needs a user that is not root, such as postgres or nobody")
	return nil
}
