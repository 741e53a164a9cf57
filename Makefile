# Waybill. `make` lists the targets; `make demo` and `make test` need Go alone.

GO          ?= go
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
FUZZTIME    ?= 30s
BENCHTIME   ?= 1s
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2
ERRCHECK    ?= github.com/kisielk/errcheck@v1.30.0

# Archives are dated by the commit, so that building it again gives the same bytes.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

# Where concurrency lives; the rest of the tree has no goroutines of its own. Of the
# mutations and limits of translators/x12, all in one goroutine, it has a sample.
RACE ?= ./settings ./canonical ./partners ./mappings ./translators/... ./transports/... ./web ./stages ./gateway ./adapters/... ./sim

# The reference texts, for the tests that need them; relative names are ours, not a test's.
ifdef WAYBILL_SHARED
override WAYBILL_SHARED := $(abspath $(WAYBILL_SHARED))
export WAYBILL_SHARED
endif

# Tests of the binary as it is built, never from the cache: what the machine has may have changed.
TEST = CGO_ENABLED=0 $(GO) run ./tools/leftout \
	-bring "make deps (Debian, as root); the reference texts with WAYBILL_SHARED=DIR" -count=1

.DEFAULT_GOAL := help
.PHONY: help deps build demo test race lint generate notices bench bench-peers bench-sftp fuzz interop crash crash-doors dist dist-check

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## bring what some tests need (Debian, as root): PostgreSQL, OpenSSL, FUSE, pyas2lib, StAEDI, pyx12
	@bash tools/deps.sh

build: ## build bin/waybill, with its version stamped
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/waybill ./cmd/waybill

demo: build ## one purchase order's whole journey, on this machine
	bin/waybill demo

test: ## all tests that this machine can run; lists what it left out
	$(TEST) -timeout 15m -tags interop ./...

race: ## the tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race -timeout 15m $(RACE)

lint: ## gofmt, go vet, staticcheck, unchecked errors where state is written
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags interop,faults ./...
	$(GO) run $(STATICCHECK) -tags interop,faults ./...
	$(GO) run $(ERRCHECK) -ignoretests -exclude tools/errcheck.txt ./spool ./stages ./gateway

generate: notices ## write generated files again
	$(GO) generate ./...

notices: ## write THIRD_PARTY_NOTICES.md from the modules of the binary
	$(GO) run ./tools/notices -out THIRD_PARTY_NOTICES.md

bench: ## all benchmarks
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) -timeout 60m ./...

bench-peers: ## 100 MB of orders: a floor, our reader and StAEDI, in one run; the memory of a check of 1 GB
	CGO_ENABLED=0 $(GO) build -o bin/benchpeers ./tools/benchpeers
	bin/benchpeers

bench-sftp: ## 2,000 files by one session, and 1 GB: OpenSSH's server, the library's, our door, the whole gateway
	CGO_ENABLED=0 $(GO) test -run '^$$' -bench SFTP -benchtime 5x -timeout 30m ./gateway

fuzz: ## every fuzz target for FUZZTIME (30s)
	@for p in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
			echo "$$p $$f"; \
			$(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p || exit 1; \
		done; \
	done

interop: ## exchange with pyas2lib, both ways; X12 as StAEDI and pyx12 read it, and every document that we make
	$(TEST) -timeout 10m -tags interop -run Interop ./transports/as2 ./translators/x12 ./gateway

crash: ## kill -9, power cuts and faults, on both databases
	$(TEST) -timeout 60m -tags faults ./crash/...

crash-doors: ## 20 kills and 20 power cuts for each door beside AS2
	WAYBILL_DOOR_KILLS=20 WAYBILL_DOOR_CUTS=20 $(TEST) -timeout 60m -tags faults -run Door ./crash

dist: ## archives for all platforms, with SHA256SUMS, into dist/
	$(GO) run ./tools/dist -version $(VERSION) -epoch $(SOURCE_DATE_EPOCH) -out dist

dist-check: ## build this platform's archive twice, from two places and two empty caches, and compare
	@bash tools/dist-check.sh "$(VERSION)" "$(SOURCE_DATE_EPOCH)"
