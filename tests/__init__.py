"""The test-suite. The oracle is the definition in high precision, never the kernels' own arithmetic."""
