# One word, one recipe. `make demo` and `make test` need nothing but Debian, Python 3.11 and root; elsewhere they say
# what to install.
.PHONY: setup demo test test-stack tools bench bench-consolidation bench-logs bench-service bench-view chaos lint types images docs lock dist clean

PYTHON_FILES = shared services images samples cli tests benchmarks

setup: ## the virtual environment, the headless browser and the scripts that browsers load
	scripts/setup

demo: setup ## a labeling portal on the synthetic sample set; HEADLESS=1, or no terminal: simulated workers label all
	.venv/bin/tracemark samples demo --count 12 --seed 7
	@if [ -z "$(HEADLESS)" ] && [ -t 0 ] && [ -t 1 ]; then .venv/bin/tracemark demo demo; \
	else .venv/bin/tracemark run demo/job.yaml --overwrite; fi

test: lint types images tools ## every test, including those with containers and the emulated AWS
	scripts/ui test
	.venv/bin/pytest --numprocesses 3 --dist loadscope --durations 20

test-stack: images tools ## only the templates: checked, deployed to an emulated AWS, used and removed
	.venv/bin/pytest tests/infra tests/stack

tools: setup ## tools that the tests need, each in its own environment
	scripts/rie
	scripts/postgresql
	scripts/tool ministack
	scripts/tool checkov
	scripts/tool label-studio
	scripts/tool deployment
	scripts/registry
	scripts/debian-packages openssl caddy

bench: images ## the plotting image compared with stock Plotly and matplotlib; writes benchmarks/results.json
	scripts/rie
	.venv/bin/python benchmarks/run.py

bench-service: setup ## tasks per second, the task page and memory of the labeling service
	scripts/postgresql
	PYTHONPATH=tests .venv/bin/python benchmarks/service.py
	.venv/bin/python benchmarks/dask_charts.py

chaos: setup ## two services whose processes, database, S3 and clocks fail at random for MINUTES=10: nothing lost, nothing doubled
	scripts/postgresql
	PYTHONPATH=tests .venv/bin/python benchmarks/chaos.py $(or $(MINUTES),10)

bench-view: setup ## the signal view and Label Studio on logs of ten thousand to a hundred million samples a channel, and the loop
	scripts/tool bench-view || echo "Label Studio's environment cannot be made here: our own rows only"
	PYTHONPATH=tests .venv/bin/python benchmarks/view.py

bench-consolidation: setup ## our consolidation policies compared with crowd-kit's; writes benchmarks/consolidation.json
	scripts/tool bench-consolidation || echo "crowd-kit's environment cannot be made here: our own rows only"
	.venv/bin/python benchmarks/consolidation.py
	.venv/bin/python benchmarks/consolidation_crowds.py
	.venv/bin/python benchmarks/consolidation_marks.py
	.venv/bin/python benchmarks/many_marks.py
	.venv/bin/python benchmarks/final_pass.py

bench-logs: setup ## readers of logs beside their libraries, and 100 million samples; writes benchmarks/logs.json
	PYTHONPATH=tests .venv/bin/python benchmarks/logs.py

lint: setup
	.venv/bin/ruff check $(PYTHON_FILES)
	.venv/bin/ruff format --check $(PYTHON_FILES)
	scripts/ui lint

types: setup
	.venv/bin/mypy $(PYTHON_FILES)
	scripts/ui types

images: setup ## tracemark-plotting, tracemark-prelabel, tracemark-postlabel, tracemark-service
	scripts/engine
	scripts/images

docs: setup ## regenerate docs/reference/commands.md from the commands' help
	scripts/docs

lock: setup ## recompile requirements/*.txt from the pyprojects
	scripts/lock

dist: setup ## wheels of the tracemark command, in dist/: pipx installs it from there on a machine with Python alone
	scripts/dist

clean: ## remove everything that was made here, except images and Debian packages
	rm -rf .venv .build demo dist ui/node_modules services/groundtruth/src/tracemark_groundtruth/rendering/built
