"""`python -m tests.evaluate [--hours N] [--development] [--every S] [--list] [--json]`."""

import argparse
import json
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.evaluate.recorded import recorded
from tests.evaluate.score import Score, figures, hours, judge_all
from tests.evaluate.sessions import LASTS_S, session

_COLUMNS = {
    "events": "true", "sensitivity": "found", "false_per_hour": "false/h",
    "false_low_per_hour": "false low/h", "alarms_per_session": "alarms/session",
    "delay_median_s": "delay median s", "delay_p95_s": "delay 95 % s",
    "technical_min_per_session": "technical min/session",
}  # fmt: skip


def main() -> None:
    given = _arguments()
    every = None if given.every == "irregular" else float(given.every)
    count = round(given.hours * 3600 / LASTS_S)
    one = partial(_one, held_out=not given.development, every=every)
    total: dict[str, Score] = {}
    with ProcessPoolExecutor(2) as pool:
        for found in pool.map(one, range(given.seed, given.seed + count), chunksize=4):
            for name, score in found.items():
                total.setdefault(name, Score()).add(score)
    which = "development" if given.development else "held-out"
    title = f"{hours(next(iter(total.values()))):.0f} h of {which} sessions, every {given.every} s"
    _print(title, {name: figures(score) for name, score in total.items()}, as_json=given.json)
    if given.list:
        ours = total["this core"]
        for what in ("missed", "slow", "false", "false_low"):
            for row in getattr(ours, what):
                sys.stdout.write(f"{what}: {row}\n")
    recorded(as_json=given.json)


def _one(seed: int, *, held_out: bool, every: float | None) -> dict[str, Score]:
    return judge_all(session(seed, held_out=held_out, every=every))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make evaluate", description=__doc__)
    parser.add_argument("--hours", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--development", action="store_true")
    parser.add_argument("--every", default="1", help="seconds between samples, or irregular")
    parser.add_argument("--list", action="store_true", help="what was missed, slow or false")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _print(title: str, rows: dict[str, dict[str, float]], *, as_json: bool) -> None:
    if as_json:
        for name, row in rows.items():
            sys.stdout.write(json.dumps({"of": title, "rule": name, **row}) + "\n")
        return
    sys.stdout.write(f"{title}\n")
    _table(["", *_COLUMNS.values()], ([name, *_cells(row)] for name, row in rows.items()))


def _cells(row: dict[str, float]) -> list[str]:
    exact = {"events": "d", "sensitivity": ".4f"}
    return [format(row[key], exact.get(key, ".3g")) for key in _COLUMNS]


def _table(head: list[str], rows: Iterable[list[str]]) -> None:
    lines = [head, *rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    for line in lines:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        sys.stdout.write("  ".join([line[0].ljust(widths[0]), *cells]) + "\n")


if __name__ == "__main__":
    main()
