# The ways to run, change and test Guildhall. It needs Rust with rustup and a C compiler; the tests need Node too.

WASM   := wasm32-unknown-unknown
BUILT  := $(or $(CARGO_TARGET_DIR),target)
# In one call, as in the tests: built alone, each would have its dependencies with other features, and both twice.
NATIVE := -p bundle -p server
TESTED := $(NATIVE) -p app -p shared
# Not as a job of this make, which would share two jobs among all compilers.
ALONE  := MAKEFLAGS= MFLAGS=

# $(call step,name,what is done,command): says what is done and how long it took the last time on this machine.
step = @mkdir -p $(BUILT)/took; last=$$(cat $(BUILT)/took/$(1) 2>/dev/null || true); began=$$(date +%s); \
	echo "$(2)$${last:+ (last time: $$last s)}"; \
	{ $(3); } && { took=$$(( $$(date +%s) - began )); echo $$took > $(BUILT)/took/$(1); echo "$(2): done in $$took s"; }

.DEFAULT_GOAL := help
.PHONY: help run demo program native browser dev site release check test audit bench faults clean target

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: program ## Build everything, to try it out, and serve it at http://127.0.0.1:3000
	@echo '3/3 Starting Guildhall; Ctrl-C stops it'
	@exec $(BUILT)/debug/guildhall serve

demo: $(if $(LARGE),release,program) ## The same, with people, organizations and requests to look at, in data-demo/; LARGE=1: with 100,000 accounts
	@echo 'Filling data-demo/, if it is empty, and starting Guildhall; Ctrl-C stops it'
	@test -e data-demo/guildhall.db || $(BUILT)/$(if $(LARGE),release,debug)/guildhall demo --data data-demo $(if $(LARGE),--large)
	@exec $(BUILT)/$(if $(LARGE),release,debug)/guildhall serve --data data-demo

# Not optimised: that builds in little more than half of the time. The two halves are compiled beside each other.
program: target
	@$(MAKE) --no-print-directory -j2 native browser
	$(call step,bundle,2/3 Making the site,$(BUILT)/debug/bundle $(or $(SITE),--dev))

native:
	$(call step,native,1/3 Compiling the server and the bundler,$(ALONE) cargo build $(NATIVE))

browser:
	$(call step,browser,1/3 Compiling what runs in the browser,$(ALONE) cargo build --target $(WASM) -p frontend --lib)

dev: target ## Serve, and rebuild and restart whenever a file changes
	@mkdir -p $(BUILT); server=; trap 'test -z "$$server" || kill "$$server" 2>/dev/null; exit' INT TERM; \
	while :; do \
		touch $(BUILT)/dev.mark; \
		if $(MAKE) --no-print-directory program SITE=--debug; then \
			test -z "$$server" || { kill "$$server" 2>/dev/null; wait "$$server"; }; \
			$(BUILT)/debug/guildhall serve --development & server=$$!; \
		fi; \
		until find Cargo.toml app public server shared style -newer $(BUILT)/dev.mark | grep -q .; do sleep 1; done; \
	done

site: target ## Make the site that is shipped, into target/site
	$(call step,bundler,Compiling the bundler,cargo build -p bundle)
	$(call step,site,Making the site,$(BUILT)/debug/bundle)

release: site ## Build the program that is shipped, into target/release
	$(call step,release,Compiling the server,cargo build --release -p server)

check: target ## Format, lints on both targets, and the rules' tests: the quick part
	@cargo fmt --all --check
	$(call step,clippy,Lints on the server,cargo clippy $(TESTED) --all-targets -- -D warnings)
	$(call step,clippy-app,Lints on what runs in the browser,cargo clippy --target $(WASM) -p app -p frontend -- -D warnings)
	$(call step,rules,The rules' tests,cargo test -p shared)

test: ## Everything; ONLY=people: what concerns one area
	@node end2end/run.mjs $(if $(ONLY),--only '$(ONLY)')

audit: ## Advisories, licences, bans and sources of all dependencies, where cargo-deny is installed
	@if cargo deny --version >/dev/null 2>&1; then cargo deny --locked check; \
	else echo 'cargo-deny is not installed, so no advisories are looked up (cargo install --locked cargo-deny); the tests hold licences, bans and sources without it'; fi

bench: ## The figures
	@node end2end/bench.mjs

faults: release ## Kills, a full disk, a database and a mail server that fail, overload: counts, and what was lost
	@node end2end/faults.mjs

clean: ## Remove what was built; the data folder stays
	cargo clean

target:
	@rustup target list --installed | grep -qx $(WASM) || rustup target add $(WASM)
