package spooltest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
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

// ErrNoPostgres says that a server cannot be started on this machine.
var ErrNoPostgres = errors.New("PostgreSQL is not installed (Debian: apt-get install postgresql)")

// Postgres starts a server for the test and returns the address of a fresh
// database. It is left out where PostgreSQL is not installed.
func Postgres(t testing.TB) string {
	t.Helper()
	return StartPostgres(t).Database(t)
}

// StartPostgres starts a server that is stopped with the test.
func StartPostgres(t testing.TB) *Server {
	t.Helper()
	s, err := NewServer()
	LeftOut(t, err)
	t.Cleanup(func() { _ = s.Remove() })
	return s
}

// LeftOut ends a test that got no server: it is left out where PostgreSQL is
// missing, and fails otherwise.
func LeftOut(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrNoPostgres) {
		leftOut(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// NewServer starts a server in a directory of its own, until Remove.
func NewServer() (*Server, error) {
	s := &Server{bin: postgresBin()}
	if s.bin == "" {
		return nil, ErrNoPostgres
	}
	var err error
	if os.Getuid() == 0 { // initdb refuses root
		if s.credential, err = unprivileged(); err != nil {
			return nil, err
		}
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	if s.dir, err = os.MkdirTemp("", "pg"); err != nil { // short enough for a socket's address
		return nil, err
	}
	s.data = filepath.Join(s.dir, "data")
	err = s.credential.own(s.dir)
	if err == nil {
		err = s.run("initdb", "-D", s.data, "-U", "waybill", "-A", "trust", "-E", "UTF8", "--no-locale")
	}
	if err == nil {
		err = s.start()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	return s, nil
}

// Start starts the server again after Stop, and waits until it answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) start() error {
	options := fmt.Sprintf("-c port=%d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c max_connections=200", s.port, s.dir)
	return s.run("pg_ctl", "-D", s.data, "-w", "-t", "60", "-l", filepath.Join(s.dir, "log"), "-o", options, "start")
}

// Remove stops the server and removes what it wrote.
func (s *Server) Remove() error {
	return errors.Join(s.Stop("immediate"), os.RemoveAll(s.dir))
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
	s.credential.apply(c)
	return c
}

// run runs a tool to its end. The server must not inherit the tool's pipes, or
// waiting for them would wait for the server.
func (s *Server) run(name string, args ...string) error {
	log, err := os.Create(filepath.Join(s.dir, name+".out"))
	if err != nil {
		return err
	}
	c := s.command(name, args...)
	c.Stdout, c.Stderr = log, log
	if err = errors.Join(c.Run(), log.Close()); err != nil {
		out, _ := os.ReadFile(log.Name())
		server, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		err = fmt.Errorf("%s: %w\n%s\n%s", name, err, bytes.TrimSpace(out), server)
	}
	return err
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

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// unprivileged is a user that is not root: initdb and the server refuse root.
func unprivileged() (*credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, err1 := strconv.Atoi(u.Uid)
			gid, err2 := strconv.Atoi(u.Gid)
			if err1 == nil && err2 == nil {
				return &credential{uid, gid}, nil
			}
		}
	}
	return nil, fmt.Errorf("%w, or there is no user that is not root, such as postgres or nobody", ErrNoPostgres)
}
