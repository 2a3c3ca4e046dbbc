"""Every kernel as the NumPy ufunc it is: `pyact.ufuncs.elu(x, alpha)`, `pyact.ufuncs.glu(a, b)`.

All arguments are positional and none has a default. `dir(pyact.ufuncs)` lists the names:

- `<activation>` takes the inputs, then the parameters;
- `<activation>_backward` takes grad_output first; a gate has one per input, `<activation>_backward_<input>`;
- `<activation>_backward_<parameter>` is the gradient of a learned parameter, element by element;
- `<activation>_gradients`, where one parameter is learned, gives two arrays, the gradients for x and for that one;
- `<activation>_with_derivative` gives two arrays, the value and the derivative by x, for elementwise activations.

>>> import pyact
>>> pyact.ufuncs.glu([1.0, 2.0], [0.0, 0.0])
array([0.5, 1. ])
"""

from __future__ import annotations

import numpy as np

from ._functions import UFUNCS

globals().update(UFUNCS)
__all__ = sorted(UFUNCS)


def __getattr__(name: str) -> np.ufunc:
    import difflib

    near = difflib.get_close_matches(name, UFUNCS, n=3)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise AttributeError(f"pyact has no ufunc {name!r}{hint}")


def __dir__() -> list[str]:
    return sorted(UFUNCS)
