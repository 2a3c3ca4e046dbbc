"""Fitted float32 kernels: what the search finds, that its judge can say no, and that no seam shows.

Accuracy over all inputs is the business of tests/test_exhaustive.py and tests/test_accuracy.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

import pyact
from codegen import fit, fit_check, fitted, lower_staged, spec
from codegen.fit_shape import NoTable, Target, shape_of
from codegen.kernels import Kernel, kernels_of
from pyact._native import ffi, lib

TABLES = fitted.load_all()
SMOOTH = {k.name: k for k in fit.smooth_kernels(spec.built_in())}
KERNELS = {k.name: k for a in spec.built_in().values() for k in kernels_of(a)}
ISAS = ffi.string(lib.pyact_isa_choices()).decode().split(", ")
Floats = npt.NDArray[np.float32]


@pytest.fixture(autouse=True)
def same_isa_afterwards() -> Iterator[None]:
    before = lib.pyact_isa()
    yield
    lib.pyact_set_isa(before)


def derivative_or_value(name: str, x: Floats) -> Floats:
    kernel = SMOOTH[name]
    data = [np.ones_like(x), x] if kernel.factor else [x]
    result: Floats = getattr(pyact.ufuncs, name)(*data, *(kernel.activation.defaults[p] for p in kernel.parameters))
    return result


def seams(table: fitted.FittedKernel) -> Floats:
    """The floats around every edge where another cell, zone or limit begins, and both signs of each."""
    edges = [abs(v) for zone in table.zones for v in zone[1:]]
    edges += [abs(limit.start) for limit in (table.lower, table.upper) if limit is not None]
    edges += [abs(c) for c in table.center]
    near = np.array(edges, dtype=np.float32).view(np.int32)[:, None] + np.arange(-40, 41, dtype=np.int32)
    x = near.clip(0).astype(np.int32).ravel().view(np.float32)
    return np.concatenate([x, -x, np.array([np.inf, -np.inf, np.nan, 0.0, -0.0], dtype=np.float32)])


def test_the_activations_of_every_network_have_tables_or_are_staged() -> None:
    names = ("sigmoid", "tanh", "silu", "gelu", "gelu_tanh", "mish", "softplus", "logsigmoid", "elu", "selu", "celu")
    assert {n for name in names for n in (name, f"{name}_backward")} <= set(TABLES) | set(lower_staged.FUNCTIONS)


def test_tables_belong_to_kernels_and_round_trip() -> None:
    assert set(TABLES) <= set(SMOOTH)
    for name, table in TABLES.items():
        assert fitted.from_json(fitted.to_json(table)) == replace(
            table, fit_error_bits=round(table.fit_error_bits, 4), max_ulp=round(table.max_ulp, 4)
        )
        assert table.max_ulp <= 1.0, name
        assert [z[0] for z in table.zones] == sorted(z[0] for z in table.zones)
        assert fitted.path_of(name).read_text() == fitted.to_json(table)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_bits_do_not_depend_on_neighbours_or_instruction_set(name: str) -> None:
    """Crowded blocks (many lanes outside) take larger tables; the values must be those of a lane alone."""
    rng = np.random.default_rng(3)
    calm = rng.normal(0, 0.5, 3000)
    spread = rng.uniform(-25, 25, 20_000)
    x = np.concatenate([seams(TABLES[name]), calm, spread, calm]).astype(np.float32)
    lib.pyact_set_isa(ISAS[0].encode())
    expected = derivative_or_value(name, x).view(np.uint32)
    order = rng.permutation(x.size)
    for isa in ISAS:
        assert lib.pyact_set_isa(isa.encode()) == 0
        assert np.array_equal(derivative_or_value(name, x).view(np.uint32), expected), isa
        assert np.array_equal(derivative_or_value(name, x[order]).view(np.uint32), expected[order]), isa
        alone = np.array([derivative_or_value(name, x[i : i + 1])[0] for i in order[:300]])
        assert np.array_equal(alone.view(np.uint32), expected[order[:300]]), isa
        in_place = x.copy()
        if SMOOTH[name].factor is None:
            getattr(pyact.ufuncs, name)(in_place, *SMOOTH[name].activation.defaults.values(), out=in_place)
            assert np.array_equal(in_place.view(np.uint32), expected), isa


@pytest.mark.parametrize(
    ("name", "symmetry", "times_x"),
    [
        ("sigmoid", "complement", False),
        ("silu", "complement", True),
        ("tanh", "even", True),
        ("sigmoid_backward", "even", False),
        ("softplus", "identity", False),
        ("mish", "none", True),
    ],
)
def test_symmetries_are_recognised(name: str, symmetry: str, times_x: bool) -> None:
    shape = shape_of(Target(KERNELS[name]))
    assert (shape.symmetry, shape.times_x) == (symmetry, times_x)


def test_limits_are_recognised() -> None:
    elu = shape_of(Target(KERNELS["elu"]))
    assert elu.upper is not None
    assert elu.lower is not None
    assert 0 <= elu.upper.start < 1e-40
    assert (elu.upper.kind, elu.upper.value) == ("proportional", 1.0)
    assert (elu.lower.kind, elu.lower.value) == ("constant", -1.0)
    selu = shape_of(Target(KERNELS["selu_backward"]))  # another value at 0 than beyond it
    assert selu.upper is not None
    assert 0 < selu.upper.start < 1e-40


def test_the_judge_notices_a_wrong_coefficient() -> None:
    table = TABLES["symlog"]
    assert fit_check.check(SMOOTH["symlog"], table, stride=4999).above == 0
    row = list(table.coefficients[1])
    row[2] = float(np.nextafter(np.float32(row[2]), np.float32(9)) * np.float32(1 + 2**-18))
    wrong = replace(table, coefficients=(table.coefficients[0], tuple(row), *table.coefficients[2:]))
    verdict = fit_check.check(SMOOTH["symlog"], wrong, stride=4999)
    assert verdict.above > 0
    assert verdict.worst > 1.0


def own_kernels(formula: str) -> dict[str, Kernel]:
    text = f'[made_up]\nsummary = "Made up"\nformula = "{formula}"\n'
    return {k.name: k for k in fit.smooth_kernels(spec.loads(text, "own", spec.built_in()))}


def test_a_formula_of_ones_own_gets_a_table() -> None:
    kernel = own_kernels("x * sigmoid(1.3 * x)")["made_up"]
    table = fit.find(kernel)
    verdict = fit_check.check(kernel, table, stride=997)
    assert verdict.points > 400_000
    assert verdict.worst <= 1.0
    assert table.high > 4


def test_what_cannot_be_fitted_says_why() -> None:
    kernel = own_kernels("where(x < 0.3, exp(x), where(x < 0.7, 2, exp(-x)))")["made_up"]
    with pytest.raises(NoTable, match=r"\w"):
        fit.find(kernel)
    heard: list[str] = []
    assert fit.tables_for([kernel], heard.append) == {}
    assert heard[0].startswith("made_up: float32 is evaluated in double: ")
