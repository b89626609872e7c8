"""Recorded traces: CSV, one row for each moment, columns by name in any order.

The columns `t_s` (seconds from the start, never falling), `source` and at least one vital sign are
required. `rr_ms` is optional: the RR intervals that came with the row, oldest first, with spaces
between them. An empty cell is a missing value. Zeros and a monitor's sentinels are values: a trace
is replayed in order to judge them.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, get_args

from msgspec import Struct

from monitor.codecs.formats.rr_intervals import believable
from monitor.core.vocabulary.vitals import is_measurable

Source = Literal["ecg", "ppg", "art", "nibp"]

COLUMNS: Final = {
    "hr_bpm": "hr",
    "sbp_mmhg": "sbp",
    "dbp_mmhg": "dbp",
    "map_mmhg": "map",
    "temp_c": "temp",
}
_OTHERS: Final = frozenset(("t_s", "source", "rr_ms"))
_SOURCES: Final = frozenset(get_args(Source))


class TraceRow(Struct, frozen=True):
    """One moment of a trace. t_s: seconds from the start; values: vital sign -> value, without the
    missing ones; rr: intervals, ms, oldest first."""

    t_s: float
    values: dict[str, float]
    source: str
    rr: tuple[float, ...] = ()


class TraceError(ValueError):
    """The file is not a trace. The message names the file, the line and, if any, the column."""

    def __init__(self, name: str, line: int, column: str | None, said: str) -> None:
        self.name, self.line, self.column = name, line, column
        place = f"{name}, line {line}" + (f", column {column}" if column else "")
        super().__init__(f"{place}: {said}")


def read_trace(path: str | Path) -> Iterator[TraceRow]:
    """Yield the rows of a file as it is read. Raises TraceError; OSError if it cannot be opened."""
    # utf-8-sig: spreadsheets put a byte order mark in front. Bytes that are not UTF-8 become a cell
    # that is not a number, which is reported with its place.
    with Path(path).open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        yield from parse_trace(lines, str(path))


def parse_trace(lines: Iterable[str], name: str = "trace") -> Iterator[TraceRow]:
    """Yield the rows of an open file or of lines of text."""
    reader = csv.reader(lines, strict=True)
    try:
        header = _header(next(reader, []), name)
        latest = 0.0
        for cells in reader:
            if not cells:
                continue
            row = _row(header, cells, name, reader.line_num)
            if row.t_s < latest:
                raise TraceError(name, reader.line_num, "t_s", f"{row.t_s:g} is before {latest:g}")
            latest = row.t_s
            yield row
    except csv.Error as error:
        raise TraceError(name, reader.line_num, None, str(error)) from None


def _header(cells: list[str], name: str) -> list[str]:
    header = [cell.strip() for cell in cells]
    for column in header:
        if column not in COLUMNS and column not in _OTHERS:
            raise TraceError(name, 1, column[:40], "not a column of a trace")
        if header.count(column) > 1:
            raise TraceError(name, 1, column, "is there twice")
    for column in ("t_s", "source"):
        if column not in header:
            raise TraceError(name, 1, column, "is missing")
    if not COLUMNS.keys() & set(header):
        raise TraceError(name, 1, None, "no vital sign among the columns")
    return header


def _row(header: list[str], cells: list[str], name: str, line: int) -> TraceRow:
    if len(cells) != len(header):
        raise TraceError(name, line, None, f"{len(cells)} cells under {len(header)} columns")
    given = dict(zip(header, map(str.strip, cells), strict=True))
    source = given.pop("source")
    numbers: dict[str, list[float]] = {}
    for column, cell in given.items():
        # Several numbers in a cell are RR intervals; in any other column they are not a number.
        words = cell.split() if column == "rr_ms" else [cell] if cell else []
        numbers[column] = []
        for word in words:
            number = _number(word)
            if number is None:
                raise TraceError(name, line, column, f"{word[:40]!a} is not a finite number")
            numbers[column].append(number)
    seconds = next(iter(numbers["t_s"]), None)
    values = {code: numbers[column][0] for column, code in COLUMNS.items() if numbers.get(column)}
    if seconds is None or seconds < 0:
        raise TraceError(name, line, "t_s", "seconds from the start are wanted")
    if source not in _SOURCES:
        raise TraceError(
            name, line, "source", f"{source[:40]!a} is not one of {', '.join(get_args(Source))}"
        )
    return TraceRow(seconds, values, source, believable(numbers.get("rr_ms", ())))


def _number(cell: str) -> float | None:
    # float() also reads 1_000 and digits of other scripts, which no recorder writes on purpose.
    if not cell.isascii() or "_" in cell:
        return None
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if is_measurable(number) else None
