# Needs python3 (3.11 or newer), a C compiler and make; everything else is installed into .venv.
PYTHON ?= python3
VENV ?= .venv
CUDA_VENV ?= .venv-cuda
MESON_BUILD ?= build
TORCH ?= torch==2.13.0
PYTEST_ARGS ?=
BENCH_ARGS ?=
KERNELS ?=

SHELL := /bin/bash
BIN := $(abspath $(VENV))/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
export PATH := $(BIN):$(PATH)

.PHONY: help build gen check validate webgpu validate-gpu validate-cuda report test accuracy exhaustive bench wheel clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

# Stamps record which requirements are installed, so that an unchanged build costs nothing.
$(VENV)/.created:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	@$(BIN)/python -c "import pathlib, sysconfig; \
	    pathlib.Path(sysconfig.get_path('purelib'), 'pyact-in-place.pth').write_text('$(CURDIR)\n')"
	@touch $@

$(VENV)/.build-requirements: $(VENV)/.created pyproject.toml
	$(PIP) install --group build
	@touch $@

$(VENV)/.validate-requirements: $(VENV)/.created pyproject.toml
	$(PIP) install --group validate
	@touch $@

# The plugin adds a provider to onnxruntime, so it can share the environment.
$(VENV)/.webgpu-requirements: $(VENV)/.validate-requirements pyproject.toml
	$(PIP) install --group webgpu
	@touch $@

# onnxruntime-gpu and onnxruntime overwrite each other's files. Its CUDA libraries take 2 GB, so a device is looked for
# first.
$(CUDA_VENV)/.requirements: pyproject.toml | build $(VENV)/.validate-requirements
	@$(BIN)/python -c "from pyact.onnx import devices; devices.cuda()" 2>/dev/null \
	    || { $(BIN)/python -m pyact providers cuda; exit 1; }
	$(BIN)/python -m venv $(CUDA_VENV)
	$(CUDA_VENV)/bin/python -m pip --quiet install --upgrade 'pip>=25.1'
	$(CUDA_VENV)/bin/python -m pip --quiet install --group cuda
	@$(CUDA_VENV)/bin/python -c "import pathlib, sysconfig; \
	    pathlib.Path(sysconfig.get_path('purelib'), 'pyact-in-place.pth').write_text('$(CURDIR)\n')"
	@touch $@

$(VENV)/.test-requirements: $(VENV)/.created pyproject.toml Makefile
	$(PIP) install --group test
	$(if $(strip $(TORCH)),$(PIP) install $(TORCH) onnxscript)
	@touch $@

$(VENV)/.dev-requirements: $(VENV)/.created pyproject.toml
	$(PIP) install --group dev
	@touch $@

$(MESON_BUILD)/build.ninja: | $(VENV)/.build-requirements
	meson setup $(MESON_BUILD)

build: $(VENV)/.build-requirements $(MESON_BUILD)/build.ninja ## compile the extension in place, into pyact/
	@ninja -C $(MESON_BUILD) --quiet
	@for module in $(MESON_BUILD)/_native.*.so; do cmp --quiet "$$module" "pyact/$${module##*/}" \
	    || install "$$module" pyact/; done

gen: $(VENV)/.validate-requirements ## write generated_c/ from the spec
	$(BIN)/python -m codegen

check: $(VENV)/.build-requirements $(VENV)/.dev-requirements ## generated files, style, types, C without warnings
	$(BIN)/python -m codegen --check
	$(BIN)/ruff check .
	$(BIN)/mypy
	test -d build/werror || meson setup -Dwerror=true build/werror
	ninja -C build/werror --quiet

validate: build $(VENV)/.validate-requirements ## every exported graph against kernel and oracle on onnxruntime
	$(BIN)/python -m pyact validate

# Where there is no GPU, SwiftShader stands in for one: a Vulkan in software, part of Debian's package chromium.
webgpu: build $(VENV)/.webgpu-requirements ## the WebGPU plugin of onnxruntime, and something for it to run on
	@$(BIN)/python -m pyact providers webgpu || { .ci/swiftshader && $(BIN)/python -m pyact providers webgpu; }

validate-gpu: webgpu ## the float32 catalogue, values and gradients, on WebGPU
	$(BIN)/python -m pyact validate --provider webgpu --optimize both
	$(BIN)/python -m pyact validate --provider webgpu --optimize both --gradient

validate-cuda: build $(CUDA_VENV)/.requirements ## the whole catalogue on a CUDA device, in an environment of its own
	$(CUDA_VENV)/bin/python -m pyact validate --provider cuda --optimize both
	$(CUDA_VENV)/bin/python -m pyact validate --provider cuda --optimize both --gradient

report: build $(VENV)/.validate-requirements ## docs/validation.html: float32, value and gradient, on every provider there is
	$(BIN)/python -m pyact.onnx.publish docs/validation.html

test: build $(VENV)/.test-requirements ## the tests
	$(BIN)/python -m pytest -q $(PYTEST_ARGS)

accuracy: build $(VENV)/.validate-requirements ## measure the error of every function
	$(BIN)/python -m tests.accuracy

bench: build $(VENV)/.test-requirements ## time beside the libraries that are installed; minutes
	$(BIN)/python -m benchmarks --json build/bench.json --markdown build/bench.md --svg build/bench.svg $(BENCH_ARGS)

# KERNELS="gelu silu_backward" runs these, changed or not.
exhaustive: build $(VENV)/.validate-requirements ## all 2^32 float32 inputs of the kernels that changed, for the record
	$(BIN)/python -m tests.exhaustive $(KERNELS)

wheel: $(VENV)/.build-requirements ## a wheel in dist/
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

clean: ## remove everything built, .venv too
	rm -rf build dist $(VENV) $(CUDA_VENV) .mypy_cache .pytest_cache .ruff_cache
	rm -f pyact/_native.*.so
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
