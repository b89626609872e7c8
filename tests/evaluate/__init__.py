"""How well elevations of the heart rate are found, beside three plain rules.

`make evaluate` prints a table; `docs/detection.md` says what its figures mean. Sessions are
generated, so that the truth is known; recordings are looked at as well where they are at hand.
"""
