"""Recorded traces: the cells that are read, and errors that name file, line and column."""

from pathlib import Path

import pytest

from monitor.codecs.trace import COLUMNS, TraceError, TraceRow, parse_trace, read_trace

HEADER = "t_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,source"


def rows(*lines: str, header: str = HEADER) -> list[TraceRow]:
    return list(parse_trace([f"{line}\n" for line in (header, *lines)], "a.csv"))


def test_empty_cell_is_missing_and_zero_is_a_value() -> None:
    assert rows("0,92,,,,ecg", "60,0,32000,-12,32000,nibp", "60.5,,,,,art") == [
        TraceRow(0.0, {"hr": 92.0}, "ecg"),
        TraceRow(60.0, {"hr": 0.0, "sbp": 32000.0, "dbp": -12.0, "map": 32000.0}, "nibp"),
        TraceRow(60.5, {}, "art"),
    ]


def test_columns_are_found_by_name() -> None:
    assert rows("ppg,36.9,5,71", header="source,temp_c,t_s,hr_bpm") == [
        TraceRow(5.0, {"hr": 71.0, "temp": 36.9}, "ppg")
    ]


def test_spreadsheet_habits_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"\ufeff{HEADER}\r\n0, 92 ,,,,ecg\r\n\r\n".encode())
    assert list(read_trace(path)) == [TraceRow(0.0, {"hr": 92.0}, "ecg")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.csv, line 1, column t_s: is missing"),
        ("t_s,hr_bpm\n", "a.csv, line 1, column source: is missing"),
        ("t_s,source\n", "a.csv, line 1: no vital sign among the columns"),
        ("t_s,rr_ms,source\n", "a.csv, line 1: no vital sign among the columns"),
        (
            "t_s,hr_bpm,rr_ms,source\n0,72,800 fast,ecg\n",
            "a.csv, line 2, column rr_ms: 'fast' is not a finite number",
        ),
        (
            "t_s,hr_bpm,source\n0,7 2,ecg\n",
            "a.csv, line 2, column hr_bpm: '7 2' is not a finite number",
        ),
        ("t_s,spo2,source\n", "a.csv, line 1, column spo2: not a column of a trace"),
        ("t_s,hr_bpm,hr_bpm,source\n", "a.csv, line 1, column hr_bpm: is there twice"),
        ("0,fast,,,,ecg", "a.csv, line 2, column hr_bpm: 'fast' is not a finite number"),
        ("0,nan,,,,ecg", "a.csv, line 2, column hr_bpm: 'nan' is not a finite number"),
        ("0,1_0,,,,ecg", "a.csv, line 2, column hr_bpm: '1_0' is not a finite number"),
        ("0,,1e999,,,ecg", "a.csv, line 2, column sbp_mmhg: '1e999' is not a finite number"),
        ("0,9\ufffd,,,,ecg", "a.csv, line 2, column hr_bpm: '9\\ufffd' is not a finite number"),
        (",92,,,,ecg", "a.csv, line 2, column t_s: seconds from the start are wanted"),
        ("-1,92,,,,ecg", "a.csv, line 2, column t_s: seconds from the start are wanted"),
        ("0,1,,,,ecg\n9,1,,,,ecg\n8,1,,,,ecg", "a.csv, line 4, column t_s: 8 is before 9"),
        ("0,92,,,,", "a.csv, line 2, column source: '' is not one of ecg, ppg, art, nibp"),
        ("0,92,,,,eeg", "a.csv, line 2, column source: 'eeg' is not one of ecg, ppg, art, nibp"),
        ("0,92,ecg", "a.csv, line 2: 3 cells under 6 columns"),
        ("0,92,,,,ecg,", "a.csv, line 2: 7 cells under 6 columns"),
        ('0,"92,,,,ecg', "a.csv, line 2: unexpected end of data"),
    ],
)
def test_error_names_file_line_and_column(text: str, message: str) -> None:
    if text and not text.startswith("t_s"):
        text = f"{HEADER}\n{text}\n"
    with pytest.raises(TraceError) as error:
        list(parse_trace(text.splitlines(keepends=True), "a.csv"))
    assert str(error.value) == message


def test_bytes_that_are_no_text_are_an_error_with_a_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(HEADER.encode() + b"\n0,\xff\x00,,,,ecg\n")
    with pytest.raises(TraceError, match=r"bad\.csv, line 2"):
        list(read_trace(path))


def test_rows_before_an_error_are_handed_out() -> None:
    reading = parse_trace([f"{HEADER}\n", "0,92,,,,ecg\n", "1,fast,,,,ecg\n"])
    assert next(reading).values == {"hr": 92.0}
    with pytest.raises(TraceError):
        next(reading)


def test_recordings_are_read_whole(traces: Path) -> None:
    """Every non-empty cell of every recording is read, by a count made without the reader."""
    files = sorted(traces.glob("*/*.csv"))
    assert len(files) > 50
    for path in files:
        header, *lines = path.read_text().splitlines()
        places = [i for i, name in enumerate(header.split(",")) if name in COLUMNS]
        cells = [line.split(",")[place] for line in lines for place in places]
        assert sum(len(row.values) for row in read_trace(path)) == sum(map(bool, cells)), path


def test_intervals_are_separated_by_spaces() -> None:
    header = "t_s,hr_bpm,source,rr_ms"
    came = rows("0,72,ecg,833.4 0  812 3001 199.9", "1,72,ecg,", "2,,ecg,800", header=header)
    assert [row.rr for row in came] == [(833.4, 812.0), (), (800.0,)]
    assert [row.values for row in came] == [{"hr": 72.0}, {"hr": 72.0}, {}]
