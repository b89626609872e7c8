"""Each scenario matches its description."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from simulators.scenarios import CLINIC, LENGTHS, NAMES, SCENARIOS, SCHEDULES, ZOO
from simulators.sessions import TREES, Session, build, places
from tests.simulators.courses import START, minute, play, readings, session

SEEDS = range(1, 9)


def truth(made: Session, vital: str, since: float, until: float) -> np.ndarray:
    """Return the person's true vital sign each second, between minutes from the dose."""
    assert made.dose_at is not None
    seconds = range(int(60 * since), int(60 * until))
    return np.array([getattr(made.body.at(made.dose_at + s), vital) for s in seconds])


def sent(made: Session, kind: str) -> list[dict[str, Any]]:
    (device,) = [d for d in made.devices if d.kind == kind]
    return readings(play(device, made.ends, step=5))


@pytest.mark.parametrize("seed", SEEDS)
def test_calm_stays_within_every_limit(seed: int) -> None:
    made = session("calm", seed)
    assert truth(made, "sbp", -12, 150).max() < 142
    assert truth(made, "dbp", -12, 150).max() < 90
    rates = truth(made, "hr", -12, 150)
    assert 56 < rates.min() <= rates.max() < 84
    assert truth(made, "temp", -12, 150).max() < 37.4


@pytest.mark.parametrize("seed", SEEDS)
def test_transient_pressure_crosses_180_near_the_peak_and_recovers(seed: int) -> None:
    made = session("transient-pressure", seed)
    assert truth(made, "sbp", -12, 31).max() < 155  # no rise yet at the reading after 30 min
    assert truth(made, "sbp", 45, 55).min() > 185
    assert truth(made, "sbp", 90, 150).max() < 155
    at_45 = [r for r in sent(made, "cuff") if "sbp" in r and 45 < minute(made, r) < 46]
    assert [r["sbp"] > 180 for r in at_45] == [True]


@pytest.mark.parametrize("seed", SEEDS)
def test_sustained_tachycardia_is_high_for_ten_minutes(seed: int) -> None:
    made = session("sustained-tachycardia", seed)
    assert truth(made, "hr", 17.5, 28.5).min() > 140
    assert truth(made, "hr", -12, 14).max() < 90
    assert truth(made, "hr", 40, 100).max() < 90


@pytest.mark.parametrize("seed", SEEDS)
def test_low_heart_rate_stays_under_40_and_is_alive(seed: int) -> None:
    made = session("low-heart-rate", seed)
    rates = truth(made, "hr", 40.5, 45.5)
    assert 26 < rates.min() <= rates.max() < 40
    assert truth(made, "hr", 50, 130).min() > 55


def test_artefacts_are_false_while_the_person_is_calm() -> None:
    made = session("artefact-burst")
    false = [minute(made, r) for r in sent(made, "heart_rate") if not 50 < r["hr"] < 95]
    assert len(false) > 50
    assert {int(m) for m in false} <= {8, 9, 21, 32, 33, 46, 47}
    assert 50 < truth(made, "hr", -12, 130).min() <= truth(made, "hr", -12, 130).max() < 95


def test_the_cuff_is_off_for_forty_minutes() -> None:
    made = session("cuff-off")
    loose = [minute(made, r) for r in sent(made, "cuff") if r.get("flags") == ["cuff_loose"]]
    assert [round(m) for m in loose] == [21, 41]
    assert not any("sbp" in r for r in sent(made, "cuff") if 18 < minute(made, r) < 58)


def test_the_strap_goes_silent_and_comes_back_the_cuff_does_not() -> None:
    made = session("goes-silent")
    times = [minute(made, r) for r in sent(made, "heart_rate")]
    gaps = [(a, b) for a, b in pairwise(times) if b - a > 0.1]
    assert gaps == [pytest.approx((25, 33), abs=0.05)]
    assert max(minute(made, r) for r in sent(made, "cuff")) < 40


def test_clocks_are_two_minutes_fast_from_the_first_reading() -> None:
    made = session("clock-two-minutes-fast")
    for device in made.devices:
        when, first = next((w, m) for w, m in play(device, made.ends) if m.topic == "readings")
        reading = readings([(when, first)])[0]
        assert minute(made, reading) * 60 - (when - (made.dose_at or 0)) == pytest.approx(120)


def test_a_lost_network_ends_in_a_burst_that_loses_nothing() -> None:
    made = session("reconnect-burst")
    messages = play(made.devices[0], made.ends, step=5)
    assert made.dose_at is not None
    sizes = {
        round((when - made.dose_at) / 60): sum(len(readings([m])) for m in messages if m[0] == when)
        for when, m in messages
        if m.topic == "status" and when > made.opens
    }
    assert sizes == {27: 305, 62: 725}
    seqs = [r["seq"] for r in readings(messages)]
    assert seqs == list(range(1, len(seqs) + 1))


