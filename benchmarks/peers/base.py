"""What a peer is: it turns a cell and its data into a function without arguments that is timed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..cells import Cell
from ..inputs import Data

Array = NDArray[Any]

# torch.nn.SELU's constants; rrelu's slope outside training, the middle of torch's default bounds.
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946
RRELU_SLOPE = (1 / 8 + 1 / 3) / 2


class Unsupported(Exception):
    """The peer does not have this cell; the text says why."""


@dataclass(frozen=True)
class Call:
    run: Callable[[], Any]  # timed
    result: Callable[[Any], Array]  # what `run` returned -> the result, for the check of agreement
    also: tuple[Callable[[], Any], ...] = ()  # other ways to the same result: the fastest counts


class Peer(Protocol):
    name: str

    def call(self, cell: Cell, data: Data) -> Call:
        """Raises Unsupported where the library has no such function."""


def written_to(out: Array) -> Callable[[Any], Array]:
    """The result of a call that writes into `out`."""
    return lambda _: np.array(out)
