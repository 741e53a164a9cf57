package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRoute(t *testing.T) {
	dir := shop(t)
	for _, x := range [][3]string{
		{"partners/acme-retail.yaml", "mapping: acme-850, to: [erp] }", "mapping: acme-850 }"},
		{"waybill.yaml", "\nadapters:", "\nroute:\n  - { kinds: [invoice], to: [erp] }\n  - { kinds: [order], where: { currency: [EUR] }, to: [erp] }\n  - { partners: [acme-retail], to: [erp] }\nadapters:"},
	} {
		name := filepath.Join(dir, x[0])
		data, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(data), x[1]) {
			t.Fatalf("%s has no %q, %v", name, x[1], err)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(data), x[1], x[2], 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "order.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"kind":"order","partner":"acme-retail","source":{"document":"850"},"body":{"currency":"USD"}}`)
	code, stdout, stderr := command("route", file, "--config", dir)
	if code != 0 || !strings.Contains(stdout, "1     no") || !strings.Contains(stdout, "3     yes    erp  takes it") || !strings.Contains(stdout, "currency is USD, and not EUR") {
		t.Errorf("exit %d:\n%s%s", code, stdout, stderr)
	}
	code, stdout, _ = command("route", file, "--config", dir, "-o", "json")
	if code != 0 || !strings.Contains(stdout, `{"rule":"3","takes":true,"text":"takes it","to":["erp"]}`) {
		t.Errorf("exit %d: %s", code, stdout)
	}
	for text, want := range map[string]string{`{}`: "no kind", `x`: "no JSON", `{"kind":"order","partner":"nobody","body":{}}`: `there is no partner "nobody"`} {
		write(text)
		if code, _, stderr := command("route", file, "--config", dir); code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d: %s", text, code, stderr)
		}
	}
	if code, _, _ := command("route", "no-such-file", "--config", dir); code != 2 {
		t.Errorf("exit %d", code)
	}
}
