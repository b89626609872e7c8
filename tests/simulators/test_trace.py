"""Traces as rows; an error names file, line and column."""

from pathlib import Path

import pytest

from simulators.errors import WrongUse
from simulators.trace import Row, read_trace

HEADER = "t_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,source"


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "course.csv"
    file.write_text(text)
    return file


def test_an_empty_cell_is_missing_and_a_zero_is_not(tmp_path: Path) -> None:
    file = written(
        tmp_path, f"{HEADER}\n0,71.5,,,,ecg\n60,0,32000,-4,,art\n61.02,,,,,nibp\n\n62,80,,,,\n"
    )
    assert read_trace(file) == [
        Row(0, {"hr": 71.5}, "ecg"),
        Row(60, {"hr": 0, "sbp": 32000, "dbp": -4}, "art"),
        Row(61.02, {}, "nibp"),
        Row(62, {"hr": 80}, ""),
    ]


def test_temperature_may_follow(tmp_path: Path) -> None:
    (row,) = read_trace(written(tmp_path, f"{HEADER},temp_c\n0,,120,80,93,nibp,36.9\n"))
    assert row.values == {"sbp": 120, "dbp": 80, "map": 93, "temp": 36.9}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: no column t_s"),
        ("time,hr_bpm\n0,70\n", "line 1: no column t_s"),
        ("t_s,hr_bpm,spo2\n0,70,98\n", "line 1: column 'spo2' is unknown"),
        ("t_s,hr_bpm,hr_bpm\n0,70,70\n", "line 1: column 'hr_bpm' is unknown or given twice"),
        (f"{HEADER}\n0,70,,,\n", "line 2: 5 cells where the header has 6"),
        (f"{HEADER}\n0,70,,,,ecg\n1,fast,,,,ecg\n", "line 3, column hr_bpm: 'fast'"),
        (f"{HEADER}\n0,nan,,,,ecg\n", "line 2, column hr_bpm: 'nan'"),
        (f"{HEADER}\n0,,inf,,,ecg\n", "line 2, column sbp_mmhg: 'inf'"),
        (f"{HEADER}\n,70,,,,ecg\n", "line 2, column t_s"),
        (f"{HEADER}\n5,70,,,,ecg\n4,70,,,,ecg\n", "line 3, column t_s: 4 is before 5"),
        (f"{HEADER}\n0,70,,,,tea\n", "line 2, column source: 'tea'"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(WrongUse) as raised:
        read_trace(written(tmp_path, text))
    assert str(raised.value).startswith(f"course.csv, {fault}")


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"absent.csv: No such file"):
        read_trace(tmp_path / "absent.csv")


def test_every_recorded_trace_can_be_read(traces: Path) -> None:
    files = sorted(traces.rglob("*.csv"))
    assert len(files) > 50
    for file in files:
        text = file.read_text().splitlines()
        filled = sum(1 for line in text[1:] for cell in line.split(",")[1:5] if cell)
        assert sum(len(row.values) for row in read_trace(file)) == filled
