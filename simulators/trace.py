"""Recorded traces: CSV with a row per moment, an empty cell for a missing value.

Header `t_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,source`, in any order, `temp_c` if there is one.
Values are taken unchanged: a zero or a monitor's sentinel is data here.
"""

import csv
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from simulators.errors import WrongUse

VITALS: Final = {
    "hr_bpm": "hr",
    "sbp_mmhg": "sbp",
    "dbp_mmhg": "dbp",
    "map_mmhg": "map",
    "temp_c": "temp",
}
COLUMNS: Final = {"t_s", "source", *VITALS}
SOURCES: Final = {"", "ecg", "ppg", "art", "nibp"}


class Row(Struct, frozen=True):
    """One moment. `values`: vital sign -> value, only those in the row; whole numbers as int."""

    t_s: float
    values: dict[str, float]
    source: str


def read_trace(path: Path) -> list[Row]:
    """Return every row, in order. WrongUse names the file, the line and the column of a fault."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            return list(rows(lines, path.name))
    except OSError as fault:
        raise WrongUse(f"{path}: {fault.strerror}") from None
    except (UnicodeDecodeError, csv.Error):
        raise WrongUse(f"{path}: not a text file with commas") from None


def rows(lines: Iterable[str], name: str) -> Iterator[Row]:
    """Yield the rows of a trace from its lines; `name` is for errors."""
    reader = csv.reader(lines)
    header = [column.strip() for column in next(reader, [])]
    _check_header(header, name)
    last = 0.0
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        place = f"{name}, line {reader.line_num}"
        if len(cells) != len(header):
            raise WrongUse(f"{place}: {len(cells)} cells where the header has {len(header)}")
        row = _row(dict(zip(header, cells, strict=True)), place)
        if row.t_s < last:
            raise WrongUse(f"{place}, column t_s: {row.t_s:g} is before {last:g}")
        last = row.t_s
        yield row


def _check_header(header: list[str], name: str) -> None:
    place = f"{name}, line 1"
    if "t_s" not in header:
        raise WrongUse(f"{place}: no column t_s, so this is not a trace")
    for column in header:
        if column not in COLUMNS or header.count(column) > 1:
            raise WrongUse(f"{place}: column {column[:40]!r} is unknown or given twice")


def _row(cells: dict[str, str], place: str) -> Row:
    moment = _number(cells["t_s"], place, "t_s")
    if moment is None or moment < 0:
        raise WrongUse(f"{place}, column t_s: wants seconds from the start")
    values = {}
    for column, vital in VITALS.items():
        value = _number(cells.get(column, ""), place, column)
        if value is not None:
            values[vital] = value
    source = cells.get("source", "").strip()
    if source not in SOURCES:
        raise WrongUse(f"{place}, column source: {source[:40]!r} is none of ecg, ppg, art, nibp")
    return Row(moment, values, source)


def _number(cell: str, place: str, column: str) -> float | None:
    text = cell.strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise WrongUse(f"{place}, column {column}: {text[:40]!r} is not a number")
    return int(value) if value.is_integer() else value
