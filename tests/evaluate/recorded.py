"""Apply the same rules to recordings, if there are any on this machine.

The truth of a recording is unknown, but two things can be counted. An alarm raised by a reading
that no living person can have is false; and a believable cuff reading of 180 or more must raise the
alarm to high with that reading.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from msgspec import Struct, to_builtins

from monitor.analyze import analyze
from monitor.codecs.trace import TraceRow, read_trace
from monitor.core.protocol.presets import PRESETS
from monitor.core.quality.plausibility import judge
from monitor.core.vocabulary.vitals import Observation
from monitor.core.vocabulary.words import RANK
from tests.evaluate.rules import PLAIN
from tests.evaluate.score import CORE
from tests.parts.recordings import folder

DOSE_S: Final = 600.0
CRISIS: Final = 180.0

Line = Mapping[str, Any]


class Count(Struct):
    """Counts for one recording, or for all recordings in a folder.

    alarms, impossible   by rule: heart rate alarms at the medium limit, and those of them that were
                         raised by an impossible reading
    patient, patient_impossible   for the core: the same for every vital sign and priority
    crises, crises_told  believable cuff readings of 180 or more, and those with a high alarm
    """

    name: str
    recordings: int = 1
    hours: float = 0.0
    alarms: dict[str, int] = {}
    impossible: dict[str, int] = {}
    patient: int = 0
    patient_impossible: int = 0
    crises: int = 0
    crises_told: int = 0

    def add(self, other: "Count") -> None:
        for field in self.__struct_fields__[1:]:
            mine, more = getattr(self, field), getattr(other, field)
            if isinstance(more, dict):
                more = {rule: mine.get(rule, 0) + n for rule, n in more.items()}
            else:
                more += mine
            setattr(self, field, more)


def recorded(*, each: bool, as_json: bool) -> None:
    """Print a line for each folder; `each`: also one for each recording."""
    traces = folder("traces")
    if traces is None:
        sys.stdout.write("no recordings at hand: skipped\n")
        return
    for place in sorted(p for p in traces.iterdir() if p.is_dir()):
        whole = Count(place.name, recordings=0)
        for path in sorted(place.rglob("*.csv")):
            one = count(path.stem, list(read_trace(path)))
            whole.add(one)
            if each:
                _say(one, as_json=as_json)
        _say(whole, as_json=as_json)


def _say(one: Count, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(to_builtins(one)) + "\n")
        return
    rules = [f"{rule} {n} ({one.impossible[rule]})" for rule, n in one.alarms.items()]
    sys.stdout.write(
        f"{one.name}: {one.recordings} recordings, {one.hours:.1f} h\n"
        f"  heart rate, alarms at the medium limit (on an impossible value): {', '.join(rules)}\n"
        f"  all alarms about the patient: {one.patient} ({one.patient_impossible}); "
        f"cuff readings of {CRISIS:g} and above told as high: {one.crises_told} of {one.crises}\n"
    )


def count(name: str, rows: list[TraceRow]) -> Count:
    lines = list(analyze(iter(rows), PRESETS["sl_home"], DOSE_S))
    bad = {vital: set(_impossible(rows, vital)) for vital in ("hr", "sbp", "dbp", "map", "temp")}
    begun = {CORE: list(_medium(lines))}
    series = [(round(row.t_s, 3), row.values["hr"]) for row in rows if "hr" in row.values]
    if series:
        times, values = np.array(series).T
        begun |= {name: [on for on, _ in rule(times, values)] for name, rule in PLAIN.items()}
    raised = [
        line
        for line in lines
        if line["event"] == "alarm" and line["kind"] == "physiological"
        and line["transition"] in ("raised", "escalated")
    ]  # fmt: skip
    crises = list(_crises(rows))
    return Count(
        name,
        hours=rows[-1].t_s / 3600 if rows else 0.0,
        alarms={rule: len(begun.get(rule, [])) for rule in (CORE, *PLAIN)},
        impossible={
            rule: sum(t in bad["hr"] for t in begun.get(rule, [])) for rule in (CORE, *PLAIN)
        },
        patient=len(raised),
        patient_impossible=sum(line["t_s"] in bad[str(line["vital"])] for line in raised),
        crises=len(crises),
        crises_told=sum(_high_at(lines, at) for at in crises),
    )


def _impossible(rows: list[TraceRow], vital: str) -> Iterator[float]:
    for row in rows:
        if vital in row.values and _verdict(row, vital) == "rejected":
            yield round(row.t_s, 3)


def _verdict(row: TraceRow, vital: str) -> str:
    reading = Observation(issued=row.t_s, effective=row.t_s, device="trace", values=row.values)
    return judge(reading)[vital][0]


def _crises(rows: list[TraceRow]) -> Iterator[float]:
    for row in rows:
        beyond = row.source == "nibp" and row.values.get("sbp", 0) >= CRISIS
        if beyond and _verdict(row, "sbp") != "rejected":
            yield round(row.t_s, 3)


def _medium(lines: Sequence[Line]) -> Iterator[float]:
    """Times at which `hr_high` rises to medium or high."""
    stood = False
    for at, priority in _standing(lines, "hr_high"):
        stands = priority is not None and RANK[priority] >= RANK["medium"]
        if stands and not stood:
            yield at
        stood = stands


def _high_at(lines: Sequence[Line], at: float) -> bool:
    """Return whether `sbp_high` is high at that reading, whether newly raised or raised before."""
    until = [priority for t, priority in _standing(lines, "sbp_high") if t <= at]
    return bool(until) and until[-1] == "high"


def _standing(lines: Sequence[Line], condition: str) -> Iterator[tuple[float, Any]]:
    """Time and the priority from then on; None: the condition is cleared or latched."""
    for line in lines:
        if line["event"] == "alarm" and line["condition"] == condition:
            gone = line["transition"] in ("cleared", "latched")
            yield line["t_s"], None if gone else line["priority"]
