"""Benchmarks: what the product carries, on real parts. They print and never gate a test.

`make bench` runs them all, `make bench ARGS="--quick"` smaller ones, `--only NAME` one of them.
Each figure is a line of JSON on standard output; what is going on is told on standard error.
`docs/performance.md` says what each figure means and what was found.
"""
