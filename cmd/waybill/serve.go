package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/settings"
)

// serveCommand runs the gateway until it is told to stop.
func serveCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the gateway",
		Long: `Run the gateway until SIGTERM or an interrupt. It then stops receiving, finishes
what runs and leaves the rest in the spool for the next start.

SIGHUP, or a change of a file under partners/ or mappings/, reloads both as a
whole; a version with a problem is reported and leaves the one in force.`,
		Example: `  waybill serve --config /etc/waybill
  kill -HUP $(pidof waybill)     # reload partners and mappings`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return serve(c.Context(), dir, c.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&dir, "config", ".", "the config directory")
	return c
}

func serve(ctx context.Context, dir string, stderr io.Writer) error {
	config, problems := gateway.Load(dir)
	if report(stderr, problems) || config == nil {
		return findings(fmt.Errorf("%s cannot be used; waybill check --config %s lists every problem", gateway.ConfigFile, dir))
	}
	log := logger(config.Log, stderr)
	g, problems := gateway.New(config, gateway.Options{
		Log: log, Failpoint: failpoint(), Unsafe: unsafe(),
		Listening: func(door string, addr net.Addr) { log.Info("listening", "door", door, "addr", addr.String()) },
	})
	if report(stderr, problems) {
		return findings(fmt.Errorf("the configuration in %s cannot be used", dir))
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A hangup while the gateway stops must not cut off what it still finishes.
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	reloaded := reloadOnHangup(ctx, hangup, g)
	err := g.Run(ctx)
	stop()
	<-reloaded
	return err
}

// reloadOnHangup reloads at each hangup until ctx ends, then closes what it returns.
func reloadOnHangup(ctx context.Context, hangup <-chan os.Signal, g *gateway.Gateway) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangup:
				g.Reload() // it logs what it finds
			}
		}
	}()
	return ended
}

// report prints problems and says whether one is more than a warning.
func report(w io.Writer, problems []settings.Problem) bool {
	stop := false
	for _, p := range problems {
		fmt.Fprintln(w, p.String())
		stop = stop || !p.Warning
	}
	return stop
}

func logger(c gateway.LogConfig, w io.Writer) *slog.Logger {
	var level slog.Level
	// check() has refused any other word.
	_ = level.UnmarshalText([]byte(c.Level))
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "text" {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}
