"""`python -m tests.bench [--quick] [--only NAME]`."""

import argparse
from collections.abc import Callable
from functools import partial
from typing import Final

from tests.bench import core, latency, memory, page, soak, throughput
from tests.bench.figures import told

Bench = Callable[[], None]

FULL: Final[dict[str, Bench]] = {
    "core": partial(core.measure, seconds=14_400),
    "throughput": partial(throughput.measure, readings=20_000, rounds=3),
    "latency": partial(latency.measure, rates=(200, 1000), seconds=15),
    "memory": partial(memory.measure, sessions=200, readings=100),
    "page": partial(page.measure, seconds=600),
}
# Runs only if named.
LONG: Final[dict[str, Bench]] = {
    "soak": partial(soak.measure, rate=1000, devices=200, seconds=600),
}
QUICK: Final[dict[str, Bench]] = {
    "core": partial(core.measure, seconds=1200),
    "throughput": partial(throughput.measure, readings=1000, rounds=1),
    "latency": partial(latency.measure, rates=(20,), seconds=1),
    "memory": partial(memory.measure, sessions=10, readings=20),
    "page": partial(page.measure, seconds=2),
    "soak": partial(soak.measure, rate=50, devices=5, seconds=2),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="One JSON object a line.")
    parser.add_argument("--quick", action="store_true", help="small runs, to see that they run")
    parser.add_argument("--only", choices=sorted(FULL | LONG), help="one of them")
    given = parser.parse_args()
    benches = QUICK if given.quick else FULL | (LONG if given.only in LONG else {})
    for name, bench in benches.items():
        if given.only in (None, name):
            told(name)
            bench()


if __name__ == "__main__":
    main()
