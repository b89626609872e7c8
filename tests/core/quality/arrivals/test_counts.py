"""Unusual numbering by devices: no reading is lost or stored twice, no false gap is reported."""

from collections.abc import Callable, Iterable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import Duplicate, NumberReused
from tests.core.course import Course
from tests.core.law import law

Numbers = Iterable[int]
Value = Callable[[int], float]


def wrapping(since: int, turn: int, count: int) -> list[int]:
    return [(since + n) % turn for n in range(count)]


KINDS: Final[list[tuple[str, Numbers]]] = [
    ("by one", range(1, 50)),
    ("eight bits", wrapping(0, 256, 800)),
    ("eight bits, from the middle", wrapping(200, 256, 600)),
    ("sixteen bits", wrapping(65_500, 65_536, 100)),
    ("eight bits, losses around the end", [*range(230, 255), *range(1, 256), *range(3, 20)]),
    ("begins anew at 0", [*range(1800, 1820), *range(20)]),
    ("begins anew at 1", [*range(1800, 1812), *range(1, 20)]),
    ("begins anew at 1, three times", [*range(1, 9), *range(1, 4), *range(1, 30)]),
    ("begins anew, and passes where it was", [*range(40, 60), *range(1, 90)]),
    ("back by a few", [*range(1800, 1812), *range(1807, 1830), *range(1828, 1850)]),
    ("always 0", [0] * 30),
    ("always 7", [7] * 30),
    ("always 0, but for the first", [1, *[0] * 30]),
    ("each twice", [n for n in range(1, 30) for _ in range(2)]),
    ("by two", range(2, 80, 2)),
    ("by ten", range(0, 800, 10)),
    ("by ten, begins anew", [*range(0, 300, 10), *range(0, 200, 10)]),
    ("descending from 255", range(255, 200, -1)),
]
BOOTS: Final = ["", "b", "~2", "7"]


def alike(n: int) -> float:
    return 70.0 + n % 3


def unlike(n: int) -> float:
    return 60.0 + n / 100


def play(course: Course, numbers: Numbers, boot: str, value: Value, *, timed: bool) -> None:
    for n, seq in enumerate(numbers):
        measured = n * 1.0 if timed else None
        course.hr(n * 1.0, value(n), seq=seq, boot=boot, measured=measured)
    course.advance(2000)


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("boot", BOOTS)
@pytest.mark.parametrize(("kind", "numbers"), KINDS, ids=[kind for kind, _ in KINDS])
def test_each_reading_is_judged_under_a_key_of_its_own_and_none_is_missed(
    kind: str, numbers: Numbers, boot: str, timed: bool
) -> None:
    course = Course(devices={"strap": "heart_rate"})
    # If a number recurs with the same value, only a time distinguishes the two.
    value = alike if timed or kind.startswith("always") else unlike
    play(course, numbers, boot, value, timed=timed)
    judged = course.judged("hr")
    assert [j.value for j in judged] == [value(n) for n in range(len(list(numbers)))]
    assert len({j.key for j in judged}) == len(judged)
    assert course.told("sequence_gap") == []
    told = [e for e in course.events if isinstance(e, NumberReused)]
    assert {(e.device, e.boot) for e in told} <= {("strap", boot)}
    assert len(told) <= 2


@pytest.mark.parametrize("boot", ["", "b"])
@pytest.mark.parametrize(("kind", "numbers"), KINDS[:-1], ids=[kind for kind, _ in KINDS[:-1]])
@law(9)
@given(st.data())
def test_what_comes_again_is_known_again(
    kind: str, numbers: Numbers, boot: str, data: st.DataObject
) -> None:
    """Each reading has its time; one or many are sent again at any later place."""
    course, sent = Course(devices={"strap": "heart_rate"}), list(numbers)

    def send(n: int, at: int) -> list[object]:
        return [*course.hr(at, 70 + n % 3, seq=sent[n], boot=boot, measured=n * 1.0)]

    for n in range(len(sent)):
        send(n, n)
        if n % 7 == 6:
            since = data.draw(st.integers(max(0, n - 400), n))
            for old in range(since, min(n, since + 9)):
                assert [type(e) for e in send(old, n)] == [Duplicate], (old, n)
    assert len(course.judged("hr")) == len(sent)
    course.advance(2000)
    assert course.told("sequence_gap") == []


REAL: Final[list[tuple[str, Numbers, str]]] = [
    ("by one", [1, 2, 3, 6, 7], "2 readings (numbers 4 to 5)"),
    ("by ten", [0, 10, 20, 30, 60, 70], "2 readings (between numbers 40 and 50)"),
    ("eight bits", [*wrapping(240, 256, 30), 20, 21], "6 readings (numbers 14 to 19)"),
    ("begins anew", [*range(1800, 1820), 0, 1, 2, 3, 7, 8], "3 readings (numbers 4 to 6)"),
    ("back by a few", [*range(100, 120), *range(115, 118), 121, 122], "3 readings"),
    ("every other, but by one", [1, 3, 5, 6, 7, 8], "2 readings (between numbers 2 and 4)"),
]


