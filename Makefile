# minirun: `make demo` shows it, `make test` checks it. Both bring what they need on a Debian that has a Swift toolchain.

PREFIX ?= /usr/local
FUZZ_SECONDS ?= 5
BUILD := $(CURDIR)/.build
MINIRUN := $(BUILD)/release/minirun
SCRIPTS := rootfs-tools/hello rootfs-tools/make-busybox rootfs-tools/make-debootstrap labs/demo labs/stay labs/networks .ci/run .ci/packages .ci/test

# A start must not wait for a dynamic linker: everything of Swift and of C++ is linked in, unused sections are dropped
# and the rest does not have to be relocated. STATIC holds the static forms of the libraries that Debian has them of, so
# that the linker finds these before the shared ones; only libmnl and the C library stay shared. libarchive's is a script
# that names what its parts need which we use; whatever else it can read stays out, with the libraries for that.
STATIC := $(BUILD)/static
RELEASE := -c release --static-swift-stdlib --disable-local-rpath \
	-Xlinker -L$(STATIC) -Xlinker -no-pie -Xlinker --as-needed -Xlinker --gc-sections -Xlinker --no-export-dynamic -Xlinker --strip-all

.PHONY: all build demo test fuzz bench install uninstall format lint deps clean

all: build

build: deps
	@mkdir -p $(STATIC)
	@for library in stdc++ nftnl cap seccomp nettle; do \
		ln -sf "$$(gcc -print-file-name=lib$$library.a)" $(STATIC)/lib$$library.a; done
	@ln -sf "$$(gcc -print-file-name=libgcc_eh.a)" $(STATIC)/libgcc_s.a
	@echo "GROUP($$(for library in archive zstd z; do gcc -print-file-name=lib$$library.a; done | tr '\n' ' '))" >$(STATIC)/libarchive.a
	swift build $(RELEASE) --product minirun

# A page from a container, fetched by a neighbour, in a host that is not real.
demo: build
	@$(MINIRUN) playground sh labs/demo $(MINIRUN)

# Every test: parsers, kernel, end to end in fake hosts; then the runner's count.
test:
	@.ci/packages
	swift build --build-tests
	@$(MAKE) --no-print-directory fuzz
	@.ci/test

# Random input for the parsers, FUZZ_SECONDS for each.
fuzz:
	@if [ -x fuzz/run ]; then fuzz/run $(FUZZ_SECONDS); fi

bench: build
	@.ci/packages
	@PYTHONDONTWRITEBYTECODE=1 bench/run --minirun $(MINIRUN) $(BENCH_OPTIONS)
	@PYTHONDONTWRITEBYTECODE=1 bench/life --minirun $(MINIRUN) $(BENCH_OPTIONS)
	@PYTHONDONTWRITEBYTECODE=1 bench/network --minirun $(MINIRUN) $(BENCH_OPTIONS)
	@PYTHONDONTWRITEBYTECODE=1 bench/insight --minirun $(MINIRUN) $(BENCH_OPTIONS)
	@PYTHONDONTWRITEBYTECODE=1 bench/images --minirun $(MINIRUN) $(BENCH_OPTIONS)

# What was built is installed, so that `sudo make install` needs no toolchain: sudo's PATH rarely has one.
install:
	@[ -x $(MINIRUN) ] || $(MAKE) --no-print-directory build
	install -D -m 0755 $(MINIRUN) $(DESTDIR)$(PREFIX)/bin/minirun
	install -D -m 0755 -t $(DESTDIR)$(PREFIX)/share/minirun/rootfs-tools rootfs-tools/*
	@set -e; for lab in labs/*/; do \
		install -D -m 0644 -t "$(DESTDIR)$(PREFIX)/share/minirun/$${lab%/}" "$$lab"*; done
	@set -e; for shell in bash:bash-completion/completions/minirun zsh:zsh/site-functions/_minirun \
		fish:fish/vendor_completions.d/minirun.fish; do \
		file=$(DESTDIR)$(PREFIX)/share/$${shell#*:}; mkdir -p "$${file%/*}"; \
		$(MINIRUN) --generate-completion-script "$${shell%%:*}" >"$$file"; echo "$$file"; done
	@if ls docs/man/*.[1-8] >/dev/null 2>&1; then set -e; for page in docs/man/*.[1-8]; do \
		install -D -m 0644 -t "$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}" "$$page"; done; fi

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/minirun $(DESTDIR)$(PREFIX)/share/man/man?/minirun*
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/minirun
	rm -f $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_minirun
	rm -f $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/minirun.fish
	rm -rf $(DESTDIR)$(PREFIX)/share/minirun

format:
	swift format --in-place --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --recursive Package.swift Sources Tests
	@if command -v shellcheck >/dev/null; then shellcheck $(wildcard $(SCRIPTS)); else echo "shellcheck: not installed"; fi

# Debian packages, where any is missing.
deps:
	@.ci/packages build

clean:
	swift package clean
	rm -rf $(BUILD)/static $(BUILD)/bench $(BUILD)/end-to-end
