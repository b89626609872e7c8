"""Recordings of worn straps and bands: none is judged frozen, or without skin contact for ever."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.core.vocabulary.events import Judged
from tests.core.course import Course
from tests.parts.recordings import folder, recordings

WORN = sorted((folder("wearables") or Path("absent")).rglob("*.csv.gz"))
# Every second or third beat is too early: such intervals look like intervals without a heart.
UNEVEN = "h10_ectopic.csv.gz"


def played(path: Path, **about: Any) -> Iterator[Judged]:
    """Yield the judgement on each rate, with the intervals that came with it."""
    course = Course(devices={"strap": "heart_rate"})
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            if row["hr_bpm"]:
                rr = tuple(map(float, row["rr_ms"].split()))
                rate = float(round(float(row["hr_bpm"])))
                events = course.hr(float(row["t_s"]), rate, rr=rr, **about)
                yield from (e for e in events if isinstance(e, Judged))


def test_no_recording_is_absent() -> None:
    assert len(list(recordings("wearables").rglob("*.csv.gz"))) == 28


@pytest.mark.parametrize("path", WORN, ids=lambda p: p.name)
def test_what_was_worn_is_never_frozen_and_seldom_contradicted_by_its_beats(path: Path) -> None:
    doubts = [judged.reason for judged in played(path)]
    assert not any("has not moved" in doubt for doubt in doubts)
    assert sum("its own beats" in doubt for doubt in doubts) < 0.05 * len(doubts)


@pytest.mark.parametrize("path", WORN, ids=lambda p: p.name)
def test_had_its_contact_bit_been_wrong_that_would_have_been_learned(path: Path) -> None:
    found = (
        judged.effective
        for judged in played(path, contact=False)
        if judged.state != "rejected" and "no skin contact" not in judged.reason
    )
    assert (next(found, None) is None) == (path.name == UNEVEN)
