package as2

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"waybill/transports"
)

// ReceiverOptions is what a Receiver needs. Lookup is required; the rest has
// safe defaults.
type ReceiverOptions struct {
	Lookup   Lookup
	Address  string      // default 127.0.0.1:4080
	Path     string      // default /as2
	TLS      *tls.Config // nil: plain HTTP, for a loopback address or behind a proxy
	InFlight int         // exchanges at once, default 64, and an eighth of it for strangers; more are put off with 503
	Timeouts Timeouts
	// Listening is told the address once the listener is open.
	Listening func(net.Addr)
	// Answered is told of each answer that has been written, for crash tests.
	Answered func(id string)
	Now      func() time.Time
	Rand     io.Reader
	Log      *slog.Logger
}

// Timeouts bounds what a slow or silent peer can hold.
type Timeouts struct {
	Header time.Duration // request line and headers, default 10 s
	Idle   time.Duration // between two reads of a body, before it comes at slowest, and of a kept connection, default 1 min
	Body   time.Duration // a whole body, default 1 h
	Answer time.Duration // writing the answer, default 1 min
	Stop   time.Duration // how long running exchanges may take when the receiver stops, default 30 s
}

// Receiver listens for AS2 messages. It implements transports.Receiver.
type Receiver struct{ o ReceiverOptions }

// NewReceiver returns a Receiver with the defaults filled in.
func NewReceiver(o ReceiverOptions) *Receiver {
	set(&o.Address, "127.0.0.1:4080")
	set(&o.Path, "/as2")
	set(&o.InFlight, 64)
	set(&o.Timeouts.Header, 10*time.Second)
	set(&o.Timeouts.Idle, time.Minute)
	set(&o.Timeouts.Body, time.Hour)
	set(&o.Timeouts.Answer, time.Minute)
	set(&o.Timeouts.Stop, 30*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Answered == nil {
		o.Answered = func(string) {}
	}
	if o.Rand == nil {
		o.Rand = cryptoRand()
	}
	return &Receiver{o: o}
}

// set puts a default where there is the zero value.
func set[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// Receive listens until ctx ends, then stops accepting and returns when the
// running exchanges are over. A listener that cannot be opened is an error.
func (r *Receiver) Receive(ctx context.Context, in transports.Inbox) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", r.o.Address)
	if err != nil {
		return fmt.Errorf("open the AS2 listener: %w", err)
	}
	if r.o.TLS != nil {
		conf := r.o.TLS.Clone()
		conf.NextProtos = []string{"http/1.1"}
		ln = tls.NewListener(ln, conf)
	}
	if r.o.Listening != nil {
		r.o.Listening(ln.Addr())
	}
	return r.serve(ctx, ln, in)
}

func (r *Receiver) serve(ctx context.Context, ln net.Listener, in transports.Inbox) error {
	// Exchanges outlive ctx: what has begun when the receiver stops is finished.
	base, abandon := context.WithCancel(context.WithoutCancel(ctx))
	h := newDoor(r.o, in)
	srv := r.server(base, h)
	defer h.running.Wait()
	defer abandon()
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve AS2: %w", err)
	case <-ctx.Done():
	}
	patience, done := context.WithTimeout(context.WithoutCancel(ctx), r.o.Timeouts.Stop)
	defer done()
	err := srv.Shutdown(patience)
	if err != nil { // exchanges that never end are cut off; their arrivals are refused by their lease
		abandon()
		err = errors.Join(fmt.Errorf("stop AS2: exchanges cut off after %s: %w", r.o.Timeouts.Stop, err), srv.Close())
	}
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}

// Handler is the receiver as a handler, for a server of the caller's own.
func (r *Receiver) Handler(in transports.Inbox) http.Handler {
	return newDoor(r.o, in)
}

func (r *Receiver) server(base context.Context, h http.Handler) *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:           h,
		Protocols:         &protocols,
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: r.o.Timeouts.Header,
		IdleTimeout:       r.o.Timeouts.Idle,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(r.o.Log.Handler(), slog.LevelDebug),
	}
}
