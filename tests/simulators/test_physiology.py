"""Shapes and amplitudes against the published table; a body that answers the same every time."""

import numpy as np
import pytest

from simulators.body import Body, Bump
from simulators.physiology import Route, Vitals, draw_amplitudes, draw_resting, response

START = 1_800_000_000.0
STILL = Vitals(hr=0, sbp=0, dbp=0, temp=0)

# Share of the amplitude at 10, 20, 30, 40, 60, 90, 120 and 180 min (docs/clinical.md).
TABLE: list[tuple[Route, list[float | None]]] = [
    ("sublingual", [0.02, 0.27, 0.65, 0.92, 0.94, 0.47, 0.16, 0.01]),
    ("oral", [0, 0.06, 0.27, 0.56, 0.95, 0.87, 0.51, 0.09]),
    ("intranasal", [0.07, 0.46, 0.86, 1.0, 0.70, 0.19, 0.03, 0]),
    ("intramuscular", [0.64, 1.0, 0.81, 0.51, 0.14, 0.01, 0, 0]),
    ("intravenous", [0.52, 0.79, 0.93, 1.0, 0.46, 0.15, 0.05, None]),
]


@pytest.mark.parametrize(("route", "row"), TABLE)
def test_the_response_has_the_published_shape(route: Route, row: list[float | None]) -> None:
    found = response(route, np.array([10, 20, 30, 40, 60, 90, 120, 180.0]))
    known = [(share, g) for share, g in zip(found, row, strict=True) if g is not None]
    assert [round(float(share), 3) for share, _ in known] == pytest.approx(
        [g for _, g in known], abs=0.02
    )


@pytest.mark.parametrize(("route", "row"), TABLE)
def test_there_is_no_response_before_the_dose_and_never_more_than_one(
    route: Route, row: list[float | None]
) -> None:
    assert not response(route, np.linspace(-30, 0, 50)).any()
    share = response(route, np.linspace(0, 400, 4001))
    assert share.max() == pytest.approx(1, abs=1e-3)
    assert share[-1] < 0.02


def amplitudes(route: Route, *, raised: bool = False, factor: float | None = None) -> np.ndarray:
    rng = np.random.default_rng(3)
    drawn = [draw_amplitudes(rng, route, raised=raised, factor=factor) for _ in range(6000)]
    return np.array([[v.hr, v.sbp, v.dbp, v.temp] for v in drawn])


def test_amplitudes_are_spread_as_published() -> None:
    hr, sbp, dbp, temp = amplitudes("intravenous").T
    # Truncating N(16, 11.2) at -5 moves its mean to 16.8; N(5, 8) at -10 to 5.6.
    assert sbp.mean() == pytest.approx(16.8, abs=0.4)
    assert sbp.std() == pytest.approx(10.3, abs=0.3)
    assert sbp.min() >= -5
    assert dbp.mean() == pytest.approx(11.4, abs=0.4)
    assert hr.mean() == pytest.approx(5.6, abs=0.3)
    assert hr.min() >= -10
    assert (temp.mean(), temp.std()) == pytest.approx((0.2, 0.2), abs=0.01)
    # Truncation lowers a correlation of 0.7 a little.
    assert np.corrcoef(sbp, dbp)[0, 1] == pytest.approx(0.67, abs=0.02)
    assert abs(np.corrcoef(sbp, hr)[0, 1]) < 0.05


@pytest.mark.parametrize(
    ("route", "raised", "factor", "scale"),
    [
        ("intramuscular", False, None, 1.0),
        ("intranasal", False, None, 0.85),
        ("sublingual", False, None, 0.8),  # drawn between both ends
        ("sublingual", False, 0.6, 0.6),
        ("oral", False, 1.0, 1.0),
        ("intravenous", True, None, 1.3),
    ],
)
def test_route_and_hypertension_scale_every_rise_but_temperature(
    route: Route, raised: bool, factor: float | None, scale: float
) -> None:
    found = amplitudes(route, raised=raised, factor=factor).mean(axis=0)
    plain = amplitudes("intravenous").mean(axis=0)
    assert found[:3] / plain[:3] == pytest.approx([scale] * 3, abs=0.06)
    assert found[3] == pytest.approx(plain[3], abs=0.02)


def test_a_drawn_person_passes_the_hold_gate() -> None:
    rng = np.random.default_rng(5)
    people = [draw_resting(rng) for _ in range(500)]
    assert all(p.sbp < 135 and p.dbp < 86 and 60 < p.hr < 90 for p in people)
    assert min(p.sbp - p.dbp for p in people) > 25


def body(bumps: tuple[Bump, ...] = (), amplitude: Vitals = STILL) -> Body:
    return Body(
        np.random.default_rng(1),
        resting=Vitals(hr=70, sbp=120, dbp=75, temp=36.7),
        amplitudes=amplitude,
        route="sublingual",
        origin=START,
        anchor=START + 600,
        bumps=bumps,
    )


def test_a_body_answers_the_same_in_whatever_order_it_is_asked() -> None:
    times = [START + minute * 60 for minute in range(0, 180, 7)]
    forwards, backwards, patient = body(), body(), body()
    later = [backwards.at(t) for t in reversed(times)]
    assert [forwards.at(t) for t in times] == later[::-1] == [patient.at(t) for t in times]


def test_a_body_at_rest_wanders_a_little_around_its_values() -> None:
    still = body()
    rates = np.array([still.at(START + s).hr for s in range(3600)])
    pressures = np.array([still.at(START + s).sbp for s in range(3600)])
    assert rates.mean() == pytest.approx(70, abs=1.5)
    assert 1 < rates.std() < 4
    assert pressures.mean() == pytest.approx(120, abs=3)
    # Breathing swings it within seconds, drift within minutes.
    assert np.abs(np.diff(rates)).max() < 5
    assert np.abs(np.diff(rates)).mean() > 0.5


def test_a_dose_acts_from_when_it_was_taken_and_a_second_one_adds() -> None:
    amplitude = Vitals(hr=0, sbp=40, dbp=0, temp=0.5)
    dosed, undosed = body(amplitude=amplitude), body(amplitude=amplitude)
    peak = START + 900 + 50 * 60
    assert dosed.at(peak) == undosed.at(peak)
    dosed.dose(START + 900)
    assert dosed.at(START + 899) == undosed.at(START + 899)
    assert dosed.at(peak).sbp - undosed.at(peak).sbp == pytest.approx(40, abs=0.5)
    assert dosed.at(START + 900 + 6000).temp - undosed.at(START + 900 + 6000).temp > 0.45
    dosed.dose(START + 900 + 20 * 60)
    assert dosed.at(peak).sbp - undosed.at(peak).sbp == pytest.approx(66, abs=1)


def test_a_bump_counts_from_the_planned_dose() -> None:
    bump = Bump(vital="sbp", size=50, begins=30, rise=10, hold=5, fall=20)
    bumped, plain = body((bump,)), body()

    def added(minute: float) -> float:
        at = START + 600 + minute * 60
        assert bumped.at(at).hr == plain.at(at).hr
        return bumped.at(at).sbp - plain.at(at).sbp

    assert [added(m) for m in (29, 35, 40, 45, 55, 66)] == pytest.approx([0, 25, 50, 50, 25, 0])


def test_nobody_may_ask_for_a_time_before_the_course() -> None:
    with pytest.raises(ValueError, match="before this course begins"):
        body().at(START - 1)
