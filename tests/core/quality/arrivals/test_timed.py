"""Readings without a number: repeats are recognised, and no new value is lost."""

from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.encounter import Encounter
from monitor.core.quality.arrivals.counts import REMEMBERED
from monitor.core.quality.arrivals.timed import Timed
from monitor.core.vocabulary.events import ClockStepped, Duplicate, Event, Judged
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import START, Course, living
from tests.core.law import law


def new(timed: Timed, t: float, values: dict[str, float]) -> dict[str, float] | None:
    found = timed.new(Observation(issued=t, effective=t, device="d", values=values), {})
    return None if found is None else found.values


# Readings with the same time, and the new values in each.
ONE_TIME: Final[list[tuple[str, list[tuple[dict[str, float], dict[str, float] | None]]]]] = [
    ("again", [({"hr": 70}, {"hr": 70}), ({"hr": 70}, None)]),
    ("another value, and both again",
     [({"hr": 70}, {"hr": 70}), ({"hr": 72}, {"hr": 72}), ({"hr": 70}, None), ({"hr": 72}, None)]),
    ("another vital sign", [({"hr": 70}, {"hr": 70}), ({"hr": 70, "temp": 37}, {"temp": 37})]),
    ("another value and another vital sign",
     [({"hr": 70}, {"hr": 70}), ({"hr": 72, "temp": 37}, {"hr": 72, "temp": 37}),
      ({"hr": 72, "temp": 37}, None)]),
    ("the other half", [({"sbp": 120}, {"sbp": 120}), ({"dbp": 80}, {"dbp": 80})]),
    ("the halves, then both", [({"sbp": 120}, {"sbp": 120}), ({"dbp": 80}, {"dbp": 80}),
                               ({"sbp": 120, "dbp": 80}, None)]),
    ("a mean more", [({"sbp": 120, "dbp": 80}, {"sbp": 120, "dbp": 80}),
                     ({"sbp": 120, "dbp": 80, "map": 95}, {"map": 95})]),
    ("another systolic: another measurement, whatever its diastolic",
     [({"sbp": 120, "dbp": 80}, {"sbp": 120, "dbp": 80}),
      ({"sbp": 150, "dbp": 80}, {"sbp": 150, "dbp": 80}),
      ({"sbp": 150, "dbp": 80}, None), ({"dbp": 80}, None), ({"sbp": 120}, None)]),
    ("halves of two", [({"sbp": 120, "dbp": 80}, {"sbp": 120, "dbp": 80}),
                       ({"sbp": 150}, {"sbp": 150}), ({"dbp": 95}, {"dbp": 95}),
                       ({"sbp": 150, "dbp": 95}, None)]),
    ("what fits none of two", [({"sbp": 120, "dbp": 80}, {"sbp": 120, "dbp": 80}),
                               ({"sbp": 150, "dbp": 95}, {"sbp": 150, "dbp": 95}),
                               ({"sbp": 120, "dbp": 95}, {"sbp": 120, "dbp": 95})]),
]  # fmt: skip


@pytest.mark.parametrize(("story", "given_"), ONE_TIME, ids=[s[0] for s in ONE_TIME])
def test_what_of_a_reading_at_a_known_time_is_new(story: str, given_: list[Any]) -> None:
    timed = Timed()
    assert [new(timed, 5.0, values) for values, _ in given_] == [fresh for _, fresh in given_]


