"""IR -> scalar C in extended precision: a second oracle, fast enough for millions of points.

It shares the expression with the kernels but no arithmetic: every operation is libm's (long double) or libquadmath's
(__float128). Each result is returned as head + tail, two doubles. Special values are left to the spec's table.
"""

from __future__ import annotations

from mpmath import mp

from .expr import Expr, postorder
from .kernels import Kernel
from .lower_c import split
from .reference import evaluate, exact

_PRELUDE = """\
/* Made by codegen/lower_reference.py. Precision: {precision}. */
#include <stddef.h>
#include <{header}>
typedef {type} real;
#define F(name) name##{suffix}

static inline real r_sigmoid(real u)
{{
    if (u < 0) {{
        const real e = F(exp)(u);
        return e / (1 + e);
    }}
    return 1 / (1 + F(exp)(-u));
}}

static inline real r_softplus(real u)
{{
    return (u > 0 ? u : 0) + F(log1p)(F(exp)(-F(fabs)(u)));
}}

static inline real r_sign(real u)
{{
    return u > 0 ? 1 : u < 0 ? -1 : u;
}}

static inline real r_pow_int(real u, int n)
{{
    real result = 1;
    for (int i = 0; i < (n < 0 ? -n : n); i++)
        result *= u;
    return n < 0 ? 1 / result : result;
}}
"""
PRECISIONS = {
    "long double": {"precision": "long double", "header": "math.h", "type": "long double", "suffix": "l"},
    "quad": {"precision": "__float128", "header": "quadmath.h", "type": "__float128", "suffix": "q"},
}
_INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<=", "eq": "==", "and": "&&", "or": "||"}


def _constant(node: Expr, suffix: str) -> str:
    if split(node)[0] in (float("inf"), float("-inf")):
        return "((real)__builtin_inf())"
    with mp.workdps(60):
        rational = node.op == "const" and not isinstance(node.value, str)
        value = exact(node.value) if rational else evaluate(node, {}, digits=45)
        text = mp.nstr(value, 40)
    return f"{text if any(c in text for c in '.e') else text + '.0'}{'Q' if suffix == 'q' else 'L'}"


def _statement(node: Expr, name: dict[Expr, str], suffix: str) -> str:
    args = [name[a] for a in node.args]
    if node.op in _INFIX:
        return f"{args[0]} {_INFIX[node.op]} {args[1]}"
    if node.op == "const":
        return _constant(node, suffix)
    if node.op == "neg":
        return f"-{args[0]}"
    if node.op == "where":
        return f"{args[0]} ? {args[1]} : {args[2]}"
    if node.op in ("min", "max"):
        return f"{args[0]} {'<=' if node.op == 'min' else '>='} {args[1]} ? {args[0]} : {args[1]}"
    if node.op == "pow":
        return f"r_pow_int({args[0]}, {node.value})"
    if node.op == "near_root":
        return args[0]
    if node.op in ("sigmoid", "softplus", "sign"):
        return f"r_{node.op}({args[0]})"
    return f"F({'fabs' if node.op == 'abs' else node.op})({args[0]})"


def reference_source(kernels: list[Kernel], precision: str = "quad") -> str:
    """C source with `void reference_<kernel>(const double *const *in, double *head, double *tail, size_t n)` each."""
    parts = [_PRELUDE.format(**PRECISIONS[precision])]
    suffix = PRECISIONS[precision]["suffix"]
    for kernel in kernels:
        body = [f"        const real {n} = in[{i}][i];" for i, n in enumerate(kernel.arguments)]
        names: dict[Expr, str] = {}
        for number, node in enumerate(postorder(kernel.expression)):
            if node.op == "var":
                names[node] = node.value
                continue
            names[node] = f"t{number}"
            body.append(f"        const real t{number} = {_statement(node, names, suffix)};")
        factor = f"{kernel.factor} * " if kernel.factor else ""
        parts.append(
            f"void reference_{kernel.name}(const double *const *in, double *head, double *tail, size_t n)\n{{\n"
            "    for (size_t i = 0; i < n; i++) {\n" + "\n".join(body) + "\n"
            f"        const real y = {factor}{names[kernel.expression]};\n"
            "        head[i] = (double)y;\n        tail[i] = (double)(y - (real)head[i]);\n    }\n}\n"
        )
    return "\n".join(parts)
