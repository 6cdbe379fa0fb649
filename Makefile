# The door to everything; the work is done by scripts/. Variables given here reach
# the shop: make run KAFKA_BROKERS=127.0.0.1:9092 SHOP_NAME="Corner shop"
.DEFAULT_GOAL := help
.PHONY: help run dev test check fmt e2e chaos fleet soak race bench mutants sbom image-test kafka kafka-stop admin clean reset

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{ printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## the shop on http://127.0.0.1:3000, from nothing (SITE_ADDR=... for another place)
	@scripts/run

dev: ## the same, rebuilt at every change
	@scripts/run dev

test: ## everything CI runs: formatting, lints, Rust tests, browser suite
	@scripts/test

check: ## formatting, lints and dependencies only
	@scripts/test check

fmt: ## formats the code, the views in it included
	@scripts/setup rust checks
	@PATH="$${SHOP_CACHE:-$$HOME/.cache/small-ecommerce}/bin:$$PATH" leptosfmt --quiet 'app/src/**/*.rs'
	@cargo fmt --all

e2e: ## the browser suite only
	@scripts/test browser

chaos: ## kills the shop under load, the whole form (CHAOS_SEEDS=5 CHAOS_KILLS=20; four hours at most)
	@scripts/chaos

fleet: ## many processes under load: replaced, promoted, killed, cut off (scripts/fleet rolling: one of these; forty minutes)
	@scripts/fleet

soak: ## half an hour of shoppers, and nothing grows (SOAK_SECONDS=7200 for two hours)
	@scripts/fleet soak

race: ## every interleaving: models, 10,000 simulations, ThreadSanitizer (SCHEDULES=, SIMULATIONS=; an hour, most of it compiling)
	@scripts/race

mutants: ## whether the domain's own tests notice when the domain is changed (three hours; scripts/mutants tells of parts)
	@scripts/mutants

sbom: ## what the shop is made of, as CycloneDX, and every licence's text (target/sbom)
	@scripts/sbom

image-test: ## builds the image, without an engine, runs the shop from it and buys from that
	@scripts/image-test

bench: ## what everything costs, beside its floor (CHECK=1 holds it against bench/limits.toml)
	@scripts/bench

kafka: ## start a private Kafka and say how to use it
	@scripts/setup kafka
	@echo "KAFKA_BROKERS=$$(scripts/kafka start)"

kafka-stop: ## stop it; its data stay
	@scripts/kafka stop

admin: ## make somebody staff: make admin EMAIL=me@example.com
	@test -n "$(EMAIL)" || { echo "make admin EMAIL=me@example.com" >&2; exit 1; }
	@scripts/shop admin create "$(EMAIL)"

clean: ## remove what was built (the private databases stay)
	@rm -rf target end2end/node_modules end2end/artifacts

reset: ## stop and delete the private PostgreSQL and Kafka, with all their data
	@scripts/postgres forget
	@scripts/kafka forget