def test_one_time_in_an_unknown_unit_is_a_key_as_well() -> None:
    timed = Timed()
    readings = [Observation(issued=n, raw_t=7.0, values={"hr": 70.0 + n // 2}) for n in range(4)]
    assert [timed.new(r, {}) is not None for r in readings] == [True, False, True, False]


# --- a clock that is set back ---------------------------------------------------------------------


def walk(n: int) -> float:
    """A heart rate that hardly ever repeats a value at the same place."""
    return 60.0 + (n * n // 7 + n) % 37


def stream(course: Course, since: int, until: int, behind: float) -> None:
    for t in range(since, until):
        course.hr(t, walk(t), seq=None, measured=t - behind)


def test_a_clock_that_is_set_back_by_less_than_the_stream_so_far_costs_no_reading() -> None:
    course = Course()
    stream(course, 0, 600, 0.0)
    stream(course, 600, 1200, 300.0)
    had = {(t, walk(t)) for t in range(600)}
    lost = [t for t in range(600, 1200) if (t - 300, walk(t)) in had]
    assert len(lost) < 20
    assert len(course.judged("hr")) == 1200 - len(lost)
    assert len([e for e in course.events if isinstance(e, Duplicate)]) == len(lost)
    (step,) = [e for e in course.events if isinstance(e, ClockStepped)]
    assert step.at - START < 640
    assert step.by_s == pytest.approx(-300.0)
    assert course.told("no_data", "late_data") == []
    assert not any("not known" in j.reason for j in course.judged("hr")[-500:])


def test_a_high_rate_after_a_clock_was_set_back_alarms() -> None:
    course = Course()
    for t in range(600):
        course.hr(t, living(72.0, t), seq=None, measured=t)
    for t in range(600, 700):
        course.hr(t, living(150.0, t), seq=None, measured=t - 400.0)
    assert course.standing("hr_high") is not None


def test_what_a_device_hands_over_once_more_after_that_is_known() -> None:
    course = Course()
    stream(course, 0, 600, 0.0)
    stream(course, 600, 700, 300.0)
    before = len(course.judged("hr"))
    stream(course, 100, 600, 0.0)
    stream(course, 600, 700, 300.0)
    assert len(course.judged("hr")) == before


@pytest.mark.parametrize("hours", [1, 2])
def test_a_clock_that_is_set_back_by_hours_uses_no_key_twice(hours: int) -> None:
    """Those times are long forgotten here, but the stored readings have them."""
    course = Course()
    long = 3600 * hours
    for t in range(0, long + 600, 2):
        course.hr(t, walk(t), seq=None, measured=t)
    for t in range(long + 600, long + 1200, 2):
        course.hr(t, walk(t), seq=None, measured=t - long)
    keys = [j.key for j in course.judged("hr")]
    assert len(keys) == len(set(keys)) == (long + 1200) // 2


def test_what_is_long_forgotten_keeps_its_key_when_it_comes_again_late() -> None:
    """The stored readings show that it is already there."""
    course = Course()
    end = REMEMBERED + 700
    for t in range(end):
        course.hr(t, walk(t), seq=None, measured=t)
    stored = {j.key for j in course.judged("hr")}
    for t in range(0, 400, 10):
        course.hr(end, walk(t), seq=None, measured=t)
    late = [j for j in course.judged("hr") if j.state == "late"]
    assert len(late) > 30
    assert {j.key for j in late} <= stored


# --- random streams -------------------------------------------------------------------------------

Message = tuple[float, dict[str, float]]
# How many readings arrive, a second apart, and then: how far the clock is set back, how many of the
# received readings are delivered again, and whether the service restarts.
parts: Final = st.lists(
    st.tuples(
        st.integers(1, 25),
        st.sampled_from([0.0, 0.0, 1.0, 5.0, 17.0, 300.0]),
        st.integers(0, 20),
        st.booleans(),
    ),
    min_size=1, max_size=8,
)  # fmt: skip
rates: Final = st.integers(60, 66).map(lambda v: {"hr": float(v)})
pressures: Final = st.tuples(st.integers(118, 121), st.integers(78, 80)).map(
    lambda bp: {"sbp": float(bp[0]), "dbp": float(bp[1])}
)


def group(values: dict[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(values.items()))


@given(parts, st.randoms(use_true_random=False), st.data())
@law(150)
def test_nothing_is_stored_twice_and_nothing_new_is_lost(
    plan: list[tuple[int, float, int, bool]], chance: Any, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(["strap", "cuff"]))
    contents = data.draw(st.lists(rates if kind == "strap" else pressures, min_size=8, max_size=8))
    plain = Course()
    restarted = plain.encounter
    had: set[tuple[float, Any]] = set()
    keys: dict[str, Any] = {}
    sent: list[Message] = []
    t, behind = 0.0, 0.0
    for count, back, again, restart in plan:
        fresh = []
        for _ in range(count):
            t += 1.0
            fresh.append((t - behind, chance.choice(contents)))
        sent += fresh
        behind += back
        for measured, values in fresh + chance.sample(sent, min(again, len(sent))):
            about = {"issued": START + t, "effective": START + measured, "device": kind}
            observation = Observation(values=values, **about)
            events = plain.encounter.observe(observation, START + t)
            assert restarted is plain.encounter or events == restarted.observe(
                observation, START + t
            )
            stored = {j.vital: j for j in events if isinstance(j, Judged)}
            is_new = (measured, group(values)) not in had
            had.add((measured, group(values)))
            assert stored.keys() == (values.keys() if is_new else set())
            for judged in stored.values():
                assert judged.key not in keys
                keys[judged.key] = judged
        if restart:
            restarted = Encounter.restore(plain.encounter.snapshot())
    assert len(keys) == sum(len(content) for _, content in had)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(60, 63)), max_size=60))
@law(100)
def test_its_memory_survives_being_written_down(rows: list[tuple[int, int]]) -> None:
    timed, copied = Timed(), Timed()
    for t, value in rows:
        copied = msgspec.json.decode(msgspec.json.encode(copied), type=Timed)
        values = {"hr": float(value)}
        assert new(timed, float(t), values) == new(copied, float(t), values)
        assert timed.suffix("hr", late=False) == copied.suffix("hr", late=False)


def judged(events: list[Event]) -> list[Judged]:
    return [e for e in events if isinstance(e, Judged)]


def test_a_row_of_another_reading_of_one_time_has_a_key_of_its_own() -> None:
    course = Course()
    first = course.bp(10, 120, 80, seq=None, measured=9)
    other = course.bp(11, 150, 80, seq=None, measured=9)
    third = course.observe(12, "cuff", {"sbp": 160.0}, seq=None, measured=9)
    half = course.observe(13, "cuff", {"dbp": 99.0}, seq=None, measured=9)
    base = "cuff|t1795428009.000|"
    assert [j.key for j in judged(first)] == [f"{base}sbp", f"{base}dbp"]
    assert [j.key for j in judged(other)] == [f"{base}sbp|1", f"{base}dbp|1"]
    assert [j.key for j in judged(third) + judged(half)] == [f"{base}sbp|2", f"{base}dbp|2"]
