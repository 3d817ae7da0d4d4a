# The front door: `make` alone says what there is. CI calls the same targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo demo-cdc test test-unit test-end-to-end chaos lint build deploy destroy status bench plugin tools tools-python clean need-rust need-cc need-openssl
# A step relies on those before it: `make -j` must not reorder them.
.NOTPARALLEL:

TARGET := $(or $(CARGO_TARGET_DIR),target)
SCRIPTS := tests/tools/install tests/tools/infra/cargo-lambda tests/tools/infra/lint .ci/run
# An environment of samconfig.toml.
ENV ?= default
# The registry that a plugin of MSK Connect writes its schemas to: glue, apicurio, confluent.
REGISTRY ?= glue

# cargo-lambda and the compiler that it links with stand before the machine's own.
SAM = PATH="$(CURDIR)/.tools/lambda/bin:$$PATH" SAM_CLI_TELEMETRY=0 .tools/deploy/bin/sam

say = @printf '\n==> %s\n' "$(1)"

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## Show records landing on this computer; needs Rust, a C compiler and OpenSSL's headers
	$(call say,running the demo)
	@$(TARGET)/release/landfall demo

demo-cdc: tools build ## Show a MySQL's rows beside those of its Parquet objects, live: make demo-cdc ARGS='--seconds 60'
	$(call say,running the demo of change data capture)
	@cargo run --quiet --package end-to-end --bin demo-cdc --locked -- $(ARGS)

test: tools test-unit test-end-to-end ## Run all tests, installing below .tools/ what they need

test-unit: need-rust need-cc need-openssl ## Run the tests that need no server
	$(call say,testing the crates)
	@cargo test --workspace --exclude end-to-end --locked --quiet

test-end-to-end: tools build ## Run the tests against a real Kafka and real S3 servers
	$(call say,testing end to end)
	@# What servers of an interrupted run have left behind.
	@rm -rf .tools/run
	@cargo test --package end-to-end --locked --no-fail-fast

chaos: tools build ## Kill everything 200 times while a million records land; LANDFALL_SEED says who goes when
	$(call say,running the long form of the chaos test)
	@LANDFALL_CHAOS_RECORDS=$${LANDFALL_CHAOS_RECORDS:-1000000} LANDFALL_CHAOS_KILLS=$${LANDFALL_CHAOS_KILLS:-200} \
	  cargo test --package end-to-end --test chaos --locked -- --nocapture every_committed_record

lint: tools-python need-rust need-cc need-openssl ## Check format, lints, docs, scripts and templates
	$(call say,checking the format)
	@cargo fmt --all --check
	$(call say,checking the lints)
	@cargo clippy --workspace --all-targets --locked --quiet -- --deny warnings
	@# json-sink alone, without the features that parquet-sink turns on for the whole workspace.
	@cargo clippy --package json-sink --locked --quiet -- --deny warnings
	$(call say,checking the docs)
	@RUSTDOCFLAGS='--deny warnings' cargo doc --workspace --no-deps --locked --quiet
	$(call say,checking the scripts)
	@.tools/python/bin/shellcheck $(SCRIPTS)
	@.tools/python/bin/python -m compileall -q tests/tools bench
	@tests/tools/install templates
	$(call say,checking the templates)
	@tests/tools/infra/lint

build: need-rust need-cc need-openssl ## Build target/release/json-sink, parquet-sink, replayer and landfall
	$(call say,building the release binaries (the first time takes some minutes))
	@cargo build --release --locked --package json-sink --package parquet-sink --package replayer --package local

deploy: need-rust need-cc ## Build the functions for Lambda and deploy them: make deploy ENV=tracking-log
	@tests/tools/install lambda
	$(call say,building for $(ENV))
	@$(SAM) build --config-env $(ENV)
	$(call say,deploying $(ENV))
	@$(SAM) deploy --config-env $(ENV)

destroy: ## Delete what was deployed, but for buckets and topics: make destroy ENV=tracking-log
	@tests/tools/install lambda
	@$(SAM) delete --config-env $(ENV)

plugin: ## Build the plugin of MSK Connect for change data capture: make plugin REGISTRY=apicurio
	@infra/plugin/build $(REGISTRY) $(if $(DEBEZIUM),--debezium $(DEBEZIUM)) $(if $(JARS),--jars $(JARS))

bench: need-rust need-cc ## Measure, side by side, what README quotes
	$(call say,measuring)
	@cargo run --release --locked --package bench

# Of a machine that deploys: boto3 comes with the SAM CLI.
status: ## Say how a deployed pipeline is: make status ENV=data-lake WATCH=30
	@$(firstword $(wildcard .tools/deploy/bin/python .tools/python/bin/python) python3) infra/status $(ENV) $(if $(WATCH),--watch $(WATCH))

tools: ## Install below .tools/ what the end-to-end tests need
	$(call say,looking for the tools of the tests)
	@tests/tools/install

tools-python:
	@tests/tools/install python

clean: ## Remove what was built, installed and written by the demo
	@rm -rf $(TARGET) .tools demo

need-rust:
	@command -v cargo >/dev/null || { echo 'Rust is missing: install it from https://rustup.rs' >&2; exit 1; }

need-cc:
	@command -v cc >/dev/null || { echo 'a C compiler is missing: sudo apt-get install -y build-essential' >&2; exit 1; }

# Kafka's client speaks TLS and SCRAM with the system's OpenSSL.
need-openssl:
	@pkg-config --exists openssl 2>/dev/null || { echo "OpenSSL's headers are missing: sudo apt-get install -y libssl-dev pkg-config" >&2; exit 1; }
