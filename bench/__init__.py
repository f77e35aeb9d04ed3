"""Benchmarks with named baselines; their figures stand in docs/benchmarks.md."""
