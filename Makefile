# The ways to run, change and test Guildhall. It needs Rust with rustup and a C compiler; the tests need Node too.

WASM   := wasm32-unknown-unknown
BUNDLE := cargo run --profile tool -p bundle
SERVER := cargo build --release -p server
SAY    := @printf '\n%s\n'

.DEFAULT_GOAL := help
.PHONY: help run demo program dev site check test bench faults clean target

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: program ## Build everything and serve it at http://127.0.0.1:3000
	$(SAY) '4/4 Starting Guildhall; Ctrl-C stops it'
	@exec target/release/guildhall serve

demo: program ## The same, with people, organizations and requests to look at, in data-demo/; LARGE=1: with 100,000 accounts
	$(SAY) '4/4 Filling data-demo/, if it is empty, and starting Guildhall; Ctrl-C stops it'
	@test -e data-demo/guildhall.db || target/release/guildhall demo --data data-demo $(if $(LARGE),--large)
	@exec target/release/guildhall serve --data data-demo

program:
	$(SAY) '1/4 Looking for the wasm target'
	@$(MAKE) --no-print-directory target
	$(SAY) '2/4 Making the site (the first time this compiles the bundler and the app: two to three minutes)'
	@$(BUNDLE)
	$(SAY) '3/4 Building the server (the first time: about four minutes)'
	@$(SERVER)

dev: target ## Serve, and rebuild and restart whenever a file changes
	@mkdir -p target; server=; trap 'test -z "$$server" || kill "$$server" 2>/dev/null; exit' INT TERM; \
	while :; do \
		touch target/dev.mark; \
		if $(BUNDLE) -- --dev && cargo build -p server; then \
			test -z "$$server" || { kill "$$server" 2>/dev/null; wait "$$server"; }; \
			target/debug/guildhall serve --development & server=$$!; \
		fi; \
		until find Cargo.toml app public server shared style -newer target/dev.mark | grep -q .; do sleep 1; done; \
	done

site: target ## Make the site alone, into target/site
	@$(BUNDLE)

check: target ## Format, lints on both targets, and the rules' tests: the quick part
	cargo fmt --all --check
	cargo clippy -p server -p app -p shared -p bundle --all-targets -- -D warnings
	cargo clippy -p app --target $(WASM) --features hydrate -- -D warnings
	cargo test -p shared

test: ## Everything
	@node end2end/run.mjs

bench: ## The figures
	@node end2end/bench.mjs

faults: program ## Kills, a full disk, a database and a mail server that fail, overload: counts, and what was lost
	@node end2end/faults.mjs

clean: ## Remove what was built; the data folder stays
	cargo clean

target:
	@rustup target list --installed | grep -qx $(WASM) || rustup target add $(WASM)
