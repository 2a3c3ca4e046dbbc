"""The toolchain: one formula in; SIMD C, an arbitrary-precision oracle and an ONNX graph out.

Data flows one way: ``spec`` -> ``expr`` (the IR) -> ``lower_*`` -> generated C. Nothing here imports ``pyact``; the
same package is installed as ``pyact.codegen``, so relative imports only.
"""
