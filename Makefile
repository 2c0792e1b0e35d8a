# Verbs only: each is one line into cargo or xtask. `make` prints this list.
HOST ?= http://127.0.0.1:8000

.PHONY: help install dev test lint format clean load-test

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## Build every program, optimised, into target/release
	cargo build --release --workspace

dev: ## Serve the committed model on port 8000 (LOG_LEVEL=info: a line per request)
	LOG_LEVEL=$${LOG_LEVEL:-warning} cargo run --release -p lead-service -- --port 8000

test: ## Run every test
	cargo test --workspace

lint: ## Formatting and clippy, warnings denied
	cargo fmt --all --check && cargo clippy --workspace --all-targets -- -D warnings

format: ## Format the sources
	cargo fmt --all

clean: ## Remove what was built (results/ stays)
	cargo clean

load-test: ## Load a running service: HOST=http://..., 300 users, 10/s, 1 minute, HTML report
	cargo xtask loadtest --host $(HOST) --users 300 --spawn-rate 10 --run-time 1m
