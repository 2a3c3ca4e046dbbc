"""Kernels in the form that float32 graphs evaluate: see onnx_forms.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from .expr import Expr, parse
from .spec import BUILT_IN, Activation

FORMS = Path(__file__).with_name("onnx_forms.toml")


@cache
def forms() -> Mapping[str, tuple[Expr, Mapping[Expr, str]]]:
    """By name of the activation: the form, and what the text calls its parts."""
    result = {}
    for name, entry in tomllib.loads(FORMS.read_text(encoding="utf-8")).items():
        labels: dict[Expr, str] = {}
        result[name] = parse(entry["form"], ("x",), lambda *_: None, labels), labels
    return result


def with_form(activation: Activation) -> Activation:
    """The activation with the form as its kernel, if it has one."""
    if activation.file != BUILT_IN.name or activation.name not in forms():
        return activation
    form, labels = forms()[activation.name]
    return replace(activation, kernel=form, labels=MappingProxyType({**activation.labels, **labels}))
