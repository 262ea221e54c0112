# What one can do here. Anything with logic is a script with a name, a test, or a subcommand.
.PHONY: demo test drill check bench bench-room web setup format

demo: web                      ## a real tender from notice to verified log, on this machine (FAST=1: without waiting)
	cargo run --quiet -- demo $(if $(FAST),--fast)

test: setup web                ## all tests: Rust on SQLite and PostgreSQL, web, browser
	scripts/test.sh

drill: setup web               ## the long form of docs/trials.md, with real processes that are killed and lied to: a table of what held (ROUNDS=n)
	scripts/drill.sh

check: web                     ## formatting, lints, types: the quick look before a commit
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo check --lib --no-default-features

bench: web                     ## figures, each beside its floor from the same run
	scripts/bench.sh

bench-room: web                ## a room of up to 10,000, beside raw writes and beside `ws` and `socket.io` on Node
	scripts/bench-room.sh

web: web/node_modules          ## the web app that the executable embeds
	npm --prefix web run --silent build

web/node_modules: web/package-lock.json
	npm --prefix web ci --no-audit --no-fund --silent
	touch web/node_modules

setup:                         ## Debian packages that the tests need: PostgreSQL, Chromium, fonts, poppler
	scripts/setup.sh

format:                        ## format the Rust code
	cargo fmt --all