def test_garbage_is_sent_and_every_good_reading_too() -> None:
    made = session("garbage-payload")
    messages = play(made.devices[0], made.ends, step=5)
    good = readings(messages)
    assert [r["seq"] for r in good] == list(range(1, len(good) + 1))
    payloads = {m.payload for _, m in messages if m.topic == "readings"}
    assert sum(not readings([(0, m)]) for _, m in messages if m.topic == "readings") > 100
    assert any(len(p) > 64 * 1024 for p in payloads)


def test_an_odd_gateway_repeats_reverses_restarts_and_speaks_kilopascal() -> None:
    made = session("odd-gateway")
    found = sent(made, "heart_rate")
    assert len(found) > len({(r["boot"], r["seq"]) for r in found})
    assert len({r["boot"] for r in found}) == 2
    assert any(a["seq"] > b["seq"] for a, b in pairwise(found))
    assert {r["unit"] for r in sent(made, "cuff") if "sbp" in r} == {"kPa"}


@pytest.mark.parametrize("seed", SEEDS)
def test_held_dose_is_over_the_hold_limit_and_says_why_it_goes_past(seed: int) -> None:
    made = session("held-dose", seed)
    before = [r["sbp"] for r in sent(made, "cuff") if minute(made, r) < 0]
    assert np.median(before) > 140
    assert made.scenario.override


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_names_itself_and_its_gaps_are_in_no_other(name: str) -> None:
    scenario = SCENARIOS[name]
    assert scenario.name == name
    assert scenario.story.endswith(".")
    assert scenario.protocol in SCHEDULES
    assert scenario.protocol in LENGTHS


@pytest.mark.parametrize("name", [n for n in SCENARIOS if n != "held-dose"])
def test_two_clean_readings_pass_the_hold_gate_before_the_dose(name: str) -> None:
    made = session(name)
    to_mmhg = 7.50062 if made.scenario.kpa else 1
    ahead = made.scenario.clock_ahead_s / 60
    before = [r for r in sent(made, "cuff") if "sbp" in r and minute(made, r) - ahead < 0]
    assert len({r["seq"] for r in before}) == 3
    assert np.median([r["sbp"] * to_mmhg for r in before]) < 140
    assert np.median([r["dbp"] * to_mmhg for r in before]) < 90


# --- the clinic ---------------------------------------------------------------------------------


def test_the_clinic_has_a_baseline_an_alarm_to_come_and_at_least_six_sessions() -> None:
    found = places("clinic", None)
    assert len(found) >= 6
    first_six = [place.scenario for place in found[:6]]
    assert any(s.dose_min is None for s in first_six)
    (coming,) = [p for p in found if p.scenario.name == "transient-pressure"]
    assert coming in found[:6]
    # Its cuff inflates about when the page opens, and has a number 40 s later.
    assert 44.5 < coming.at_min < 45.5
    assert len({p.scenario.protocol for p in found}) == 5
    assert max(p.at_min + (p.scenario.dose_min or 0) for p in found) <= 110


@pytest.mark.parametrize(
    ("name", "patients"), [("clinic", 3), ("clinic", 100), ("calm", 45), ("zoo", 20)]
)
def test_every_patient_has_a_label_and_devices_of_their_own(name: str, patients: int) -> None:
    made = [
        build(place.scenario, seed=4, number=number, opens=START)
        for number, place in enumerate(places(name, patients))
    ]
    assert len({s.label for s in made}) == patients
    ids = [d.id for s in made for d in s.devices]
    assert len(set(ids)) == len(ids) == 3 * patients
    assert all(s.emergency["phone"].startswith("555 01") for s in made)


def test_neighbouring_seeds_share_no_device() -> None:
    labels = [build(SCENARIOS["calm"], seed=n, number=0, opens=START).label for n in range(90)]
    assert len(set(labels)) == 90
    assert labels[1] == "Alder 14"


def test_by_itself_a_scenario_is_one_person_and_the_clinic_all() -> None:
    assert len(places("calm", None)) == 1
    assert len(places("clinic", None)) == len(CLINIC)
    assert len(places("zoo", None)) == len(ZOO)
    assert NAMES[-2:] == ("clinic", "zoo")
    assert len(TREES) == len(set(TREES))


def test_people_of_one_scenario_stand_at_different_minutes_within_the_past_that_is_played() -> None:
    found = places("transient-pressure", 4)
    assert len({round(p.at_min) for p in found}) == 4
    assert max(p.at_min + (p.scenario.dose_min or 0) for p in found) <= 110


def test_two_people_of_a_scenario_are_not_the_same() -> None:
    def rates(number: int) -> list[int]:
        made = session("calm", number=number)
        return [r["hr"] for r in readings(play(made.devices[0], made.opens + 60))]

    assert rates(0) != rates(1)
