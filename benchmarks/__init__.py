"""Timings, never asserted in tests: python -m benchmarks."""
