"""A strap that always reports "no contact": readings that disprove it, and how long that lasts."""

import random
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.encounter import Encounter
from monitor.core.quality.skin import PROOF_S
from tests.core.course import Course, changes, dosed
from tests.core.law import law
from tests.core.quality.test_rate_doubts import Rr, beats

# second -> heart rate, intervals
Says = Callable[[int], tuple[float, Rr]]


def send(course: Course, says: Says, since: int, until: int, **about: Any) -> None:
    """Send a reading a second, with "no contact" by default."""
    about = {"contact": False} | about
    for t in range(since, until + 1):
        value, rr = says(t)
        course.hr(t, value, rr=rr, **about)


def alive(t: int) -> tuple[float, Rr]:
    """No intervals: like a strap that averages, in steps of one and two."""
    return 74.0 + (0, 0, 1, 1, 2, 1, 1, 0, -1, -1)[t % 10], ()


def beating(t: int) -> tuple[float, Rr]:
    return 74.0, beats(74, t)


def verdicts(course: Course, since: float, until: float) -> set[str]:
    found = [j for j in course.judged("hr") if since <= j.effective - course.start <= until]
    assert found
    return {j.state for j in found}


LIVING: Final[list[Says]] = [
    alive,
    beating,
    lambda t: (alive(t)[0], beats(74, t) if t % 3 else ()),
    lambda t: (72.0 + t // 40 % 3, beats(74, t)),
    lambda t: (50.0 + t % 2, beats(50, t, 0.05) if t % 6 else ()),
]


@pytest.mark.parametrize("says", LIVING)
def test_a_bit_that_is_wrong_all_the_time_is_learned_in_little_more_than_a_minute(
    says: Says,
) -> None:
    course = dosed()
    send(course, says, 800, 1100)
    assert verdicts(course, 800, 859) == {"suspect"}
    assert verdicts(course, 880, 1100) == {"accepted"}
    told = [t for t in course.told("sensor_contact", "signal_quality") if t[0] >= 800]
    assert [t[1:] for t in told] == [
        ("raised", "sensor_contact", "low"),
        ("escalated", "sensor_contact", "medium"),
        ("cleared", "sensor_contact", "medium"),
    ]
    assert 860 <= told[-1][0] <= 880


def test_it_is_said_why_the_alarm_is_over() -> None:
    course = Course()
    send(course, beating, 0, 100)
    ended = [c.alarm for c in changes(course.events) if c.transition == "cleared"]
    assert [a.condition for a in ended] == ["sensor_contact"]
    assert ended[0].reason == (
        "Device strap says that it has no skin contact, but its heart rate has lived for a minute: "
        "what it says of contact is wrong, and counts no more."
    )


def _random(low: int, high: int) -> Says:
    """Random values, but always the same in the same second."""
    return lambda t: (float(random.Random(t).randint(low, high)), ())  # noqa: S311


NOTHING: Final[dict[str, Says]] = {
    "its last rate": lambda t: (68.0, ()),
    "its last message": lambda t: (68.0, (882.0,)),
    "its last message, of several intervals": lambda t: (68.0, (870.0, 893.0, 881.0)),
    "falls to its last rate": lambda t: (max(68.0, 96.0 - (t - 800) // 3), ()),
    "random": _random(40, 180),
    "random, near each other": _random(60, 72),
    "jumps": lambda t: (70.0 if t // 5 % 2 else 90.0, ()),
    "moves, and its intervals tell of another rate": lambda t: (alive(t)[0], beats(110, t)),
    "moves, and its intervals do not": lambda t: (alive(t)[0], (810.0,)),
    "its intervals are random": lambda t: (74.0, (_random(560, 1160)(t)[0],)),
}  # fmt: skip


@pytest.mark.parametrize("says", NOTHING.values(), ids=NOTHING)
def test_a_strap_that_nobody_wears_teaches_nothing(says: Says) -> None:
    course = dosed()
    send(course, says, 800, 1400)
    assert verdicts(course, 800, 1400) == {"suspect"}
    assert course.priority("sensor_contact") == "medium"


def test_a_second_strap_that_says_otherwise_is_believed_before() -> None:
    course = Course()
    for t in range(200):
        course.observe(t + 0.5, "band", {"hr": 110.0 + t % 2})
        course.hr(t, *alive(t)[:1], contact=False)
    assert {j.state for j in course.judged("hr") if j.device == "strap"} == {"suspect"}


def test_a_bit_that_worked_is_believed() -> None:
    course = Course()
    course.hr(0, 74, contact=True)
    send(course, beating, 1, 300)
    assert verdicts(course, 1, 300) == {"suspect"}


def test_what_was_learned_ends_when_the_bit_works() -> None:
    course = Course()
    send(course, beating, 0, 100)
    course.hr(101, 74, contact=True)
    send(course, beating, 102, 300)
    assert verdicts(course, 102, 300) == {"suspect"}


def test_what_was_learned_ends_when_the_rate_freezes_and_can_be_learned_again() -> None:
    course = dosed()
    send(course, alive, 800, 900)
    send(course, lambda t: (71.0, ()), 901, 1100)
    assert verdicts(course, 901, 1021) == {"accepted"}
    assert verdicts(course, 1022, 1100) == {"suspect"}
    assert course.priority("sensor_contact") == "medium"
    send(course, alive, 1101, 1200)
    assert verdicts(course, 1180, 1200) == {"accepted"}


@pytest.mark.parametrize("worked", [True, False])
def test_each_connection_is_learned_anew(worked: bool) -> None:
    """A connection begins with a new boot, or after an offline status or over 30 s of silence."""
    for away in ("boot", "status", "silence"):
        course = Course()
        send(course, beating, 0, 100, contact=worked, boot="a")
        if away == "status":
            course.status_of(101, "strap", online=False)
            course.status_of(103, "strap", online=True)
        since = 140 if away == "silence" else 104
        send(course, beating, since, since + 100, boot="b" if away == "boot" else "a")
        assert verdicts(course, since, since + 59) == {"suspect"}, away
        assert verdicts(course, since + 65, since + 100) == {"accepted"}, away


def test_a_short_loss_is_the_same_connection() -> None:
    course = Course()
    send(course, beating, 0, 100)
    send(course, beating, 120, 150)
    assert verdicts(course, 120, 150) == {"accepted"}


def test_without_contact_and_with_zeros_it_is_told_as_nonsense_once_the_bit_is_wrong() -> None:
    course = dosed()
    send(course, beating, 800, 900)
    send(course, lambda t: (0.0, ()), 901, 925)
    assert course.priority("signal_quality") == "low"
    assert course.standing("sensor_contact") is None


def test_what_was_learned_outlives_a_restart_of_the_service() -> None:
    course = Course()
    send(course, alive, 0, 100)
    course.encounter = Encounter.restore(course.encounter.snapshot())
    send(course, alive, 101, 110)
    assert verdicts(course, 101, 110) == {"accepted"}


@law(80)
@given(data=st.data(), kind=st.sampled_from(["random", "frozen", "jumping", "intervals"]))
def test_no_strap_on_a_table_ever_teaches_that_its_bit_is_wrong(
    data: st.DataObject, kind: str
) -> None:
    """Random values in a range of any size (13 or wider), and values that do not move."""
    made = random.Random(data.draw(st.integers(0, 2**16)))  # noqa: S311 - values from nothing
    low = data.draw(st.integers(40, 150))
    wide = data.draw(st.integers(12, 80))
    often = data.draw(st.floats(0.3, 3.0))
    rr = tuple(data.draw(st.lists(st.floats(300, 2000), max_size=3)))
    says: dict[str, Says] = {
        "random": lambda n: (made.randint(low, low + wide), ()),
        "frozen": lambda n: (low, rr),
        "jumping": lambda n: (low + (n // 7 % 2) * wide + made.randint(0, 1), ()),
        "intervals": lambda n: (low + made.randint(0, 2), (made.uniform(300, 2000),)),
    }
    course, t, n = Course(), 0.0, 0
    while t < 5 * PROOF_S:
        value, beat = says[kind](n)
        course.hr(t, value, contact=False, rr=beat)
        t, n = t + often * made.uniform(0.8, 1.2), n + 1
    assert {j.state for j in course.judged("hr")} == {"suspect"}
    assert course.standing("sensor_contact") is not None


@law(60)
@given(
    seed=st.integers(0, 2**16), rate=st.integers(45, 150), told=st.booleans(),
    often=st.floats(0.5, 2.0),
)  # fmt: skip
def test_a_heart_that_is_worn_always_teaches_it(
    seed: int, rate: int, told: bool, often: float
) -> None:
    """A rate that wanders like a person's, averaged, with intervals or without."""
    made, course, t, now = random.Random(seed), Course(), 0.0, float(rate)  # noqa: S311
    while t < 3 * PROOF_S:
        now += made.gauss(0, 0.5) - 0.05 * (now - rate)
        rr = tuple(60_000 / (now + made.gauss(0, 1.5)) for _ in range(round(often * now / 60)))
        course.hr(t, round(now), contact=False, rr=rr if told else ())
        t += often
    assert course.judged("hr")[-1].state == "accepted"
    assert course.standing("sensor_contact") is None
