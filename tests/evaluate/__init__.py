"""Measure how well heart rate elevations are detected, compared with three plain rules.

`make evaluate` prints a table; `docs/detection.md` explains its figures. The sessions are
generated, so that the truth is known. Recordings are evaluated as well if there are any on this
machine.
"""
