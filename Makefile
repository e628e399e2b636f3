# The few verbs of dangol. Each installs what it needs and does only what is stale.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Which commit this is; a folder without git is "unknown".
VERSION := $(shell git describe --tags --match 'v*' --always --dirty 2>/dev/null || echo unknown)

GO_FILES  := $(shell find cmd internal web/embed.go -type f -not -name '*_test.go' -not -path '*/testdata/*' 2>/dev/null)
WEB_FILES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -not -name '*.go' -print 2>/dev/null)
FACES     := web/dist/till/index.html
LINTERS   := bin/tools/golangci-lint bin/tools/gofumpt bin/tools/govulncheck

.PHONY: help
help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: bin/dangol ## builds dangol and runs it on SQLite in ./data
	exec bin/dangol serve --data ./data --demo

.PHONY: run-pg
run-pg: bin/dangol bin/tools/withpg ## the same on a PostgreSQL that is thrown away afterwards
	exec bin/tools/withpg --run -- bin/dangol serve --data ./data --demo

.PHONY: test
test: bin/dangol bin/tools/stages bin/tools/withpg e2e/node_modules/.package-lock.json browser ## all tests, on both databases and in a browser
	bin/tools/stages test

.PHONY: test-other-postgres
test-other-postgres: bin/tools/stages bin/tools/withpg # the store tests on the PostgreSQL that DANGOL_POSTGRES_BIN names
	bin/tools/stages test-other-postgres

.PHONY: check
check: bin/tools/stages $(LINTERS) web/node_modules/.package-lock.json e2e/node_modules/.package-lock.json ## format, lint, floors, generated files, vulnerabilities, types
	bin/tools/stages check

.PHONY: build
build: bin/dangol ## one static program with the screens inside, at bin/dangol

.PHONY: generate
generate: bin/tools/withpg web/node_modules/.package-lock.json ## makes the generated files again
	bin/tools/withpg -- go test ./internal/ground/database -run TestBothSchemasAreTheSame -update
	mkdir -p api && go run ./cmd/dangol openapi > bin/openapi.json && mv bin/openapi.json api/openapi.json
	cd web && npm run --silent generate
	go run ./tools/floors -write

.PHONY: format
format: $(LINTERS) web/node_modules/.package-lock.json e2e/node_modules/.package-lock.json ## formats everything
	git ls-files --cached --others --exclude-standard --deduplicate '*.go' | xargs bin/tools/gofumpt -w
	cd web && npm run --silent format
	cd e2e && npm run --silent format

.PHONY: bench
bench: bin/dangol bin/tools/withpg $(if $(filter ledger%,$(NAME)),,e2e/node_modules/.package-lock.json browser) ## measures; name one with NAME=…
	bin/dangol bench $(NAME)

.PHONY: shots
shots: bin/dangol e2e/node_modules/.package-lock.json browser ## pictures of every screen, in shots/
	cd e2e && node shots.mjs

.PHONY: soak
soak: bin/tools/stages bin/tools/withpg ## the long tests
	DANGOL_SOAK=1 bin/tools/stages soak

.PHONY: clean
clean: ## removes what was built, never data
	rm -rf bin shots web/dist/* web/node_modules e2e/node_modules e2e/out tools/postgres/node_modules

.PHONY: browser
browser:
	@tools/chromium >/dev/null

bin/dangol: $(GO_FILES) go.mod go.sum $(FACES)
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/dangol

$(FACES): $(WEB_FILES) web/node_modules/.package-lock.json
	cd web && npm run --silent build

# Built, not run by "go run", which would leave them behind when it is told to end.
bin/tools/withpg: $(wildcard tools/withpg/*.go) go.mod
	go build -o $@ ./tools/withpg
bin/tools/stages: $(wildcard tools/stages/*.go) go.mod
	go build -o $@ ./tools/stages

$(LINTERS) &: tools/lint/go.mod tools/lint/go.sum
	go build -C tools/lint -o ../../bin/tools/ tool
	touch $(LINTERS)

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund
	touch $@
