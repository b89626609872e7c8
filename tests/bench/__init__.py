"""Benchmarks: the load that the product carries, on real parts. They print and never gate a test.

`make bench` runs them all, `make bench ARGS="--quick"` smaller ones, `--only NAME` one of them.
Each figure is a line of JSON on standard output; progress is on standard error.
`docs/performance.md` describes each figure and the results.
"""