@pytest.mark.parametrize("boot", ["", "b"])
@pytest.mark.parametrize(("kind", "numbers", "told"), REAL, ids=[kind for kind, _, _ in REAL])
def test_what_is_missing_is_missed_however_it_counts(
    kind: str, numbers: Numbers, told: str, boot: str
) -> None:
    course = Course(devices={"strap": "heart_rate"})
    for n, seq in enumerate(numbers):
        course.hr(n, 70 + n % 3, seq=seq, boot=boot)
    course.advance(200)
    alarm = course.standing("sequence_gap")
    assert alarm is not None
    assert told in sentence(alarm)


def test_a_slow_sensor_that_counts_by_ten_misses_nothing() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(6):
        course.bp(300 * n, 120 + n, 80, seq=100 + 10 * n)
    assert course.told("sequence_gap") == []
    course.bp(1800, 130, 80, seq=180)
    course.advance(1900)
    alarm = course.standing("sequence_gap")
    assert alarm is not None
    assert "2 readings (between numbers 160 and 170)" in sentence(alarm)


# --- one number, several vital signs --------------------------------------------------------------

PARTS: Final[list[tuple[str, list[dict[str, float]], list[set[str]]]]] = [
    ("two halves", [{"sbp": 172}, {"dbp": 101}], [{"sbp"}, {"dbp"}]),
    ("three", [{"sbp": 172}, {"dbp": 101}, {"map": 125}], [{"sbp"}, {"dbp"}, {"map"}]),
    ("different ones", [{"hr": 70}, {"temp": 36.6}, {"sbp": 120}], [{"hr"}, {"temp"}, {"sbp"}]),
    ("one that is known, with one that is not",
     [{"sbp": 172}, {"sbp": 172, "dbp": 101}], [{"sbp"}, {"dbp"}]),
    ("all of it known, in parts",
     [{"sbp": 172, "dbp": 101}, {"dbp": 101}, {"sbp": 172}], [{"sbp", "dbp"}, set(), set()]),
    ("each again", [{"sbp": 172}, {"dbp": 101}, {"sbp": 172}, {"dbp": 101}],
     [{"sbp"}, {"dbp"}, set(), set()]),
]  # fmt: skip


@pytest.mark.parametrize("boot", ["", "b"])
@pytest.mark.parametrize("before", [0, 3])
@pytest.mark.parametrize(("kind", "parts", "new"), PARTS, ids=[kind for kind, _, _ in PARTS])
def test_the_parts_of_one_number_are_one_reading(
    kind: str, parts: list[dict[str, float]], new: list[set[str]], boot: str, before: int
) -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(before):
        course.observe(n, "cuff", {"temp": 36.0}, seq=177 - before + n, boot=boot)
    found = []
    for n, values in enumerate(parts):
        events = course.observe(10 + n, "cuff", values, seq=177, boot=boot)
        judged = [e for e in events if not isinstance(e, Duplicate)]
        found.append({getattr(e, "vital", "") for e in judged} - {"", None})
        assert bool(judged) != any(isinstance(e, Duplicate) for e in events)
    assert found == new
    assert {j.boot for j in course.judged("sbp")} == {boot}
    assert not any(isinstance(e, NumberReused) for e in course.events)


@pytest.mark.parametrize("measured", [None, 5.0])
def test_other_content_under_a_number_is_judged_and_told_once(measured: float | None) -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(0, 122, 80, seq=1, boot="b", measured=measured and 0.0)
    events = course.bp(6, 188, 115, seq=1, boot="b", measured=measured)
    first, second = course.judged("sbp")
    assert (first.value, second.value) == (122, 188)
    assert (first.key, second.key) == ("cuff|1|sbp|b", "cuff|1|sbp|b~2")
    (told,) = [e for e in events if isinstance(e, NumberReused)]
    assert (told.device, told.boot, told.seq) == ("cuff", "b", 1)
    assert told.reason == (
        "Device cuff sent number 1 again with other content. Such readings are judged as new ones."
    )
    for values in ((188, 115), (122, 80)):
        at = measured if values[0] == 188 else measured and 0.0
        course.advance(90)
        again = course.bp(90, *values, seq=1, boot="b", measured=at)
        assert [type(e) for e in again] == [Duplicate]


def test_a_sensor_that_always_says_0_is_told_of_once() -> None:
    course = Course(devices={"strap": "heart_rate"})
    play(course, [0] * 300, "", alike, timed=False)
    (told,) = [e for e in course.events if isinstance(e, NumberReused)]
    assert "gives each reading the number 0" in told.reason


TOLD: Final[list[tuple[str, str, Numbers, int]]] = [
    ("begins anew, no boot", "", [*range(1, 30), *range(1, 30)], 0),
    ("begins anew under the same boot", "b", [*range(1, 30), *range(1, 30)], 1),
    ("back by a few, no boot", "", [*range(1, 30), *range(25, 40)], 1),
    ("comes to its end", "b", wrapping(0, 256, 600), 0),
    ("each twice", "b", [n for n in range(1, 30) for _ in range(2)], 1),
]


@pytest.mark.parametrize(("kind", "boot", "numbers", "times"), TOLD, ids=[t[0] for t in TOLD])
def test_a_number_used_twice_is_told_where_it_is_no_plain_restart(
    kind: str, boot: str, numbers: Numbers, times: int
) -> None:
    course = Course(devices={"strap": "heart_rate"})
    play(course, numbers, boot, unlike, timed=False)
    assert sum(isinstance(e, NumberReused) for e in course.events) == times
