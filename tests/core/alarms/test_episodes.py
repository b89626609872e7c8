"""A transient elevation as a record: its marks, and its sums calculated by hand."""

from typing import Final

import pytest

from monitor.core.alarms.episodes import EpisodeBook
from monitor.core.vocabulary.events import Episode, EpisodeChanged
from monitor.core.vocabulary.vitals import VITALS
from tests.core.course import Course, dosed

Curve = list[tuple[float, float]]

# Straight lines between readings; the part above the limit of 100 counts.
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
    (
        "cuff readings are joined for as long as they are shown",
        "sbp",
        [(0, 120), (1800, 120)],
        1800,
        36_000,
    ),
    ("cuff readings farther apart: nothing is known", "sbp", [(0, 120), (1801, 120)], 0, 0),
    ("a heart rate over 30 s of hole", "hr", [(0, 120), (30, 120)], 30, 600),
    ("a heart rate over 31 s of hole: nothing is known", "hr", [(0, 120), (31, 120)], 0, 0),
    ("a hole, then on", "hr", [(0, 120), (31, 120), (41, 120)], 10, 200),
    ("another device's, of earlier: that time has been counted", "hr",
     [(0, 120), (20, 120), (10, 120), (30, 120)], 30, 600),
    ("a hole that another device's reading of earlier lies in stays one", "hr",
     [(0, 120), (40, 120), (5, 120), (41, 120)], 1, 20),
    ("of before the onset", "hr", [(0, 120), (-5, 130), (10, 120)], 10, 200),
]  # fmt: skip


@pytest.mark.parametrize(("story", "vital", "curve", "over_s", "area"), SUMS)
def test_the_sums(story: str, vital: str, curve: Curve, over_s: float, area: float) -> None:
    book = EpisodeBook()
    for t, value in curve:
        book.observe(vital, value, t, 100.0, 80.0)
    record = book.open[vital].episode
    assert record.over_s == pytest.approx(over_s)
    assert record.area == pytest.approx(area)
    assert record.peak_at >= record.onset == 0


@pytest.mark.parametrize(
    ("vital", "gaps", "holes"),
    [("hr", (30, 30), []), ("hr", (31, 5, 40), [31, 40]), ("temp", (1800, 1801), [1801])],
)
def test_holes_are_on_the_record(vital: str, gaps: tuple[float, ...], holes: list[float]) -> None:
    book, t = EpisodeBook(), 0.0
    book.observe(vital, 120.0, t, 100.0, 80.0)
    for gap in gaps:
        t += gap
        book.observe(vital, 120.0, t, 100.0, 80.0)
    record = book.open[vital].episode
    assert (record.holes, record.hole_s) == (len(holes), sum(holes))
    assert record.over_s == t - sum(holes)


@pytest.mark.parametrize("vital", VITALS)
def test_it_is_sustained_when_it_was_beyond_for_so_long(vital: str) -> None:
    after = VITALS[vital].episode.sustained_after
    book, told = EpisodeBook(), []
    for t in range(0, int(after) + 31, 30):
        book.observe(vital, 120.0, float(t), 100.0, None)
        changes = book.settle(vital, float(t), holds=True, pending=False)
        told += [(e.change, e.at, e.episode.sustained) for e in changes]
    assert told == [("opened", 0, False), ("sustained", after, True)]


@pytest.mark.parametrize("vital", VITALS)
def test_it_has_returned_when_it_is_near_the_baseline(vital: str) -> None:
    near = VITALS[vital].episode.near
    book = EpisodeBook()
    for t, value in ((0.0, 200.0), (60.0, 95.0)):
        book.observe(vital, value, t, 100.0, 80.0)
        book.settle(vital, t, holds=value > 100, pending=False)
    assert book.settle_down(vital, 80.001 + near, 70.0, 70.0) == []
    (back,) = book.settle_down(vital, 80.0 + near, 80.0, 85.0)
    assert (back.change, back.at, back.episode.returned_at) == ("returned", 85, 80)
    assert book.settle_down(vital, 80.0, 90.0, 90.0) == []
    assert book.ended == {}


def test_without_a_baseline_there_is_nothing_to_return_to() -> None:
    book = EpisodeBook()
    book.observe("sbp", 200.0, 0.0, 100.0, None)
    book.settle("sbp", 0.0, holds=True, pending=False)
    book.observe("sbp", 90.0, 60.0, None, None)
    assert [e.change for e in book.settle("sbp", 60.0, holds=False, pending=False)] == ["ended"]
    assert book.settle_down("sbp", 60.0, 120.0, 120.0) == []


@pytest.mark.parametrize(
    ("doses", "before"),
    [((), None), ((100.0,), 100.0), ((101.0,), None), ((10.0, 90.0, 120.0), 90.0)],
)
def test_the_dose_before_its_onset(doses: tuple[float, ...], before: float | None) -> None:
    book = EpisodeBook()
    book.observe("sbp", 200.0, 100.0, 150.0, 120.0)
    (opened,) = book.settle("sbp", 200.0, holds=True, pending=False, doses=doses)
    assert opened.episode.dosed_at == before


def test_a_peak_is_told_when_it_is_clearly_higher() -> None:
    book, told = EpisodeBook(), []
    for t, value in enumerate((160.0, 164.0, 165.0, 169.0, 171.0)):
        book.observe("sbp", value, float(t), 150.0, None)
        told += book.settle("sbp", float(t), holds=True, pending=False)
    assert [(e.change, e.episode.peak) for e in told] == [
        ("opened", 160), ("higher", 165), ("higher", 171),
    ]  # fmt: skip


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


def changed(course: Course) -> list[EpisodeChanged]:
    return [e for e in course.events if isinstance(e, EpisodeChanged)]


def test_a_rise_of_heart_rate() -> None:
    course = Course()
    course.beat(0, 99, 70)
    course.stand_still(100, 160, 130)
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


def test_a_doubt_brings_nobody_back() -> None:
    course = dosed()
    for t, sbp in ((1000, 184), (1300, 135)):
        course.bp(t, sbp, 80)
    course.bp(1600, 125, 80, flags=("movement",))
    assert [e.change for e in changed(course)] == ["opened", "ended"]
    course.bp(1900, 125, 80)
    last = changed(course)[-1]
    assert (last.change, last.at - course.start) == ("returned", 1900)
    assert last.episode.dosed_at == course.start + 700


def test_a_stray_brings_no_heart_rate_back() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.beat(0, 599, 70)
    course.dose(600)
    course.beat(600, 700, 120)
    course.beat(701, 760, 79)
    course.beat(761, 763, 55)
    course.beat(764, 800, 79)
    assert [e.change for e in changed(course)][-1] == "ended"
    course.beat(801, 820, 75)
    assert [e.change for e in changed(course)][-1] == "returned"


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
    course.bp(300, 147, 80)  # not back inside by the hysteresis
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
