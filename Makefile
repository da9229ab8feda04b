# One word, one recipe. `make demo` and `make test` need nothing but Debian, Python 3.11 and root; elsewhere they say
# what to install.
.PHONY: setup demo test bench bench-consolidation lint types images lock clean

PYTHON_FILES = shared services images samples cli tests benchmarks

setup: ## the virtual environment and the headless browser
	scripts/setup

demo: setup ## label the synthetic sample set with three simulated workers
	.venv/bin/tracemark samples demo --count 12 --seed 7
	.venv/bin/tracemark run demo/job.yaml --overwrite

test: lint types images ## every test, container tests included
	scripts/rie
	.venv/bin/pytest

bench: images ## the plotting image beside stock Plotly and matplotlib; writes benchmarks/results.json
	scripts/rie
	.venv/bin/python benchmarks/run.py

bench-consolidation: setup ## our consolidation policies beside crowd-kit's; writes benchmarks/consolidation.json
	scripts/bench-consolidation
	.venv/bin/python benchmarks/consolidation.py

lint: setup
	.venv/bin/ruff check $(PYTHON_FILES)
	.venv/bin/ruff format --check $(PYTHON_FILES)

types: setup
	.venv/bin/mypy $(PYTHON_FILES)

images: setup ## tracemark-plotting, tracemark-prelabel, tracemark-postlabel
	scripts/engine
	scripts/images

lock: setup ## compile requirements/*.txt anew from the pyprojects
	scripts/lock

clean: ## everything that was made here; images and installed Debian packages stay
	rm -rf .venv .build demo
