# Eberbach. `make help` lists what there is.
SHELL   := /bin/bash
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
DATE    := $(shell TZ=UTC0 git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(DATE)
# No C compiler, but for the race detector, and no paths of the machine: what is built, checked and tested is compiled once.
export CGO_ENABLED := 0
export GOFLAGS     := -trimpath
# make vet has vetted what is tested.
TEST    := go test -vet=off
RACE    := CGO_ENABLED=1 $(TEST) -race
# One commit is one sequence of bytes: no time of the build in it.
BUILD   := go build -buildvcs=false -ldflags '$(LDFLAGS)'
TIMEOUT := 20m
# How long each fuzz test goes on, and how its program is compiled: with -fuzz it is led by what it has reached. That takes
# minutes to compile and a hundred times as long for each try, so make test tries what comes, by number: up to Go 1.26 a time
# that runs out can fail a test that has found nothing (go.dev/issue/75804).
FUZZ    := 10s
GUIDED  := -fuzz .
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT     := mvdan.cc/gofumpt@v0.12.0
# Tests of ./app in which one process does several things at once. The others there do one thing after the other, or start
# the program, which takes five times as long to begin under the race detector.
RACING  := TestAdminSocket|TestRegradeBesideServe|TestFinishesWhatRuns|TestAccountFindsLoss|TestHangup

# Packages that start nothing beside themselves. What several do at once in them, the tests of ./app/web do under the race
# detector.
PURE    := /app/(annot|exchange/[a-z]+|i18n|quiz|regrade|review)$$

# Tests of ./app/web that ask one thing after the other, and take longest under the race detector: they run without it,
# with those of the browser, which is a process of its own.
PLAIN   := ^Test(Browser|Keyboard|Draft|OfflineQueue|TwoTabs|NewerVersionInSight|Markup|Templates|Fragments|SwappedIDs|Headers|Access|Injection|GradebookPages|Weight|PrivacyContact|Contact|WordsAndSources|ReviewWords|LessonKey|Worksheet|Notice|ResultsOfEveryKind|LimitsTogether|JoinLimit|SharedFaults|FaultsAreShown|StartWithFaults|BaseRate|FormsOnly|RoundCrowd|Stroll)

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## build and serve on http://localhost:3000
	bin/eberbach serve

.PHONY: build
build: ## build bin/eberbach
	$(BUILD) -o bin/eberbach ./app

.PHONY: version
version: # for the Dockerfile
	@echo $(VERSION) $(COMMIT) $(DATE)

.PHONY: twice
twice: ## build this commit in two directories, nothing shared, and compare the bytes
	@set -e; dir=$$(mktemp -d); trap 'chmod -R u+w '$$dir'; rm -rf '$$dir EXIT; \
	for at in one other/and/deeper; do \
	  mkdir -p $$dir/$$at; git archive HEAD | tar x -C $$dir/$$at; \
	  (cd $$dir/$$at && GOCACHE=$$dir/cache-$${at%%/*} $(BUILD) -o bin/eberbach ./app && sha256sum bin/eberbach); \
	done; \
	cmp $$dir/one/bin/eberbach $$dir/other/and/deeper/bin/eberbach && echo "the same bytes"

.PHONY: test
test: tools vet check ## everything a change must pass: race detector, real Redis, real browser, fuzzing
	$(TEST) -timeout $(TIMEOUT) $$(go list ./... | grep -E '$(PURE)')
	@$(MAKE) --no-print-directory -j2 --output-sync test-small test-web
	@$(MAKE) --no-print-directory -j2 --output-sync test-pages test-program # those of the program mostly wait
	@$(MAKE) --no-print-directory -j2 --output-sync test-store test-fuzz # clusters mostly wait

.PHONY: test-small test-web test-pages test-program test-store test-fuzz
test-small:
	$(RACE) -timeout $(TIMEOUT) $$(go list ./... | grep -vE '/app$$|/store|/web$$|$(PURE)')

test-web:
	$(RACE) -timeout $(TIMEOUT) -skip '$(PLAIN)' ./app/web

test-pages:
	$(TEST) -timeout $(TIMEOUT) -run '$(PLAIN)' ./app/web

test-program: # starts the program itself
	$(RACE) -timeout $(TIMEOUT) -run '^($(RACING))$$' ./app
	$(TEST) -timeout $(TIMEOUT) -skip '^($(RACING))$$' ./app

test-store: # nothing else of the same rank beside it: clusters have to answer within their time limits
	$(RACE) -p 1 -timeout $(TIMEOUT) ./app/store/...

test-fuzz:
	@nice -n 19 $(MAKE) --no-print-directory fuzz FUZZ=5000x GUIDED=

.PHONY: check
check: build ## read all lesson files and name every fault
	bin/eberbach check lessons

.PHONY: vet
vet: ## vet, and formatting as gofumpt wants it
	go vet ./... && go vet -tags bench ./app/bench
	@out=$$(go run $(GOFUMPT) -l app lessons static views) && test -z "$$out" || { echo "make fmt would change:"; echo "$$out"; exit 1; }

.PHONY: lint
lint: vet ## the same, staticcheck, and HTML and links of every page
	go run $(STATICCHECK) ./... && go run $(STATICCHECK) -tags bench ./app/bench
	go test -run '^TestMarkup' ./app/web

.PHONY: fmt
fmt: ## format the source
	go run $(GOFUMPT) -w app lessons static views

.PHONY: fuzz
fuzz: ## a short run of every fuzz test, FUZZ=10m for a long one
	@set -e; dir=$$(mktemp -d); trap 'rm -rf '$$dir EXIT; \
	for at in $$(grep -rl --include='*_test.go' '^func Fuzz' app | xargs dirname | sort -u); do \
	  $(TEST) -c $(GUIDED) -o $$dir/$${at//\//.} ./$$at; \
	  grep -ho '^func Fuzz[A-Za-z0-9]*' $$at/*_test.go | sed "s|^func|$$at|" >>$$dir/targets; \
	done; \
	cache=$$(go env GOCACHE)/fuzz dir=$$dir xargs -n 2 -P $$(nproc) bash -c ' \
	  out=$$(cd $$0 && $$dir/$${0//\//.} -test.run "^$$" -test.fuzz "^$$1$$" -test.fuzztime $(FUZZ) -test.fuzzminimizetime 10x \
	    -test.parallel 1 -test.fuzzcachedir $$cache/eberbach/$$0 2>&1) || { echo "fuzz $$0 $$1: $$out"; exit 1; }; \
	  echo "fuzz $$0 $$1: $$(grep -o "execs.*" <<<"$$out" | tail -1)"' <$$dir/targets

.PHONY: faults
faults: tools ## five times the harm that make test does, and what came of it as rows of the README's table
	@set -o pipefail; go test -tags faults -count=1 -timeout 30m -v ./app \
	  -run '^Test(KilledProgram|KilledRedis|KilledMaster|FrozenRedis|SlowNetwork|CutNetwork|FullDisk|ClockSteps|OneOfTwoDies)$$' | \
	  { grep -o -e '| [A-Z].*|$$' -e '^--- FAIL.*' -e '_test.go:.*[^|]$$' || true; }

.PHONY: bench
bench: tools ## Eberbach against bare Fiber handlers, a school's morning, start time, memory; nothing else may run meanwhile
	set -eo pipefail; for part in TestStart 'TestBench|TestMorning'; do \
	  go test -tags bench -count=1 -timeout 60m -run "$$part" ./app/bench -v | grep -v -e '^===' -e '^---' -e '^ *---'; \
	done # a start first, while the machine is at rest
	go test -count=1 -run TestMemory -v ./app/store | grep bytes

.PHONY: lighthouse
lighthouse: tools build ## what Lighthouse says of pages of the demo school, as rows of the README's table
	@test -d app/web/testdata/lighthouse/node_modules/lighthouse || npm ci --silent --no-audit --no-fund --prefix app/web/testdata/lighthouse
	@node app/web/testdata/lighthouse/run.js bin/eberbach

.PHONY: growth
growth: tools ## what a thousand, ten thousand and a hundred thousand learners come to in Redis
	go test -tags bench -count=1 -timeout 60m -run TestGrowth -v ./app/bench | grep -v -e '^===' -e '^---' -e '^ *---'

.PHONY: tools
tools: ## install what the tests need and the machine lacks
	@missing=""; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	command -v chromium-headless-shell >/dev/null || missing="$$missing chromium-headless-shell"; \
	command -v gcc >/dev/null || missing="$$missing gcc libc6-dev"; \
	if [ -n "$$missing" ]; then \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "installing$$missing"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
	@test -f app/web/testdata/browser/node_modules/axe-core/axe.min.js || npm ci --silent --no-audit --no-fund --prefix app/web/testdata/browser
