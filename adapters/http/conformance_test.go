package http

import (
	"testing"

	"waybill/adapters"
	"waybill/adapters/adaptertest"
	"waybill/sim"
)

func TestConformance(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T, erp *sim.ERP) adapters.Target {
		c := DefaultConfig()
		c.URL, c.Timeout = erp.URL(), adaptertest.Patience
		return open(t, c, Options{})
	})
}

// open makes a target and leaves no connection behind.
func open(t testing.TB, c Config, o Options) *Target {
	t.Helper()
	target, err := New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(target.client.CloseIdleConnections)
	return target
}
