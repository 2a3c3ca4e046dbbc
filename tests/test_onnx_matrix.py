"""A part of the ONNX matrix (see onnx_matrix.py), and the record of all of it.

Every activation runs in every format with three of the fifteen settings: an inline value, a function's value, a
gradient. They rotate from one activation and format to the next, so that every setting is met many times;
PYACT_ROTATION=1 and so on turns the wheel further. `python -m tests.onnx_matrix` runs everything in three minutes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

pytest.importorskip("onnxruntime")
pytest.importorskip("mpmath")

from codegen import spec
from pyact.onnx.export import DTYPES
from tests import onnx_matrix as matrix

NAMES = list(spec.built_in())
TURN = int(os.environ.get("PYACT_ROTATION", "0"))


def chosen(name: str, dtype: str) -> list[matrix.Setting]:
    position = NAMES.index(name) * len(DTYPES) + DTYPES.index(dtype) + NAMES.index(name) // 5 + TURN
    kinds = [
        [s for s in matrix.settings() if s.gradient],
        [s for s in matrix.settings() if not s.gradient and s.style == "inline"],
        [s for s in matrix.settings() if not s.gradient and s.style == "function"],
    ]
    return [kind[position % len(kind)] for kind in kinds]


@pytest.mark.parametrize("name", NAMES)
def test_graphs_are_the_definition(name: str) -> None:
    for dtype in DTYPES:
        finding = matrix.measure(name, dtype, chosen(name, dtype))
        assert finding.wrong == []
        assert finding.models == 3


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_rotation_meets_every_setting(dtype: str) -> None:
    met = [s for name in NAMES for s in chosen(name, dtype)]
    assert min(met.count(s) for s in matrix.settings()) >= 5


def test_a_wrong_graph_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """silu in place of gelu, and gelu with a constant off by 2**-16."""
    export = matrix.export

    def doctored(name: str, **options: object) -> object:
        if name == "gelu":
            return export("silu", **options)
        model = export(name, **options)
        for constant in model.graph.initializer:
            if constant.name == "one":
                constant.float_data[:] = []
                constant.raw_data = b"\x80\x00\x80\x3f"
        return model

    monkeypatch.setattr(matrix, "export", doctored)
    for name in ("gelu", "sigmoid"):
        finding = matrix.measure(name, "float32", [matrix.Setting(18, "inline", False)])
        assert finding.wrong


def test_the_record_is_of_everything() -> None:
    record = json.loads(Path(matrix.RECORD).read_text(encoding="utf-8"))
    assert set(record["activations"]) == set(NAMES)
    assert set(record["opsets"]) >= {13, 15, 18, 21, 24}
    for formats in record["activations"].values():
        assert set(formats) == set(DTYPES)
        for dtype, entry in formats.items():
            assert entry["models"] == 15
            assert max(entry["value"], entry["gradient"]) <= matrix.TOLERANCE[dtype]
