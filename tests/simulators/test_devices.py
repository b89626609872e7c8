"""Devices as state machines: time in, messages and the next deadline out."""

import json
from typing import Any

import numpy as np
import pytest

from simulators.body import Body
from simulators.devices import Cuff, Device, Strap, Thermometer, Unit
from simulators.faults import FaultKind, Window
from simulators.native import seconds
from simulators.physiology import Vitals
from tests.simulators.courses import play, readings

START = 1_800_000_000.0
CALM = Vitals(hr=70, sbp=120, dbp=75, temp=36.7)


def body() -> Body:
    still = Vitals(hr=0, sbp=0, dbp=0, temp=0)
    rng = np.random.default_rng(1)
    return Body(rng, resting=CALM, amplitudes=still, route="oral", origin=START, anchor=START)


def unit(
    *faults: tuple[FaultKind, float, float, float] | tuple[FaultKind, float, float],
    ahead: float = 0.0,
    kpa: bool = False,
) -> Unit:
    """Return a unit. faults: kind, from, until (seconds after the start), size."""
    windows = tuple(Window(f[0], START + f[1], START + f[2], *f[3:]) for f in faults)
    return Unit(id="a", seed=(1, 2), starts=START, clock_ahead_s=ahead, faults=windows, kpa=kpa)


def strap(*faults: Any, ahead: float = 0.0) -> Strap:
    return Strap(unit(*faults, ahead=ahead), body())


def cuff(*schedule: float, faults: tuple[Any, ...] = (), kpa: bool = False) -> Cuff:
    return Cuff(unit(*faults, kpa=kpa), body(), tuple(START + s for s in schedule))


def heard(device: Device, until: float, step: float = 1.0) -> list[dict[str, Any]]:
    return readings(play(device, START + until, step=step))


def at(reading: dict[str, Any]) -> float:
    """Return seconds after the start, by the device's clock."""
    return seconds(reading["t"]) - START


# --- the strap --------------------------------------------------------------------------------


def test_a_strap_measures_every_second_with_contact() -> None:
    found = heard(strap(), 61)
    assert [at(r) for r in found] == list(range(1, 61))
    assert [r["seq"] for r in found] == list(range(1, 61))
    assert {(type(r["hr"]), r["contact"]) for r in found} == {(int, True)}
    assert all(60 < r["hr"] < 80 for r in found)


def test_a_device_says_first_that_it_is_there_and_asks_to_be_called_within_a_second() -> None:
    device = strap()
    (online,) = device.connected(START)
    assert (online.topic, online.retain) == ("status", True)
    assert json.loads(online.payload)["state"] == "online"
    assert device.deadline == START + 1
    device.advance(START + 7)
    assert device.deadline == START + 8


def test_how_often_it_is_asked_batches_readings_and_changes_nothing_else() -> None:
    def content(step: float) -> list[tuple[object, ...]]:
        found = readings(play(strap(), START + 601, step=step))
        return [(r["seq"], r["t"], r["hr"], r.get("battery")) for r in found]

    assert content(1)[:590] == content(5)[:590] == content(10)[:590]
    batches = [m for _, m in play(strap(), START + 601, step=10) if m.topic == "readings"]
    assert [len(json.loads(b.payload)) for b in batches[:5]] == [10] * 5


def test_each_reading_tells_when_it_was_sent() -> None:
    found = heard(strap(), 31, step=10)
    assert {seconds(r["sent"]) - START for r in found[:10]} == {10}
    assert [seconds(r["sent"]) - START - at(r) for r in found[:10]] == list(range(9, -1, -1))


def test_battery_is_told_when_it_changes_and_falls() -> None:
    told = [r["battery"] for r in heard(strap(), 1500, step=10) if "battery" in r]
    assert told == list(range(told[0], told[0] - 5, -1))


# --- the cuff ---------------------------------------------------------------------------------

ASKED_AND_MEASURED = [
    # schedule, commands at; readings come at (seconds)
    ((30,), (), (70,)),
    ((30, 300), (), (70, 340)),
    ((), (12,), (52,)),
    ((30,), (45,), (70,)),  # one runs: its result is the answer
    ((30,), (80,), (70, 170)),  # in the minute's rest: waits for its end
    ((30,), (130,), (70, 170)),  # after it: immediately
    ((30, 85), (), (70,)),  # within a minute of one another: one answers both
    ((), (10, 11, 12), (50,)),
    ((), (10, 60, 90), (50, 150)),
]


