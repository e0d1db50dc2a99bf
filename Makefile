# The entry points. `make help` lists them; what each does is in CMake presets and in tools/.
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
T ?= 900
N ?= 50
SEED ?=
export JOBS

.PHONY: help deps build examples reference test demo bench fuzz coverage mutants interop-latest \
        soak format format-check tidy install clean
.DEFAULT_GOAL := help

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps:  ## install all Debian packages that anything here needs
	@tools/deps.sh all

build:  ## the library and the command, release: build/release
	@tools/deps.sh build
	@tools/build.sh release

examples:  ## the small programs of examples/: build/release/examples
	@tools/deps.sh build
	@tools/build.sh release examples

reference:  ## the public headers as HTML: build/dev/reference/html
	@tools/deps.sh test
	@tools/build.sh dev reference

test:  ## everything: tests, sanitizers, a moment of fuzzing (25 minutes on 2 cores)
	@tools/deps.sh test
	@tools/test.sh dev asan tsan fuzz

demo: build  ## watch five nodes find each other, lose one, and notice
	@build/release/bin/gossipod demo

bench:  ## measure, beside Go memberlist: one table, docs/performance.md (30 minutes on 2 cores)
	@tools/deps.sh bench
	@tools/build.sh bench
	@python3 bench/run.py --write docs/performance.md

fuzz:  ## each fuzz target for T seconds (default 900)
	@tools/deps.sh test
	@tools/build.sh asan fuzz_targets
	@tools/fuzz.sh $(T)

coverage:  ## which lines of base, wire, envelope, swim and session the tests reach
	@tools/deps.sh test
	@python3 -B tools/coverage.py

mutants:  ## N random faults (default 50; SEED=) in src/swim: do the tests notice? (15 minutes)
	@tools/deps.sh test
	@tools/build.sh dev unit_swim golden_session explorer scenario_stories scenario_theory_swim \
	  scenario_theory_lifeguard scenario_chaos
	@python3 -B tests/mutants/random_mutants.py --build build/dev --jobs $(JOBS) --count $(N) \
	  $(if $(SEED),--seed $(SEED))

interop-latest:  ## against the newest memberlist, fetched from the Go module proxy
	@tools/deps.sh test
	@tools/build.sh dev
	@tests/interop/latest.sh

soak:  ## minutes of 30 members, 500 seeds, real sockets over and over, T seconds (default 900)
	@tools/deps.sh test
	@tools/build.sh dev
	@tools/soak.sh $(T)

format:  ## clang-format all sources in place
	@python3 tools/format.py

format-check:  ## complain about what is not formatted
	@python3 tools/format.py --check

tidy:  ## the house rules: arrows, forbidden words, lengths
	@python3 tools/tidy.py
	@python3 tools/check_docs.py

install: build  ## library, headers and command to PREFIX (default /usr/local)
	@cmake --install build/release --prefix $(PREFIX)

clean:  ## remove build/
	@rm -rf build
