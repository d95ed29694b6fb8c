# `make help` is the table of contents.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

# The linter is fetched and built by go itself, once per machine.
LINTER := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO_BUILD := go build -ldflags '-X main.version=$(VERSION)'
# With paths trimmed, what was compiled in another folder is used again here.
export GOFLAGS := $(GOFLAGS) -trimpath -buildvcs=false
NPM_CI := npm ci --prefer-offline --no-audit --no-fund --loglevel=error
PAGE_SOURCES := $(shell find frontend -type f -not -path 'frontend/node_modules/*' -not -path 'frontend/dist/*' -not -path 'frontend/e2e/*' -not -path 'frontend/shows/*' 2>/dev/null)
NPM_DONE := frontend/node_modules/.jari-installed

say = @printf '\n==> %s\n' "$(1)"

##@ Use it

run: build ## Build all and serve on http://127.0.0.1:8080; needs nothing but Go, Node, a C compiler and make
	$(call say,Starting Jari with all it needs inside; its data is in ./data. Stop it with Ctrl-C)
	@exec bin/jari serve

up: ## Run it in containers with MariaDB, Redis and Kafka, two gateways and a worker behind nginx; needs Docker
	@deploy/up.sh

down: ## Stop those; the data stays unless VOLUMES=1 is given
	@deploy/down.sh

# The first time the libraries of Go are compiled while those of the page are fetched.
build: tools ## Build the page, bin/jari and bin/jari-loadtest
	@$(MAKE) -j2 page $(if $(wildcard bin/jari),,warm)
	@$(MAKE) binaries

package: tools bin/.page ## Pack the custom element with its types for npm: bin/jari-seat-map-*.tgz; see docs/embedding.md
	@node frontend/packages/pack.mjs bin '$(VERSION)'

clean: ## Remove what was built (not ./data)
	rm -rf bin test-results frontend/node_modules
	find frontend/dist -mindepth 1 -not -name .keep -delete

venues: tools ## Run the importer over a folder of seating plans: make venues DIR=folder
	@test -n "$(DIR)" || { echo 'Which folder of seating plans? make venues DIR=folder'; exit 2; }
	@go run ./server venue check "$(DIR)"

##@ Check it

test: tools install build lint k6 ## Run every test there is; the last line says how many
	$(call say,Running the tests of Go$(comma) the page and the browser)
	@node .ci/test.mjs contended calm frontend browser browser-real

test-go: tools ## Run the Go tests
	@node .ci/test.mjs go

test-frontend: tools $(NPM_DONE) ## Run the page's own tests
	@node .ci/test.mjs frontend

test-browser: tools install build k6 ## Run the tests with two real pages on the built binary
	@node .ci/test.mjs browser browser-real

race: tools ## Run all Go tests under the race detector (make test does so where goroutines contend)
	@node .ci/test.mjs race

lint: tools $(NPM_DONE) ## Check style, types, and who imports whom
	$(call say,Checking the Go code$(comma) and who imports whom (the first time the linter is built: two minutes))
	go run $(LINTER) run --allow-parallel-runners
	$(call say,Checking the page's code and types)
	cd frontend && npm run --silent lint && npm run --silent typecheck

fmt: tools $(NPM_DONE) ## Format the Go code, and fix what the linters can
	go run $(LINTER) fmt
	cd frontend && npm run --silent lint -- --fix

services: install ## Start MariaDB, Redis and Kafka for tests, on free ports of loopback, and print where they are
	@node .ci/services.mjs up

services-down: ## Stop them and remove their data
	@node .ci/services.mjs down

vulnerabilities: tools ## Look what is built in up in the databases of known weaknesses (asks vuln.go.dev and the npm registry)
	@.ci/vulnerabilities

##@ Prove it (minutes each)

shows: build ## Play the load tester's scenes in full: race, expiry, watch, churn, relay, journey, rolling
	JARI_REQUIRE_SERVICES=1 go test -count=1 -v -timeout 30m -tags shows -run Show ./loadtest

page-shows: install build ## Measure the page in Chromium against its limits: make page-shows SHOW=map for one; needs a quiet machine
	cd frontend && npm run --silent shows -- $(SHOW)

chaos: build ## Kill the server between each two steps of a booking, again and again
	JARI_REQUIRE_SERVICES=1 go test -count=1 -v -timeout 60m -tags chaos -run Chaos ./loadtest

bench: tools ## Measure delivery, scripts and the rest of what has a benchmark
	go test -run '^$$' -bench . -benchmem ./...

# The fuzzer would spend a minute on shortening each input of which the coverage wavers.
fuzz: tools ## Feed the importer of seating plans made-up files for five minutes
	go test -run '^$$' -fuzz FuzzRead -fuzztime 5m -fuzzminimizetime 20x -parallel 1 ./seatmap/pretix

# What follows is for the targets above.

comma := ,

help: ## Print this
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z][a-z-]*:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

tools:
	@.ci/tools

install:
	@.ci/install

$(NPM_DONE): frontend/package.json frontend/package-lock.json
	$(call say,Fetching the page's libraries (npm ci))
	cd frontend && $(NPM_CI)
	@touch $@

# The stamp is not in frontend/dist, for all of that is put into the binary.
bin/.page: $(NPM_DONE) $(PAGE_SOURCES)
	$(call say,Building the page (vite))
	cd frontend && npx --no-install vite build --logLevel warn && npx --no-install vite build --config vite.embed.config.ts --logLevel warn
	@mkdir -p bin && touch $@

page: bin/.page
	@:

warm:
	$(call say,Compiling the libraries (the first time two minutes or more: SQLite is one of them))
	go build -v ./server ./loadtest

# Here, where it is seen, and not in the middle of a test.
k6:
	$(call say,Building k6$(comma) which plays the script of docs/protocol.md in a test (the first time two minutes))
	@.ci/k6 version || echo 'It cannot be had; its test will fail.' >&2

# Always asked for: go knows best what is up to date.
binaries: bin/.page
	$(call say,Building bin/jari and bin/jari-loadtest)
	$(GO_BUILD) -o bin/jari ./server
	$(GO_BUILD) -o bin/jari-loadtest ./loadtest

.PHONY: help run up down build package test test-go test-frontend test-browser race lint vulnerabilities fmt shows page-shows chaos bench venues fuzz clean tools install services services-down page warm k6 binaries