@pytest.mark.parametrize(("schedule", "commands", "expected"), ASKED_AND_MEASURED)
def test_a_cuff_measures_by_schedule_and_on_command(
    schedule: tuple[float, ...], commands: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    found = readings(play(cuff(*schedule), START + 600, commands=commands))
    assert [at(r) for r in found] == list(expected)


def test_inflations_leave_a_minutes_rest_whatever_is_asked() -> None:
    sent = play(cuff(0, 90, 180, 200, 400), START + 941, commands=range(0, 900, 7))
    times = [at(r) for r in readings(sent)]
    assert len(times) == 10
    assert min(np.diff(times)) >= 100


def test_a_cuffs_error_is_about_five_mmhg_and_its_numbers_fit_together() -> None:
    device = cuff(*range(0, 300_000, 300))
    found = heard(device, 300_000, step=100)
    wandering = np.array([r["sbp"] for r in found])
    assert len(found) > 950
    assert wandering.mean() == pytest.approx(120, abs=1)
    assert wandering.std() == pytest.approx(np.hypot(5, 2.8), abs=0.5)  # the error, and the person
    for r in found:
        assert isinstance(r["sbp"], int)
        assert r["dbp"] + 0.2 * (r["sbp"] - r["dbp"]) < r["map"]
        assert r["map"] < r["dbp"] + 0.62 * (r["sbp"] - r["dbp"])
        assert abs(r["pulse"] - 70) < 15


def test_a_cuff_in_kilopascal_measures_the_same() -> None:
    (mercury,), (pascal,) = heard(cuff(10), 60), heard(cuff(10, kpa=True), 60)
    assert pascal["unit"] == "kPa"
    for name in ("sbp", "dbp", "map"):
        assert pascal[name] * 7.50062 == pytest.approx(mercury[name], abs=0.5)
    assert pascal["pulse"] == mercury["pulse"]


@pytest.mark.parametrize(
    "payload", [b"", b"nonsense", b"[]", b'{"command": "dance"}', b'{"command": 5}', b"\xff"]
)
def test_other_commands_do_nothing(payload: bytes) -> None:
    device = cuff()
    device.connected(START)
    device.hear("commands", payload, START + 5)
    assert device.advance(START + 100) == []


# --- the thermometer --------------------------------------------------------------------------


def test_a_thermometer_measures_every_five_minutes_to_a_tenth() -> None:
    found = heard(Thermometer(unit(), body()), 1000)
    assert [at(r) for r in found] == [30, 330, 630, 930]
    assert all(36.4 < r["temp"] < 37 and round(r["temp"], 1) == r["temp"] for r in found)


# --- faults -----------------------------------------------------------------------------------


def test_a_silent_device_stays_connected_and_sends_nothing() -> None:
    found = heard(strap(("silent", 10, 20)), 31)
    assert [at(r) for r in found] == [*range(1, 10), *range(20, 31)]
    assert [r["seq"] for r in found] == list(range(1, 21))


def test_without_a_network_it_goes_on_measuring_and_sends_all_of_it_afterwards() -> None:
    sent = play(strap(("offline", 10, 200)), START + 210)
    burst = [m for when, m in sent if when == START + 200]
    assert [m.topic for m in burst] == ["status", *["readings"] * 4]
    assert [len(json.loads(m.payload)) for m in burst[1:]] == [50, 50, 50, 41]
    assert [at(r) for r in readings(sent)] == list(range(1, 210))


def test_what_nobody_confirms_is_sent_again() -> None:
    sent = play(strap(), START + 35, confirm=False)
    times = [at(r) for r in readings(sent)]
    assert times.count(1) == 3  # at 1, 11 and 31 s
    assert set(times) == set(range(1, 35))


def test_a_device_stops_repeating_what_is_confirmed() -> None:
    times = [r["seq"] for r in heard(strap(), 120)]
    assert times == sorted(set(times))


def test_a_fast_clock_is_ahead_in_both_its_times() -> None:
    (first, *_) = heard(strap(ahead=120), 5)
    assert at(first) == 121
    assert seconds(first["sent"]) - START == 121


def test_a_clock_may_jump_for_a_while() -> None:
    found = heard(strap(("clock", 10, 12, -3600.0)), 15)
    assert [at(r) for r in found][8:13] == [9, -3590, -3589, 12, 13]


def test_a_strap_that_slips_tells_false_rates_and_one_that_fell_off_zero() -> None:
    slipped = [r["hr"] for r in heard(strap(("artefact", 0, 300)), 300)]
    false = [rate for rate in slipped if not 55 < rate < 85]
    assert 60 < len(false) < 150
    assert {0, 292} < set(false)
    off = heard(strap(("no_contact", 5, 8)), 12)
    assert [(r["hr"], r["contact"]) for r in off][4:7] == [(0, False)] * 3
    assert off[7]["contact"] is True


def test_a_cuff_says_what_was_wrong() -> None:
    (loose,) = heard(cuff(10, faults=(("loose", 0, 60),)), 100)
    assert loose["flags"] == ["cuff_loose"]
    assert not {"sbp", "dbp", "map", "pulse"} & loose.keys()
    (moved,) = heard(cuff(10, faults=(("artefact", 0, 60),)), 100)
    assert moved["flags"] == ["movement"]
    assert moved["sbp"] > moved["dbp"]


def test_garbage_comes_among_good_readings_and_costs_none() -> None:
    sent = play(strap(("garbage", 0, 600)), START + 601)
    assert [at(r) for r in readings(sent)] == list(range(1, 601))
    assert len([m for _, m in sent if m.topic == "readings"]) == 600 + 29


def test_a_restarted_device_begins_at_one_with_a_new_boot() -> None:
    found = heard(strap(("restart", 10, 10)), 21)
    boots = [(r["boot"], r["seq"]) for r in found]
    first, second = found[0]["boot"], found[-1]["boot"]
    assert first != second
    assert boots == [(first, n) for n in range(1, 10)] + [(second, n) for n in range(1, 12)]


def test_messages_may_come_twice_and_batches_backwards() -> None:
    twice = [r["seq"] for r in heard(strap(("duplicate", 0, 4)), 6)]
    assert twice == [1, 1, 2, 2, 3, 3, 4, 5]
    backwards = [r["seq"] for r in heard(strap(("shuffled", 0, 11)), 21, step=10)]
    assert backwards == [*range(10, 0, -1), *range(11, 21)]


def test_the_last_will_says_offline() -> None:
    will = strap().last_will()
    assert (will.topic, json.loads(will.payload), will.retain) == (
        "status",
        {"state": "offline"},
        True,
    )
