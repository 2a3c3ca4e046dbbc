"""The choice of arithmetic for float64, and what the light cores do with the lanes they do not decide."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp

import pyact
from codegen import fit_cells_double, fit_elementary, float64, lower_light, spec
from codegen.compiled_reference import Reference
from codegen.expr import parse, postorder
from codegen.kernels import Kernel, kernels_of
from codegen.ulp import FORMATS, ulp_errors

from . import accuracy
from .float64_choice import LARGEST_ERROR

KERNELS = {k.name: k for a in spec.built_in().values() for k in kernels_of(a)}
TABLE = json.loads(float64.TABLE.read_text())
LIGHT = [name for name in TABLE if TABLE[name]["arithmetic"] == "light"]
DIRECT = [name for name in KERNELS if float64.core(KERNELS[name]) == "direct"]


def test_every_entry_is_for_a_kernel_as_it_is_and_was_measured_within_the_bound() -> None:
    for name, entry in TABLE.items():
        kernel = KERNELS[name]
        assert entry["expression"] == float64.digest(kernel), f"{name}: measure again with tests.float64_choice"
        assert entry["arithmetic"] in float64.candidates(kernel)
        assert float64.arithmetic(kernel) == entry["arithmetic"]
        assert entry["ulp"] <= LARGEST_ERROR


def test_a_kernel_that_was_not_measured_gets_the_wide_arithmetic() -> None:
    silu = KERNELS["silu"]
    changed = dataclasses.replace(silu, expression=silu.expression + silu.expression)
    assert float64.arithmetic(silu) == "light"
    assert float64.arithmetic(changed) == "wide"
    (own,) = spec.loads('[own]\nsummary = "s"\nformula = "x * sigmoid(x + 1)"\n', "own.toml").values()
    assert {float64.arithmetic(k) for k in kernels_of(own)} == {"wide"}


def test_pairs_of_sigmoids_become_one_operation() -> None:
    for text in ("4 * sigmoid(3 * x) * sigmoid(-3 * x)", "x * (sigmoid(x) * sigmoid(-x))", "sigmoid(-x) * sigmoid(x)"):
        ops = [n.op for n in postorder(lower_light.prepare(parse(text, ("x",))))]
        assert ops.count("logistic_density") == 1
        assert "sigmoid" not in ops
    for text in ("sigmoid(x) * sigmoid(x)", "sigmoid(x) * sigmoid(-x - 1)", "sigmoid(x) + sigmoid(-x)"):
        assert "logistic_density" not in [n.op for n in postorder(lower_light.prepare(parse(text, ("x",))))]


def test_bounds_hold() -> None:
    """Values of every node at many points lie in its interval."""
    for text in ("1 + exp(-abs(x))", "max(min(x, 50), -50) * (2 - erfc(x))", "where(x > 0, expm1(min(x, 0)), -x) - 3"):
        root = parse(text, ("x",))
        for node, (low, high) in lower_light.bounds(root).items():
            if node.op in ("lt", "le", "eq", "and", "or"):
                continue
            for x in (-700.0, -3.0, -0.1, 0.0, 0.2, 4.0, 700.0):
                assert low <= float(accuracy.reference.evaluate(node, {"x": x})) <= high


def inputs_of(kernel: Kernel, x: np.ndarray) -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    others = {n: rng.normal(0, 2, x.size) for n in kernel.data_inputs if n != "x"}
    data = [x if n == "x" else others[n] for n in kernel.data_inputs]
    return [*data, *(np.array(kernel.activation.defaults[p]) for p in kernel.parameters)]


@pytest.mark.parametrize("name", sorted({*LIGHT, *DIRECT}))
def test_a_lane_does_not_depend_on_its_neighbours(name: str) -> None:
    """Each of ordinary and exceptional values alone, and all of them mixed in every phase of a vector."""
    function = getattr(pyact.ufuncs, name)
    odd = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e-310, -3e-320, 700.0, -720.0, 1e300, -1e300, -37.5, 26.0])
    x = np.concatenate([np.random.default_rng(1).normal(0, 3, 52), odd])
    inputs = inputs_of(KERNELS[name], np.random.default_rng(2).permutation(x))
    with np.errstate(all="ignore"):
        alone = np.array([function(*(a[i : i + 1] if a.ndim else a for a in inputs))[0] for i in range(x.size)])
        for shift in range(9):
            shifted = [np.roll(a, shift) if a.ndim else a for a in inputs]
            np.testing.assert_array_equal(function(*shifted).view(np.uint64), np.roll(alone, shift).view(np.uint64))


def test_operations_at_the_speed_of_memory_are_direct() -> None:
    assert {"relu", "leaky_relu", "prelu", "rrelu", "hardtanh", "softshrink_backward", "hardswish", "reglu"} <= {
        *DIRECT
    }
    assert not {"silu", "tanh", "logsigmoid", "atan"} & {*DIRECT}


@pytest.mark.parametrize("name", [n for n in DIRECT if KERNELS[n].parameters])
def test_a_direct_loop_gives_the_bits_of_the_core_that_takes_a_parameter_for_each_element(name: str) -> None:
    kernel, function = KERNELS[name], getattr(pyact.ufuncs, name)
    odd = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, -np.nan, 1e-310, 5e-324, 0.5, -0.5, 1.0, -1.0, 1e308, -1e308])
    x = np.concatenate([np.random.default_rng(5).normal(0, 2, 2085), odd])  # more than a block, and no whole vectors
    data = [np.random.default_rng(6 + k).permutation(x) for k in range(len(kernel.data_inputs))]
    defaults = [kernel.activation.defaults[p] for p in kernel.parameters]
    cases = [
        defaults,
        [-v for v in defaults],
        *([v] * len(defaults) for v in (0.0, -0.0, 0.3, np.inf, -np.inf, np.nan)),
    ]
    with np.errstate(all="ignore"):
        for parameters in cases:
            by_element = function(*data, *(np.full(x.size, p) for p in parameters))
            once = function(*data, *parameters)
            np.testing.assert_array_equal(once.view(np.uint64), by_element.view(np.uint64), err_msg=str(parameters))
            in_place = [a.copy() for a in data]
            function(*in_place, *parameters, out=in_place[0])
            np.testing.assert_array_equal(in_place[0].view(np.uint64), once.view(np.uint64))


@pytest.fixture(scope="module")
def quad() -> accuracy.Reference:
    return Reference(list(KERNELS.values()), "quad")


@pytest.mark.parametrize("name", ["gelu", "gelu_backward", "gelu_tanh", "gelu_tanh_backward"])
def test_cells_meet(quad: Reference, name: str) -> None:
    """On both sides of every edge, of the end of the table and of where a kernel takes the wide arithmetic."""
    edges = np.concatenate([(np.arange(127) + 15 / 32) / 13.25, np.arange(5, 10, 0.5)])
    x = np.concatenate([edges * (1 + step) for step in (0, -(2.0**-50), 2.0**-50, -(2.0**-9), 2.0**-9)])
    x = np.concatenate([x, -x])
    inputs = [np.ones_like(x), x][-len(KERNELS[name].data_inputs) :]
    head, tail = quad(KERNELS[name], inputs)
    error = ulp_errors(getattr(pyact.ufuncs, name)(*inputs), head, tail, FORMATS["float64"])
    assert error.max() <= LARGEST_ERROR


def test_the_tables_of_cells_are_those_of_the_program() -> None:
    text = (Path(float64.__file__).parent / "csrc" / "light_cell_tables.h").read_text()
    with mp.workdps(fit_elementary.DIGITS):
        for cells in fit_cells_double.TABLES:
            root = None if cells.root is None else mp.findroot(cells.function, mp.mpf(cells.root))
            table = text.partition(f"{cells.name}_CELLS[")[2].partition("};")[0]
            for k in (0, 10):
                numbers, _ = fit_cells_double.row(cells, root, k)
                line = re.search(rf"/\* {k} \*/ (.*(?:\n.*){{2}})", table)
                assert line is not None
                assert [float.fromhex(word) for word in re.findall(r"[-+.\w]+", line[1])] == numbers


def test_a_guarded_loop_gives_the_same_bits_beside_huge_numbers_and_in_place() -> None:
    rng = np.random.default_rng(8)
    gradient, x = rng.normal(0, 1, 5000), rng.normal(0, 2, 5000)
    x[7::50] = np.ldexp(1 + rng.uniform(0, 1, 100), rng.integers(0, 49, 100))
    expected = pyact.ufuncs.softsign_backward(gradient, x)
    for at, huge in ((3, 1e200), (2000, 2.0**53 + 2), (4999, -np.inf), (1023, np.nan)):
        beside = x.copy()
        beside[at] = huge
        result = pyact.ufuncs.softsign_backward(gradient, beside)
        np.testing.assert_array_equal(np.delete(result, at), np.delete(expected, at))
    for of in (gradient, x):
        in_place = of.copy()
        arguments = (in_place, x) if of is gradient else (gradient, in_place)
        pyact.ufuncs.softsign_backward(*arguments, out=in_place)
        np.testing.assert_array_equal(in_place, expected)


@pytest.mark.parametrize("name", [n for n in LIGHT if KERNELS[n].factor is not None and "x" in KERNELS[n].data_inputs])
def test_a_derivative_is_rounded_once_more_when_it_is_multiplied(quad: accuracy.Reference, name: str) -> None:
    kernel = KERNELS[name]
    inputs = inputs_of(kernel, np.random.default_rng(4).normal(0, 3, 20_000))
    full = [np.broadcast_to(a, (20_000,)) for a in inputs]
    head, tail = quad(kernel, full)
    error = ulp_errors(getattr(pyact.ufuncs, name)(*inputs), head, tail, FORMATS["float64"])
    assert error.max() <= 2 * TABLE[name]["ulp"] + 0.5
