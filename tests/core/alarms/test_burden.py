"""The alarm burden: figures over sessions, by hand and against a count of every second."""

from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alarms.burden import Burden, Course, burden, longest_wait, spans
from monitor.core.vocabulary.events import Alarm

HOUR: Final = 3600.0


def alarm(n: int, raised: float, **more: Any) -> Alarm:
    about: dict[str, Any] = {
        "kind": "physiological", "priority": "high", "worst": "high", "presence": "off",
        "condition": "hr_high", "onset": raised,
    }  # fmt: skip
    return Alarm(id=f"e-{n}", raised_at=raised, **about | more)


def test_one_session_by_hand() -> None:
    course = Course(
        opened_at=0, dosed_at=600, until=2 * HOUR,
        alarms=(
            alarm(1, 1000, acknowledged_at=1030.0, cleared_at=1100.0),
            alarm(2, 1010, acknowledged_at=1100.0, worst="medium"),
            alarm(3, 5000, worst="low", kind="technical", acknowledged_at=5600.0),
            alarm(4, 6000, kind="technical", worst="medium", cleared_at=6060.0),
            alarm(5, 7100, presence="latched", cleared_at=7110.0),
        ),
        blind=((100.0, 160.0), (150.0, 170.0), (-50.0, 10.0)),
        unattended=((0.0, 700.0), (7000.0, 9000.0)),
        ratings={"e-1": True, "e-2": False, "e-9": True},
    )  # fmt: skip
    assert burden([course]) == Burden(
        sessions=1, hours=2.0,
        alarms={"physiological high": 2, "physiological medium": 1, "technical low": 1,
                "technical medium": 1},
        per_hour=2.5, answered=3, median_s=90.0, longest_s=600.0,
        in_alarm_s=(1100 - 1000) + 60 + 100, blind_s=80.0, unattended_s=100 + 200,
        useful=1, rated=2,
    )  # fmt: skip


def test_what_came_on_again_waited_as_long_as_its_longest_call() -> None:
    """The alarm itself records only its last acknowledgement."""
    again = alarm(1, 1000, acknowledged_at=4000.0, presence="acknowledged")
    course = Course(
        opened_at=0, dosed_at=0, until=HOUR + 1000, alarms=(again,), answered={"e-1": 100.0},
        waited={"e-1": [(1000.0, 1060.0), (3900.0, 4000.0)]},
    )  # fmt: skip
    found = burden([course])
    assert (found.median_s, found.longest_s, found.in_alarm_s) == (100.0, 100.0, 160.0)


def test_each_call_of_an_alarm_is_answered_by_itself() -> None:
    """Raised, acknowledged, worsened, acknowledged late; then raised again, and over by itself."""
    on, taken, off = (True, False), (False, True), (False, False)
    told = [(0.0, *on), (90.0, *taken), (300.0, *on), (400.0, *on), (646.0, *taken)]
    assert longest_wait(told) == 346.0
    assert longest_wait([*told, (1000.0, *on), (9000.0, *off)]) == 346.0
    assert longest_wait([(0.0, *on), (50.0, *off), (60.0, *on), (70.0, *taken)]) == 10.0
    assert longest_wait([(0.0, *on), (50.0, *off)]) is None


def test_a_clinic_is_the_sum_of_its_sessions_and_nothing_is_no_figure() -> None:
    one = Course(opened_at=0, dosed_at=None, until=HOUR, alarms=(alarm(1, 10),))
    two = Course(opened_at=0, dosed_at=0, until=3 * HOUR, unattended=((0.0, 60.0),))
    both = burden([one, two])
    assert (both.sessions, both.hours, both.per_hour, both.unattended_s) == (2, 4.0, 0.25, 60.0)
    assert both.in_alarm_s == HOUR - 10
    assert (both.median_s, both.longest_s) == (None, None)
    assert burden([]).per_hour is None


def test_stretches_are_read_off_what_changed() -> None:
    changes = [(5.0, False), (10.0, True), (12.0, True), (20.0, False), (30.0, True)]
    assert spans(changes, 50.0) == [(10.0, 20.0), (30.0, 50.0)]
    assert spans([], 50.0) == []


@given(st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 40)), max_size=8))
def test_overlapping_stretches_count_once(stretches: list[tuple[int, int]]) -> None:
    blind = [(float(since), float(since + long)) for since, long in stretches]
    course = Course(opened_at=0.0, dosed_at=None, until=50.0, blind=blind)
    seconds = sum(any(a <= t < b for a, b in blind) for t in range(50))
    assert burden([course]).blind_s == seconds
