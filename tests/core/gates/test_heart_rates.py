"""Heart rates that a gate uses: two that contradict each other open no gate."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.encounter import Encounter
from monitor.core.gates.heart_rates import PresentRate, doubt, present
from monitor.core.state.vitals import Newest
from monitor.core.vocabulary.reasons import plain
from tests.core.course import Course, living
from tests.core.law import law
from tests.core.refusing import text

DOUBT = plain("a doubt")

WANTED: Final = "A present clean heart rate of 50 to 100"
TWO: Final = {"strap": "heart_rate", "band": "heart_rate", "cuff": "cuff"}


def ready() -> Course:
    """Two clean pressures, and a strap at 72 up to second 100."""
    course = Course(devices=TWO)
    course.bp(10, 124, 78)
    course.bp(71, 126, 80)
    course.beat(60, 100, 72)
    assert course.unmet(100) == []
    return course


def said(course: Course, t: float) -> list[str]:
    return [text(u) for u in course.status(t).gates[0].unmet if u.id == "hr"]


def test_a_second_strap_that_says_otherwise_shuts_the_gate_at_once() -> None:
    course = ready()
    for n in range(40):
        course.observe(101 + n, "band", {"hr": living(150.0, n)})
        course.hr(101.5 + n, living(72.0, n))
        assert said(course, 101.5 + n)
    assert set(course.states("hr")[-80:]) == {"suspect"}
    contradiction = "150 (band) and 71 (strap) contradict each other"
    assert said(course, 141) == [f"{WANTED}: {contradiction}."]


def test_it_opens_again_when_one_of_them_is_taken_out_and_the_other_believed() -> None:
    course = ready()
    for n in range(40):
        course.observe(101 + n, "band", {"hr": living(150.0, n)})
        course.hr(101.5 + n, living(72.0, n))
    course.change_devices(142, remove=["band"])
    assert said(course, 142) == [f"{WANTED}: none that is beyond doubt."]
    course.beat(142, 185, 72)
    assert said(course, 185) == []


def test_a_doubtful_rate_shuts_it_until_the_same_strap_says_otherwise() -> None:
    course = ready()
    course.hr(101, 150)
    course.hr(102, 80, contact=False)
    assert course.states("hr")[-2:] == ["suspect", "suspect"]
    assert said(course, 102) == [f"{WANTED}: 150."]
    course.hr(103, 72)
    assert course.states("hr")[-1] == "accepted"
    assert said(course, 103) == []


def test_a_doubtful_rate_is_over_when_it_has_expired() -> None:
    course = ready()
    course.observe(101, "band", {"hr": 150.0}, contact=False)
    course.beat(101, 130, 72)
    assert "band" in said(course, 130)[0]
    course.beat(131, 132, 72)
    assert said(course, 132) == []


def test_a_rate_of_which_the_time_is_in_doubt_opens_no_gate() -> None:
    course = Course(devices=TWO)
    for t in range(20):
        course.hr(t, living(110.0, t), measured=t)
    for t in range(20, 45):
        course.hr(t, living(72.0, t), measured=t - 300.0)
    assert "not known" in course.rows("hr")[-1][2]
    assert said(course, 44) == [f"{WANTED}: 110."]
    assert said(course, 50) == [f"{WANTED}: none that is beyond doubt."]


def test_a_clinic_with_only_a_cuff_is_asked_for_no_heart_rate() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 124, 78, pulse=130.0)
    course.bp(71, 126, 80, pulse=130.0)
    assert course.unmet(100) == []


def test_a_snapshot_keeps_what_shuts_the_gate() -> None:
    course = ready()
    course.observe(101, "band", {"hr": 150.0}, contact=False)
    restored = Encounter.restore(course.encounter.snapshot())
    assert restored.status(course.start + 102).gates == course.status(102).gates
    assert said(course, 102) != []


# --- against all readings that were ever sent -----------------------------------------------------

# Seconds to the next reading, source, value, doubtful
sent: Final = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.25, 1.0, 7.0, 31.0]),
        st.sampled_from(["strap", "band", ""]),
        st.integers(40, 160).map(float),
        st.booleans(),
    ),
    max_size=60,
)


@given(sent, st.sampled_from([0.0, 5.0, 29.0, 30.0]))
@law(300)
def test_it_is_the_newest_clean_one_of_each_and_the_extremes_of_what_came_since(
    readings: list[tuple[float, str, float, bool]], later: float
) -> None:
    state = Course(devices=TWO).encounter.state
    t = 0.0
    history: dict[str, list[tuple[float, float, bool]]] = {}
    for wait, device, value, doubtful in readings:
        t += wait
        history.setdefault(device, []).append((t, value, doubtful))
        newest = Newest(value, t, t, DOUBT if doubtful else None)
        if doubtful:
            doubt(state, device, newest)
        else:
            state.vitals.rates[device] = newest
    now, expected = t + later, set()
    for device, rows in history.items():
        clean = max((n for n, row in enumerate(rows) if not row[2]), default=-1)
        if clean >= 0 and now - rows[clean][0] < 30:
            expected.add(PresentRate(rows[clean][1], device, clean=True))
        since = rows[clean][0] if clean >= 0 else -1.0
        lately = [v for at, v, bad in rows if bad and at >= since and now - at < 30]
        if lately:
            expected |= {PresentRate(v, device) for v in (min(lately), max(lately))}
    assert set(present(state, now)) == expected


@pytest.mark.parametrize("step", [1.0, -1.0])
def test_what_it_keeps_of_a_rate_that_goes_one_way_is_bounded(step: float) -> None:
    state = Course(devices=TWO).encounter.state
    for n in range(700):
        doubt(state, "strap", Newest(1000 + step * n, n / 100, n / 100, DOUBT))
    assert len(state.vitals.doubted_rates["strap"]) == 64
