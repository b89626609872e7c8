"""Measure how well heart rate elevations are detected, compared with three plain rules."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tests.evaluate.recorded import recorded
from tests.evaluate.rules import LIMITS
from tests.evaluate.score import CORE, Score, figures, named
from tests.evaluate.sessions import DEVELOPMENT, HARDER, HELD_OUT, LASTS_S
from tests.evaluate.trial import listed, score

Figures = Mapping[str, float | None]

_FOUND: Final = {
    "events": "true", "found": "found", "standing_already": "stood already",
    "delay_median_s": "delay median s", "delay_p95_s": "95 %", "delay_longest_s": "longest",
    "delay_longest_heard_s": "while heard",
}  # fmt: skip
_FALSE: Final = {
    "false_per_hour": "false/h", "false_per_hour_at_most": "at most",
    "alarms_per_session": "alarms/session", "technical_min_per_session": "technical min/session",
}  # fmt: skip
_OTHERS: Final = {
    "false_high_per_hour": "hr_high high", "false_low_per_hour": "hr_high low",
    "false_rise_per_hour": "hr_rise low", "false_slow_per_hour": "hr_low",
}  # fmt: skip


IRREGULARLY: Final = "irregular"


def main() -> None:
    given = arguments()
    every = None if given.every == IRREGULARLY else float(given.every)
    count = max(1, round(given.hours * 3600 / LASTS_S))
    seeds = range(given.seed, given.seed + count)
    if given.harder:
        for name, noise in HARDER.items():
            _show(name, score(seeds, every, noise=noise), given)
        return
    which = "development" if given.development else "held-out"
    total = score(seeds, every, noise=DEVELOPMENT if given.development else HELD_OUT)
    hours = total[CORE].hours
    _show(f"{hours:.0f} h of {which} sessions, samples every {given.every} s", total, given)
    recorded(each=given.list, as_json=given.json)


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line, or these words. Exits if an argument makes no sense."""
    parser = argparse.ArgumentParser(prog="make evaluate", description=__doc__)
    parser.add_argument(
        "--hours", type=_between(0.1, 1e5), default=600.0, help="of generated sessions"
    )
    parser.add_argument("--seed", type=_seed, default=0, help="of the first session")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--development", action="store_true", help="sessions to tune on")
    kind.add_argument("--held-out", action="store_true", help="sessions to report (the default)")
    kind.add_argument("--harder", action="store_true", help="rougher than was promised")
    words_of_every = f"seconds between samples, or {IRREGULARLY}"
    parser.add_argument("--every", type=_every, default="1", help=words_of_every)
    parser.add_argument("--list", action="store_true", help="what was missed, slow or false")
    parser.add_argument("--json", action="store_true", help="one object a line")
    return parser.parse_args(words)


def _between(low: float, high: float) -> Callable[[str], float]:
    def number(word: str) -> float:
        given = float(word)
        if not low <= given <= high:
            raise argparse.ArgumentTypeError(f"{word} is not within {low:g} to {high:g}")
        return given

    return number


def _seed(word: str) -> int:
    # From a million on, development sessions would use the seeds of held-out sessions.
    return int(_between(0, HELD_OUT.seeds - 1)(word))


def _every(word: str) -> str:
    return word if word == IRREGULARLY else f"{_between(0.1, 30)(word):g}"


def _show(title: str, total: dict[str, Score], given: argparse.Namespace) -> None:
    rows: dict[str, Figures] = {name: figures(score) for name, score in total.items()}
    if given.json:
        for name, row in rows.items():
            _say(json.dumps({"of": title, "rule": name, **row}))
    else:
        _tables(title, rows)
    if given.list:
        for line in listed(total[CORE]):
            _say(json.dumps({"of": title, "case": line}) if given.json else line)


def _tables(title: str, rows: dict[str, Figures]) -> None:
    priorities = {named(p): f"{p}, {limit:g}" for p, limit in LIMITS.items()}
    _say(f"{title}, limit {LIMITS['medium']:g}")
    whole = {name: row for name, row in rows.items() if name == CORE or name not in priorities}
    _table({**_FOUND, **_FALSE}, whole)
    _say("\nthis core by priority")
    _table(_FOUND, {words: rows[name] for name, words in priorities.items()})
    _say("\nthis core, false an hour otherwise")
    _table(_OTHERS, {CORE: rows[CORE]})
    _say("")


def _table(columns: dict[str, str], rows: Mapping[str, Figures]) -> None:
    lines = [["", *columns.values()]]
    lines += [[name, *(_cell(row[key]) for key in columns)] for name, row in rows.items()]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        _say("  ".join([line[0].ljust(widths[0]), *cells]))


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:d}" if isinstance(value, int) else f"{value:.3g}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
