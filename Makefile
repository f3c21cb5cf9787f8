# make demo   sets this machine up, builds, and plays the recorded streams through the demo menu
# make test   sets this machine up, builds once, and runs every test
# make fuzz   all fuzz tests with a million inputs each
# make tables  the committed tables that are made of other tables, anew
# make leaks  the ZeroMQ layer under the leak sanitizer, with a planted leak that must be found
# make bench  the benchmarks and their comparison partners
# make replay GENERATOR=folder   makes the streams in Replay anew (see Replay/README.md for the generator files)
# make rates GENERATOR=folder    the tables of Documentation/rates.md (level-1 rates at three luminosities)

SWIFT ?= swift
BUILD  = $(SWIFT) build -c release
SLUICE = .build/release/sluice
SUDO   = $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PACKAGES = libzmq3-dev libzstd-dev zlib1g-dev libhepmc3-dev python3-venv
# For the tests alone: a browser for the live page.
TEST_PACKAGES = chromium chromium-sandbox fonts-dejavu-core
REFEREES = numpy scipy pyarrow iminuit hdrhistogram pyzmq playwright

.PHONY: demo build system test-system venv test fuzz leaks tables bench replay rates format lint clean

demo: build
	$(SLUICE) replay Replay/*.arrow --menu Menus/low-multiplicity.yaml --output output --force

build: system
	$(BUILD) --product sluice

# Installs what is missing and nothing else, so that a second call costs nothing and needs no network.
system:
	@$(call install,$(PACKAGES))

test-system:
	@$(call install,$(PACKAGES) $(TEST_PACKAGES))

define install
missing=$$(for package in $(1); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || echo $$package; done); \
	if [ -n "$$missing" ]; then \
	  echo "installing $$missing"; \
	  $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; fi
endef

# The referees of the tests: independent programs that say whether our numbers are right. Prometheus' checker is taken out of its
# package, since installing that would start a server.
venv: .venv/.complete .venv/promtool
.venv/promtool: .venv/.complete
	cd .venv && { apt-get download -qq prometheus || { $(SUDO) apt-get update -qq && apt-get download -qq prometheus; }; } && dpkg-deb -x prometheus_*.deb prometheus
	mv .venv/prometheus/usr/bin/promtool $@
	rm -rf .venv/prometheus .venv/prometheus_*.deb
.venv/.complete: Makefile
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check $(REFEREES)
	touch $@

test: test-system venv
	$(BUILD) --build-tests
	$(SWIFT) test -c release --skip-build --disable-xctest

fuzz: test-system venv
	$(BUILD) --build-tests
	SLUICE_FUZZ_INPUTS=1000000 $(SWIFT) test -c release --skip-build --disable-xctest --filter "[Ff]uzz"

leaks: system
	Scripts/check-leaks.sh

# Tables that are made of others, committed, and held to their generators by tests.
tables: system
	$(BUILD) --build-tests
	SLUICE_WRITE_TABLES=1 $(SWIFT) test -c release --skip-build --disable-xctest --filter "ShortTrackTests|ReferenceTableTests"

# The comparison with a compiled cost function needs a compiler for Python; tests do not.
bench: build venv
	.venv/bin/python3 -c "import numba" 2>/dev/null || .venv/bin/pip install --quiet --disable-pip-version-check numba
	cd Perf && $(SWIFT) run -c release sluice-benchmark

replay: build
	Replay/make-streams.sh $(GENERATOR)

# The mixtures expect the generator files in Replay/generator.
rates: build
	@test -e Replay/generator || ln -s "$(abspath $(GENERATOR))" Replay/generator
	Scripts/make-rates.py $(SLUICE)

format:
	$(SWIFT) format format --in-place --recursive --parallel Package.swift Sources Tests Perf

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Perf

clean:
	rm -rf .build Perf/.build .venv output
