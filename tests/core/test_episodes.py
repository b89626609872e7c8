"""A transient elevation as a record: its marks, and its sums worked out by hand."""

from typing import Final

import pytest

from monitor.core.episodes import EpisodeBook
from monitor.core.events import Episode, EpisodeChanged
from tests.core.course import Course

Curve = list[tuple[float, float]]

# Straight lines between readings; what lies above the limit of 100 counts.
SUMS: Final[list[tuple[str, str, Curve, float, float]]] = [
    ("a single reading covers nothing", "sbp", [(0, 120)], 0, 0),
    ("a block: 60 s at 20 over", "sbp", [(0, 120), (60, 120)], 60, 1200),
    ("down to the limit: a triangle", "sbp", [(0, 120), (60, 100)], 60, 600),
    ("down through the limit: half the way is over", "sbp", [(0, 120), (60, 80)], 30, 300),
    ("a quarter of the way is over", "sbp", [(0, 110), (60, 70)], 15, 75),
    ("up and down", "sbp", [(0, 100), (60, 120), (120, 100)], 120, 1200),
    ("under, then over again: two triangles", "sbp", [(0, 120), (60, 80), (120, 120)], 60, 600),
    ("all under", "sbp", [(0, 100), (60, 90), (120, 80)], 0, 0),
    ("unequal steps", "sbp", [(0, 110), (10, 130), (40, 110)], 40, 800),
    ("cuff readings are joined over any gap", "sbp", [(0, 120), (900, 120)], 900, 18_000),
    ("a heart rate over 30 s of hole", "hr", [(0, 120), (30, 120)], 30, 600),
    ("a heart rate over 31 s of hole: nothing is known", "hr", [(0, 120), (31, 120)], 0, 0),
    ("a hole, then on", "hr", [(0, 120), (31, 120), (41, 120)], 10, 200),
]


@pytest.mark.parametrize(("story", "vital", "curve", "over_s", "area"), SUMS)
def test_the_sums(story: str, vital: str, curve: Curve, over_s: float, area: float) -> None:
    book = EpisodeBook()
    for t, value in curve:
        book.observe(vital, value, t, 100.0, 80.0)
    record = book.open[vital].episode
    assert record.over_s == pytest.approx(over_s)
    assert record.area == pytest.approx(area)


def test_marks_of_an_episode() -> None:
    book = EpisodeBook()
    for t, value in [(10.0, 105.0), (70.0, 140.0), (130.0, 140.0), (190.0, 104.0), (250.0, 90.0)]:
        book.observe("sbp", value, t, 100.0 if value >= 100 else None, 80.0)
    opened = book.settle("sbp", 190.0, holds=True, pending=False)
    ended = book.settle("sbp", 250.0, holds=False, pending=False)
    assert [e.episode.number for e in opened + ended] == [1, 1]
    record = ended[0].episode
    assert (record.onset, record.peak, record.peak_at, record.end) == (10, 140, 70, 250)
    assert (record.limit, record.baseline) == (100, 80)
    assert book.open == {}


def test_a_crossing_that_never_held_leaves_no_record() -> None:
    book = EpisodeBook()
    book.observe("sbp", 120.0, 0.0, 100.0, None)
    assert book.settle("sbp", 1.0, holds=False, pending=True) == []
    assert book.settle("sbp", 2.0, holds=False, pending=False) == []
    assert book.open == {}
    assert book.count == 0


# --- through the session ------------------------------------------------------------------------


def episodes(course: Course) -> list[Episode]:
    return [e.episode for e in course.events if isinstance(e, EpisodeChanged)]


def test_a_rise_of_heart_rate() -> None:
    course = Course()
    course.beat(0, 99, 70)
    course.beat(100, 160, 130)
    course.beat(161, 250, 70)
    first, last = episodes(course)
    assert (first.end, first.number) == (None, 1)
    assert (last.onset - course.start, last.peak, last.limit) == (100, 130, 100)
    assert last.end is not None
    # So fast a fall is doubted for ten seconds; then it must be well inside for 30 s.
    assert last.end - course.start == 201
    # 60 s at 30 over, then from 130 to 70 in a second: half of it over, a triangle of 15 by a half.
    assert last.over_s == pytest.approx(60.5)
    assert last.area == pytest.approx(60 * 30 + 0.5 * 30 / 2)


def test_it_is_judged_against_the_lowest_limit_that_was_crossed_first() -> None:
    course = Course()
    for n in range(3):
        course.bp(10 + 60 * n, 120, 70)
    course.dose(200)
    course.bp(300, 184, 70)
    record = episodes(course)[0]
    assert (record.vital, record.limit, record.baseline) == ("sbp", 144, 120)


def test_a_first_reading_belongs_to_it_once_it_is_confirmed() -> None:
    course = Course()
    course.bp(100, 155, 80)
    assert episodes(course) == []
    course.bp(170, 157, 80)
    assert episodes(course)[0].onset - course.start == 100


def test_a_refuted_reading_leaves_no_episode() -> None:
    course = Course()
    course.bp(100, 155, 80)
    course.bp(170, 120, 80)
    assert episodes(course) == []


def test_missing_data_never_ends_it() -> None:
    course = Course()
    course.bp(100, 184, 80)
    course.advance(50_000)
    assert [e.end for e in episodes(course)] == [None]
    assert len(course.encounter.state.episodes.standing()) == 1


def test_a_fall_is_no_episode() -> None:
    course = Course()
    course.bp(100, 75, 40)
    course.beat(0, 60, 35)
    assert course.priority("sbp_low") == "high"
    assert episodes(course) == []


def test_pending_again_it_goes_on_until_everything_is_back() -> None:
    course = Course()
    course.bp(100, 184, 80)
    course.bp(200, 152, 80)
    course.bp(300, 147, 80)  # not back by the hysteresis
    assert [e.end for e in episodes(course)] == [None]
    course.bp(400, 130, 80)
    ended = episodes(course)[-1]
    assert ended.end is not None
    assert ended.end - course.start == 400


def test_two_in_a_row_are_two() -> None:
    course = Course()
    for start in (100, 1000):
        course.bp(start, 184, 80)
        course.bp(start + 300, 120, 80)
    assert [(e.number, e.end is None) for e in episodes(course)] == [
        (1, True), (1, False), (2, True), (2, False),
    ]  # fmt: skip
