"""Which readings are believable: the bounds of docs/clinical.md, and the effect of each verdict."""

from typing import Final

import pytest

from monitor.core.quality.plausibility import judge
from monitor.core.sentences.english import english
from monitor.core.vocabulary.vitals import Observation
from monitor.core.vocabulary.words import Verdict
from tests.core.course import Course

RANGES: Final = [
    ("hr", 25, 240, 0.1), ("sbp", 50, 280, 0.1), ("dbp", 20, 180, 0.1), ("map", 20, 280, 0.1),
    ("temp", 30, 43, 0.1),
]  # fmt: skip


def verdicts(values: dict[str, float], **about: object) -> dict[str, str]:
    found = judge(Observation(issued=0.0, values=values, **about))  # type: ignore[arg-type]
    return {vital: verdict for vital, (verdict, _) in found.items()}


def reason(vital: str, values: dict[str, float], **about: object) -> str:
    found = judge(Observation(issued=0.0, values=values, **about))  # type: ignore[arg-type]
    return english(found[vital][1])


@pytest.mark.parametrize(("vital", "low", "high", "step"), RANGES)
def test_a_value_is_possible_within_the_hard_range(
    vital: str, low: float, high: float, step: float
) -> None:
    assert verdicts({vital: low}) == {vital: "accepted"}
    assert verdicts({vital: high}) == {vital: "accepted"}
    assert verdicts({vital: low - step}) == {vital: "rejected"}
    assert verdicts({vital: high + step}) == {vital: "rejected"}


@pytest.mark.parametrize("value", [0.0, -5.0, float("nan"), float("inf"), float("-inf"), 1e300])
@pytest.mark.parametrize("vital", ["hr", "sbp", "dbp", "map", "temp"])
def test_what_is_no_measurement_is_rejected_with_a_reason(vital: str, value: float) -> None:
    assert verdicts({vital: value}) == {vital: "rejected"}
    assert reason(vital, {vital: value})


def test_a_zero_is_called_a_missing_value() -> None:
    assert "missing value" in reason("hr", {"hr": 0.0})


PAIRS: Final[list[tuple[float, float, Verdict]]] = [
    (120, 80, "accepted"),
    (100, 80, "accepted"),  # pulse pressure 20
    (100, 80.5, "suspect"),
    (90, 80, "suspect"),  # 10
    (90, 80.5, "rejected"),
    (80, 80, "rejected"),
    (70, 80, "rejected"),
    (200, 80, "accepted"),  # 120
    (201, 80, "suspect"),
]


@pytest.mark.parametrize(("sbp", "dbp", "verdict"), PAIRS)
def test_systolic_and_diastolic_judge_each_other(sbp: float, dbp: float, verdict: Verdict) -> None:
    assert verdicts({"sbp": sbp, "dbp": dbp}) == {"sbp": verdict, "dbp": verdict}


def test_an_impossible_half_leaves_doubt_on_the_other() -> None:
    assert verdicts({"sbp": 300, "dbp": 80}) == {"sbp": "rejected", "dbp": "suspect"}
    assert verdicts({"sbp": 184, "dbp": 0}) == {"sbp": "suspect", "dbp": "rejected"}
    assert "diastolic of the same reading" in reason("sbp", {"sbp": 184, "dbp": 0})


MEANS: Final[list[tuple[float, Verdict]]] = [
    (80, "rejected"), (80.5, "suspect"), (87.9, "suspect"), (88, "accepted"), (96, "accepted"),
    (104.8, "accepted"), (104.9, "suspect"), (119, "suspect"), (120, "rejected"),
    (130, "rejected"),
]  # fmt: skip


@pytest.mark.parametrize(("mean", "verdict"), MEANS)
def test_a_mean_pressure_lies_where_pulse_waves_put_it(mean: float, verdict: Verdict) -> None:
    """Between 20 and 62 % of the way from 80 up to 120; never outside the two."""
    found = verdicts({"sbp": 120, "dbp": 80, "map": mean})
    assert found == {"sbp": "accepted", "dbp": "accepted", "map": verdict}


def test_a_mean_beside_an_impossible_pair_is_doubtful() -> None:
    found = verdicts({"sbp": 80, "dbp": 90, "map": 85})
    assert found == {"sbp": "rejected", "dbp": "rejected", "map": "suspect"}


@pytest.mark.parametrize(
    "flag",
    ["movement", "cuff_loose", "irregular_pulse", "improper_position", "pulse_out_of_range"],
)
def test_what_the_cuff_says_against_itself_makes_it_suspect(flag: str) -> None:
    found = verdicts({"sbp": 182, "dbp": 112}, flags=(flag,))
    assert found == {"sbp": "suspect", "dbp": "suspect"}
    assert "the cuff reports" in reason("sbp", {"sbp": 182, "dbp": 112}, flags=(flag,))


def test_a_flag_does_not_make_the_impossible_believable() -> None:
    assert verdicts({"sbp": 80, "dbp": 80}, flags=("movement",))["sbp"] == "rejected"


def test_an_unknown_flag_says_nothing() -> None:
    assert verdicts({"sbp": 120, "dbp": 80}, flags=("sunshine",))["sbp"] == "accepted"


@pytest.mark.parametrize(
    ("contact", "verdict"), [(True, "accepted"), (None, "accepted"), (False, "suspect")]
)
def test_a_strap_without_skin_contact_is_suspect(contact: bool | None, verdict: Verdict) -> None:
    assert verdicts({"hr": 70}, contact=contact) == {"hr": verdict}


def test_no_contact_and_zero_is_rejected_not_a_bradycardia() -> None:
    course = Course()
    course.beat(0, 60, 70)
    for n in range(40):
        course.hr(61 + n, 0.0, contact=False)
    assert course.told("hr_low") == []
    assert {j.state for j in course.judged("hr")[-40:]} == {"rejected"}
    assert course.standing("no_data") is not None


def test_a_reading_with_no_value_is_no_data() -> None:
    course = Course()
    course.beat(0, 60, 70)
    for n in range(40):
        course.observe(61 + n, "strap", {}, contact=False)
    assert [t[:3] for t in course.told("no_data")] == [(91, "raised", "no_data")]


def test_every_verdict_is_on_the_record_with_value_and_reason() -> None:
    course = Course()
    course.bp(1, 120, 80)
    course.bp(2, 182, 112, flags=("movement", "irregular_pulse"))
    course.bp(3, 300, 80)
    course.bp(4, 130, 80, measured=-700)
    assert [(j.value, j.state, j.reason) for j in course.judged("sbp")] == [
        (120, "accepted", ""),
        (182, "suspect", "the cuff reports: the arm moved, irregular pulse"),
        (300, "rejected", "Systolic pressure 300 is impossible: outside 50 to 280 mm[Hg]"),
        (130, "late", "measured 12 min before it was received"),
    ]
