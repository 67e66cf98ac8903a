# Every target makes the virtual environment it needs; nothing is installed outside of it.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin

.PHONY: demo test soak check reproduce noise bench format install clean

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: install  ## A campaign on embedded defaults: 24 simulated calls, judged and summed up.
	$(BIN)/ai-salesman run examples/campaigns/merchant_ads.yaml

test: install  ## The tests that fit in ten minutes on two cores.
	$(BIN)/pytest -q -n 2 --dist loadfile

soak: install  ## The long tests that `make test` leaves out.
	$(BIN)/pytest -q -n 2 --dist loadfile -m soak --timeout 1800

check: install  ## Lint, types and layers: the same as in CI.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy typings/ai_salesman
	$(BIN)/pytest -q tests/test_layers.py tests/test_faces.py

reproduce: install  ## The ablation: trains every model and calls the same customers with each.
	$(BIN)/ai-salesman train ablation --workers 2

noise: install  ## Adds to it what becomes of SFT and GRPO when the corpus is corrupted.
	$(BIN)/ai-salesman train ablation --workers 2 --noise 0.2 --noise 0.4

bench: install  ## Speed, beside plain ways to do the same; writes docs/performance.md.
	$(BIN)/python benchmarks/embedded_speed.py --page
	$(BIN)/python benchmarks/orchestration.py --page
	$(BIN)/python benchmarks/orchestration_profile.py --page
	$(BIN)/python benchmarks/retrieval.py --page
	$(BIN)/python benchmarks/ten_thousand.py --page
	$(BIN)/python benchmarks/training_speed.py --page
	$(BIN)/python benchmarks/start.py --page

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist *.egg-info
