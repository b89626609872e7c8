"""The same on recordings, where they are at hand: nobody knows the truth of them, but two things
can be counted. An alarm about the patient on an impossible value is false; and a believable cuff
reading of 180 and above must raise high on that reading."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from monitor.analyze import analyze
from monitor.codecs.trace import TraceRow, read_trace
from monitor.core.protocol import PRESETS
from monitor.core.quality import judge
from monitor.core.vitals import Observation
from tests.parts.recordings import folder

DOSE_S: Final = 600.0


class Count(Struct):
    """Of all traces of one folder."""

    traces: int = 0
    hours: float = 0.0
    physiological: int = 0
    on_impossible: int = 0
    crises: int = 0
    crises_told: int = 0


def recorded(*, as_json: bool) -> None:
    traces = folder("traces")
    if traces is None:
        sys.stdout.write("no recordings at hand: skipped\n")
        return
    for place in sorted(p for p in traces.iterdir() if p.is_dir()):
        count = count_all(place)
        if as_json:
            row = {"of": place.name, **{f: getattr(count, f) for f in Count.__struct_fields__}}
            sys.stdout.write(json.dumps(row) + "\n")
        else:
            sys.stdout.write(
                f"{place.name}: {count.traces} recordings, {count.hours:.1f} h, "
                f"{count.physiological} alarms about the patient, {count.on_impossible} of them on "
                f"an impossible value; {count.crises_told} of {count.crises} believable cuff "
                "readings of 180 and above were high on that reading\n"
            )


def count_all(place: Path) -> Count:
    count = Count()
    for path in sorted(place.rglob("*.csv")):
        one(path, count)
    return count


def one(path: Path, count: Count) -> None:
    rows = list(read_trace(path))
    lines = list(analyze(iter(rows), PRESETS["sl_home"], DOSE_S))
    count.traces += 1
    count.hours += rows[-1].t_s / 3600 if rows else 0.0
    at = {row.t_s: row for row in rows}
    for line in lines:
        if line["event"] != "alarm" or line["kind"] != "physiological":
            continue
        if line["transition"] in ("raised", "escalated"):
            count.physiological += 1
            count.on_impossible += _impossible(at.get(float(str(line["t_s"]))), line)
    for row in _crises(rows):
        count.crises += 1
        count.crises_told += _high_at(lines, row.t_s)


def _impossible(row: TraceRow | None, line: dict[str, object]) -> bool:
    """Raised with a reading whose own value was rejected."""
    vital = str(line["vital"])
    return row is not None and vital in row.values and _verdict(row, vital) == "rejected"


def _verdict(row: TraceRow, vital: str) -> str:
    reading = Observation(issued=row.t_s, effective=row.t_s, device="trace", values=row.values)
    return judge(reading)[vital][0]


def _crises(rows: list[TraceRow]) -> Iterator[TraceRow]:
    for row in rows:
        beyond = row.values.get("sbp", 0) >= 180 and row.source == "nibp"
        if beyond and _verdict(row, "sbp") != "rejected":
            yield row


def _high_at(lines: list[dict[str, object]], at: float) -> bool:
    """Is `sbp_high` high with that reading, whether it was raised then or stood already?"""
    held = False
    for line in lines:
        if line["event"] != "alarm" or line["condition"] != "sbp_high":
            continue
        if float(str(line["t_s"])) > at:
            break
        held = line["priority"] == "high" and line["transition"] not in ("cleared", "latched")
    return held
