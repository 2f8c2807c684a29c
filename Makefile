# What a developer repeats. `make` alone lists it.

GO ?= go

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Run the inbox on ./tagline.db
	$(GO) run .

.PHONY: demo
demo: ## Run the inbox on made-up conversations
	$(GO) run . demo

.PHONY: build
build: ## Build ./tagline
	$(GO) build -o tagline .

# What is released: the version stamped in, checksums, and a list of everything that is in each binary (SBOM, CycloneDX).
# The tool that writes the list is pinned and fetched when needed; it is no dependency of ours.
VERSION ?= $(shell git describe --tags --always --dirty)
PLATFORMS ?= linux-amd64 linux-arm64
CYCLONEDX = github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
.PHONY: release
release: ## Build static binaries for Linux with checksums and SBOMs into dist/
	@rm -rf dist && mkdir dist
	@for platform in $(PLATFORMS); do \
		file=dist/tagline-$(VERSION)-$$platform; echo "$$file"; \
		CGO_ENABLED=0 GOOS=$${platform%-*} GOARCH=$${platform#*-} $(GO) build -trimpath -ldflags '-s -w -X tagline/cli.release=$(VERSION)' -o $$file . && \
		$(GO) run $(CYCLONEDX) bin -json -output $$file.cdx.json -version $(VERSION) $$file || exit 1; \
	done
	@cd dist && sha256sum * > SHA256SUMS && cat SHA256SUMS

# Under the race detector SQLite, which is C translated to Go, and the hashing of passwords take ten times as long. They are
# not ours to search for races: the detector leaves them out.
RACE = -race $(foreach package,modernc.org/sqlite/lib modernc.org/libc golang.org/x/crypto/argon2 golang.org/x/crypto/blake2b,-gcflags=$(package)=-race=false)
# These check so many cases that they would take minutes under it and show nothing more: they run without it, and only so.
MANY = ^Test(TheStoreAgreesWithAModel|TangledReports|RandomInterleavings|MutatedBodies|NothingOfAnother|NothingGrows)
# Of the tests from outside those in which most of the server works at once run under the race detector, and only so. The
# others are some five times slower under it; what they start in another process it does not see.
RACED = ^Test(FromTheSetUpLink|AnAgentSees|AfterAStorm)
# What is tested was vetted by lint; "go test" would do it again, under the race detector from the beginning.
TESTED = -vet=off -shuffle=on -timeout 25m
INSIDE = $(shell $(GO) list ./... | grep -v /e2e)
.PHONY: test
test: generated lint programs ## Everything CI runs: generated code, formatting, linters, unit and browser tests
	$(GO) run ./e2e/report \
		$(RACE) $(TESTED) -skip '$(MANY)' $(INSIDE) -- \
		$(RACE) $(TESTED) -run '$(RACED)' ./e2e -- \
		$(TESTED) -run '$(MANY)' ./store ./handlers -- \
		$(TESTED) -skip '$(RACED)' ./e2e

# Go runs only the tests of packages that changed since they last passed, or that depend on one. The long ones of the store run with make test.
.PHONY: quick
quick: ## Unit tests of what changed, without a browser
	$(GO) test -short $(INSIDE)

# What browsers load is written to static/dist. The emoji picker is a module, which the page imports when it is first opened.
ESBUILD = $(GO) tool esbuild --log-level=warning --bundle --minify --charset=utf8 --legal-comments=none \
	--banner:js='"use strict";' --entry-names=[name] --outdir=static/dist
.PHONY: generate
generate: ## Write the Go code of the templ files, and put scripts and style sheets together
	$(GO) tool templ generate
	$(ESBUILD) --format=iife static/css/page.css $(addprefix static/js/,page.js live.js preferences.js worker.js)
	$(ESBUILD) --format=esm static/js/emoji.js

# Go code that is wrapped at 120 columns. What is not yet: tests, templates, handlers/live, and some files of the store.
# Tags of fields are left out: Go has no way to break them.
WRAPPED = $(filter-out %_test.go %_templ.go,$(wildcard $(addsuffix /*.go,\
	. cli e2e/report handlers jobs static store/sqlite store/text textlink textlink/fake textutil views web)))
# Generated code and formatting must be what the tools write from what is checked in.
.PHONY: generated
generated:
	@sums() { cksum views/*_templ.go static/dist/*; }; before=$$(sums); \
		$(MAKE) -s generate 2>/dev/null || $(MAKE) -s generate || exit 1; after=$$(sums); \
		if [ "$$before" != "$$after" ]; then echo "Generated code was out of date; it is written now, commit it."; exit 1; fi
	@$(GO) tool templ fmt -fail views || { echo "Run: go tool templ fmt views"; exit 1; }
	@long=$$(LC_ALL=C.UTF-8 grep -nE '^.{121,}' $(WRAPPED) | grep -v '"`$$'); \
		if [ -n "$$long" ]; then echo "Wrap these at 120 columns:"; echo "$$long"; exit 1; fi
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "Run gofmt -w on:"; echo "$$unformatted"; exit 1; fi

.PHONY: lint
lint: ## Vet and staticcheck
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# The pinned tool is fetched when needed; it is no dependency of ours. It takes minutes, too long for every test.
GOSEC = github.com/securego/gosec/v2/cmd/gosec@v2.30.0
.PHONY: gosec
gosec: ## Look for what is often insecure; what stays is explained where it stands
	$(GO) run $(GOSEC) -quiet -fmt golint -exclude-generated ./...

# The database of known vulnerabilities is a folder or archive beside the checkout where the network can't be reached.
VULNDB ?= $(firstword $(wildcard ../shared/govulndb-*.tgz))
.PHONY: vulnerabilities
vulnerabilities: ## Look for known vulnerabilities in what we depend on
	@if [ -z "$(VULNDB)" ]; then echo "No vulnerability database found (set VULNDB=file.tgz); nothing was checked."; exit 0; fi; \
		dir=$$(mktemp -d) && tar -xzf "$(VULNDB)" -C "$$dir" && root=$$(dirname "$$(dirname "$$(find "$$dir" -path '*/index/db.json' | head -1)")") && \
		$(GO) tool govulncheck -db "file://$$root" ./...; status=$$?; rm -rf "$$dir"; exit $$status

.PHONY: fuzz-short
fuzz-short: ## Fuzz each target for 30 seconds
	$(MAKE) fuzz FUZZTIME=30s

FUZZTIME ?= 5m
.PHONY: fuzz
fuzz: ## Fuzz each target for FUZZTIME (5m)
	@for package in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
		for target in $$(grep -rhoE '^func Fuzz[A-Za-z]+' $$package/*_test.go | cut -c6-); do \
			echo "$$package $$target"; $(GO) test $$package -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x || exit 1; \
		done; \
	done

.PHONY: crash-full
crash-full: ## Kill the program throughout 1,000 replies and 100 times amid webhooks, cut the power 1,000 times
	TAGLINE_CRASH_FULL=1 TAGLINE_CRASH_SENDS=1000 $(GO) test -run '^Test(KillsSendNoReplyTwice|ManyKills|APowerCut)' -count=1 -v -timeout 60m ./e2e

.PHONY: crash-forwards
crash-forwards: ## Kill the program throughout 2,000 webhooks that go to three tools
	TAGLINE_CRASH_FORWARDS=2000 $(GO) test -run '^TestKillsPassEverythingOn' -count=1 -v -timeout 30m ./e2e

# make test does the same with a tenth of it.
.PHONY: sizes
sizes: ## Open every page of an account with 10,000 tags, subusers, SIM cards and people
	TAGLINE_EACH=10000 $(GO) test -run '^TestNothingGrowsWithoutEnd$$' -count=1 -v -timeout 30m ./handlers

.PHONY: bench
bench: ## Measure, each figure beside a baseline from the same run
	$(GO) test -run '^$$' -bench . -skip BenchmarkLimits -benchmem -timeout 60m ./...

# The authority is the one that Let's Encrypt tests clients with; pinned, fetched when needed, no dependency of ours.
PEBBLE = v2.10.3
with_pebble = @dir=$$(mktemp -d) && GOBIN=$$dir $(GO) install $(addsuffix @$(PEBBLE),$(addprefix github.com/letsencrypt/pebble/v2/cmd/,pebble pebble-challtestsrv)) && \
	TAGLINE_PEBBLE=$$dir $(1); status=$$?; rm -rf $$dir; exit $$status
.PHONY: e2e-tls
e2e-tls: ## Have a certificate made by an ACME authority of our own
	$(call with_pebble,$(GO) test -run '^TestACertificateComesFromAnAuthority$$' -count=1 -v ./e2e)

# A Debian of its own is booted with systemd, as root. DEBIAN names a folder where it stays for the next time.
DEBIAN := $(or $(DEBIAN),$(shell mktemp -du)/debian)
.PHONY: e2e-install
e2e-install: ## Install, upgrade and encrypt on a clean Debian as docs/deployment.md says
	@[ "$$(id -u)" = 0 ] || { echo "Only root can boot a Debian of its own; nothing was tried."; exit 1; }
	@command -v debootstrap systemd-nspawn >/dev/null || apt-get install -y -q debootstrap systemd-container
	@[ -d "$(DEBIAN)" ] || { mkdir -p "$(dir $(DEBIAN))" && debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,nginx-light,caddy bookworm "$(DEBIAN)"; }
	$(call with_pebble,TAGLINE_DEBIAN="$(DEBIAN)" $(GO) test -run '^TestInstallingOnACleanDebian$$' -count=1 -v -timeout 15m ./e2e)

.PHONY: storm
storm: ## Run the storms over live pages at full size
	TAGLINE_STORM=1 $(GO) test -run '^Test(NoFrame|AfterCuts|NothingIsMissed)' -count=1 -v -timeout 30m ./e2e ./handlers
	TAGLINE_STORM=1 $(GO) test $(RACE) -run '^TestStress' -count=1 -v -timeout 10m ./handlers

.PHONY: limits
limits: ## Find the highest rate of webhooks and the most open pages that this machine holds for a minute
	$(GO) test -run '^$$' -bench BenchmarkLimits -benchtime 1x -timeout 120m ./e2e

.PHONY: docs
docs: ## Write the manual's table of flags and store/schema.sql
	TAGLINE_WRITE_DOCS=1 $(GO) test -run '^Test(TheManualListsEveryFlag|TheSchemaIsWrittenDown)$$' -count=1 ./cli ./store

.PHONY: drill
drill: ## Make a backup every minute under load and restore each, kill some midway, restore a gigabyte
	TAGLINE_DRILLS=10 TAGLINE_DRILL_EVERY=1m TAGLINE_BACKUP_KILLS=100 TAGLINE_LARGE=1024 $(GO) test -run '^Test(EveryBackupUnderLoad|AKilledBackup|ALargeBackup)' -count=1 -v -timeout 30m ./e2e

.PHONY: soak
soak: ## Use the program for half an hour and see that it holds no more than at the beginning
	TAGLINE_SOAK=30m $(GO) test -run '^TestAProgramThatIsUsedForLong' -count=1 -v -timeout 60m ./e2e

PICTURES = thread-desktop-light thread-desktop-dark inbox-phone-light thread-phone-dark
.PHONY: screenshots
screenshots: programs ## Take the README's screenshots from the demo
	@dir=$$(mktemp -d) && TAGLINE_SCREENSHOTS=$$dir $(GO) test -run '^TestScreenshots$$' -count=1 ./e2e && \
		for name in $(PICTURES); do cp $$dir/$$name.png static/screenshots/; done; echo "All screens are in $$dir"

.PHONY: gallery
gallery: ## Write pages with every component, to look at
	@dir=$$(mktemp -d) && TAGLINE_GALLERY=$$dir $(GO) test -run '^TestGallery$$' -count=1 ./views && echo "Open $$dir/index.html"

# Browser tests drive Debian's chromium; tests of power cuts and failing disks trace the program with strace. A test that
# would be skipped where one is missing must not make a green run. The headless shell makes the browser tests cheaper; where it
# can't be installed they take chromium.
.PHONY: programs
programs:
	@missing=; for program in chromium strace chromium-headless-shell; do command -v $$program >/dev/null || missing="$$missing $$program"; done; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as=sudo; else as=none; fi; \
	if [ "$$as" = none ] || ! command -v apt-get >/dev/null; then \
		[ "$$missing" != " chromium-headless-shell" ] || exit 0; \
		echo "The tests need$$missing. Install it (Debian, Ubuntu: sudo apt-get install$$missing) and run this again."; exit 1; fi; \
	echo "Installing$$missing for the tests"; \
	install="$$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"; \
	$$as apt-get update -qq; \
	case "$$missing" in *chromium-headless-shell) \
		$$install chromium-headless-shell >/dev/null || echo "There is no headless shell; the tests take chromium."; esac; \
	missing="$${missing% chromium-headless-shell}"; [ -n "$$missing" ] || exit 0; \
	$$install $$missing fonts-dejavu-core fonts-noto-color-emoji fonts-wqy-zenhei >/dev/null
