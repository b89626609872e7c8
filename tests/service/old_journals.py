"""Journals written by programs of their day, for `tests/golden/journal`.

Run it with the code of the day whose journals you want:
`PYTHONPATH=CHECKOUT python tests/service/old_journals.py tests/golden/journal`. It uses only
features of that code. Do not rewrite the files when rules change: they exist to prove that an old
journal still loads.

One line each: the session's beginning, then the rows of its journal, and among them, in its place,
the newest snapshot.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from monitor.adapters.store.tables.entry import Entry
from monitor.adapters.store.tables.journal import lines
from monitor.core.encounter import Encounter
from monitor.core.gates import gates
from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.events import AlarmChanged
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    AskForHelp,
    Close,
    Dose,
    Facts,
    Input,
    Note,
    Observed,
    Opened,
    Symptom,
)
from monitor.core.vocabulary.vitals import Observation

START: Final = 1_795_428_000.0
FACTS: Final = Facts(
    protocol="sl_home", mode="test", birth_year=1980, sitter=True, reachable=True,
    devices={"strap": "heart_rate", "cuff": "cuff"},
)  # fmt: skip
Act = tuple[float, Any]  # seconds since the opening, the input
# Acknowledge the newest alarm that is on, whatever its number.
ACKNOWLEDGE: Final = "acknowledge"
SNAPSHOT: Final = "snapshot"


def rates(first: float, last: float) -> Iterator[Act]:
    for n in range(int((last - first) / 10)):
        t = first + n * 10
        value = 68.0 + (n * 7 % 5)
        yield t, reading("strap", t, n + 1 + int(first), hr=value)


def reading(device: str, t: float, seq: int, **values: float) -> Observed:
    at = START + t
    return Observed(
        Observation(
            issued=at + 0.2, effective=at, device=device, boot="a1", seq=seq, values=dict(values)
        )
    )


def ordinary() -> list[Act]:
    """A dose through an open gate, a confirmed crisis that is taken up, reports; it is open."""
    return [
        *rates(0, 1200),
        *((t, reading("cuff", t, n, sbp=122.0 + n, dbp=78.0)) for n, t in enumerate((1, 301, 601))),
        (615, Dose(START + 615, "ketamine", "sublingual", 100.0, "thea")),
        (845, reading("cuff", 845, 4, sbp=152.0, dbp=92.0)),
        (880, SNAPSHOT),
        (905, reading("cuff", 905, 5, sbp=190.0, dbp=114.0)),
        (965, reading("cuff", 965, 6, sbp=192.0, dbp=115.0)),
        (1001, ACKNOWLEDGE),
        (1013, Symptom("nausea", "sam")),
        (1026, AskForHelp("sam")),
        (1035, ACKNOWLEDGE),
        (1044, Note("calm again", "thea")),
    ]


def split_pressures() -> list[Act]:
    """A dose at 178/104: the two pressures of a measurement came apart.

    The gate of that day did not see them together.
    """
    pressures: list[Act] = []
    for n, t in enumerate((5, 65, 125, 185)):
        pressures.append((t, reading("cuff", t, 2 * n, sbp=176.0 + n)))
        pressures.append((t + 0.1, reading("cuff", t, 2 * n + 1, dbp=103.0)))
    return [
        *rates(0, 240),
        *pressures,
        (190, SNAPSHOT),
        (200, Dose(START + 200, "ketamine", "sublingual", 100.0, "thea")),
        (215, Note("given", "thea")),
    ]


def open_gates() -> list[Act]:
    """A day when no gate had a condition: a dose immediately, and closed a minute later."""
    return [
        (5, reading("cuff", 5, 0, sbp=121.0, dbp=79.0)),
        (8, SNAPSHOT),
        (10, Dose(START + 10, "ketamine", "sublingual", 100.0, "thea")),
        (70, Close("thea", None, True)),
    ]


STORIES: Final = {
    "ordinary": ordinary,
    "split-pressures": split_pressures,
    "open-gates": open_gates,
}


def journal(acts: list[Act]) -> Iterator[dict[str, Any]]:
    encounter, events = Encounter.open("e-old", FACTS, PRESETS["sl_home"], START, "thea")
    n = 0

    def rows(at: float, given: Input | None, decided: Any) -> Iterator[dict[str, Any]]:
        nonlocal n
        for moment, side, kind, body in lines(Entry("e-old", at, given, decided)):
            n += 1
            yield {"n": n, "at": moment, "side": side, "type": kind, "body": body}

    yield {"opened_at": START, "protocol": msgspec.to_builtins(PRESETS["sl_home"])}
    yield from rows(START, Opened(FACTS, "thea"), events)
    newest = ""
    for t, given in sorted(acts, key=lambda act: act[0]):
        now = START + t + 0.2
        while encounter.deadline is not None and encounter.deadline <= now:
            due = encounter.deadline
            decided = encounter.advance(due)
            newest = _newest(decided, newest)
            yield from rows(due, None, decided)
        if given == SNAPSHOT:
            yield {"snapshot": encounter.snapshot().decode(), "at": now}
            continue
        act = Acknowledged(newest, "thea") if given == ACKNOWLEDGE else given
        decided = encounter.apply(act, now)
        newest = _newest(decided, newest)
        yield from rows(now, act, decided)


def _newest(events: list[Any], before: str) -> str:
    raised = [
        e.alarm.id for e in events if isinstance(e, AlarmChanged) and e.transition == "raised"
    ]
    return raised[-1] if raised else before


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, story in STORIES.items():
        kept = gates.hold, gates.discharge, gates.awake
        if name == "open-gates":
            for gate in ("hold", "discharge", "awake"):
                setattr(gates, gate, lambda *_: [])
        text = b"\n".join(msgspec.json.encode(row) for row in journal(story())) + b"\n"
        (folder / f"{name}.jsonl").write_bytes(text)
        gates.hold, gates.discharge, gates.awake = kept


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
