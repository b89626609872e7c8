"""Each quirk behaves as its sentence describes, and the zoo has them all."""

import json
import re
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pytest

from simulators.body import Body
from simulators.devices import Cuff, Device, Message, Strap, Unit
from simulators.gatt import pressure
from simulators.physiology import Vitals
from simulators.quirks import QUIRKS, Setting, misplaced, raw, shown
from simulators.raw_cuffs import DAY_S, REMEMBERED, RawCuff, Sent
from simulators.raw_straps import RawStrap
from simulators.scenarios import SCENARIOS, ZOO
from simulators.sessions import build, places
from tests.simulators.courses import START, play, session

CALM = Vitals(hr=70, sbp=120, dbp=75, temp=36.7)


def unit(quirks: str, seed: int = 2, **more: Any) -> Unit:
    return Unit(id="a", seed=(1, seed), starts=START, quirks=frozenset(quirks.split()), **more)


def body() -> Body:
    still = Vitals(hr=0, sbp=0, dbp=0, temp=0)
    rng = np.random.default_rng(1)
    return Body(rng, resting=CALM, amplitudes=still, route="oral", origin=START, anchor=START)


def strap(quirks: str) -> Strap:
    own = unit(quirks)
    return (RawStrap if raw(own.quirks) else Strap)(own, body())


def cuff(quirks: str, **more: Any) -> Cuff:
    """Return a cuff that measures every five minutes for two hours."""
    own = unit(quirks, **more)
    schedule = tuple(START + 60 + 300 * n for n in range(24))
    return (RawCuff if raw(own.quirks) else Cuff)(own, body(), schedule)


def sent(device: Device, until: float, topic: str = "readings") -> list[Message]:
    found = play(device, START + until)
    return [message for _, message in found if message.topic == topic]


def objects(messages: list[Message]) -> list[dict[str, Any]]:
    found = []
    for message in messages:
        told = json.loads(message.payload)
        found += told if isinstance(told, list) else [told]
    return found


def rates(device: Strap, until: float) -> list[bytes]:
    return [m.payload for m in sent(device, until, "readings/gatt-2a37")]


def records(device: Cuff, until: float) -> list[Sent]:
    """Return the records it handed over, which are those sent by radio."""
    assert isinstance(device, RawCuff)
    payloads = [m.payload for m in sent(device, until, "readings/gatt-2a35")]
    assert payloads == [entry.payload for entry in device.log]
    return device.log


# --- a cuff's memory and its users --------------------------------------------------------------


@pytest.mark.parametrize("quirk", ["memory-at-connect", "memory-without-stamps"])
def test_all_that_is_stored_comes_at_once_on_connecting(quirk: str) -> None:
    device = cuff(quirk)
    first = records(device, 1)
    assert [e.truth for e in first] == ["stored"] * len(REMEMBERED)
    assert {e.at for e in first} == {START}
    days = [(START - e.measured) / DAY_S for e in first]
    assert days == sorted(days, reverse=True) == [old[0] for old in REMEMBERED]
    stamps = [e.record.stamp for e in first]
    if quirk == "memory-without-stamps":
        assert set(stamps) == {None}
    else:
        (zone,) = {round(s - e.measured) for s, e in zip(stamps, first, strict=True) if s}
        assert zone % 3600 == 0
    assert max(e.record.sbp or 0 for e in first) > 180


def test_what_was_measured_without_a_connection_is_stored_by_then() -> None:
    device = cuff("memory-at-connect")
    assert isinstance(device, RawCuff)
    device.connected(START)
    device.advance(START + 200)
    device.disconnected()
    device.advance(START + 500)
    device.connected(START + 600)
    again = [e for e in device.log if e.at == START + 600]
    assert [e.truth for e in again] == ["stored"] * (len(REMEMBERED) + 2)
    assert [e.truth for e in device.log if START < e.at < START + 600] == ["live"]


def test_the_whole_memory_may_come_with_each_measurement() -> None:
    log = records(cuff("memory-each-time"), 800)
    bursts = [list(burst) for _, burst in groupby(log, key=lambda e: e.at)]
    assert [len(burst) for burst in bursts] == [5, 6, 7]
    for burst in bursts:
        assert [e.truth for e in burst] == ["stored"] * (len(burst) - 1) + ["live"]
        stamps = [e.record.stamp or 0 for e in burst]
        assert stamps == sorted(stamps)


def test_or_the_newest_of_it_alone() -> None:
    (only,) = records(cuff("latest-at-connect"), 1)
    assert (START - only.measured) / DAY_S == REMEMBERED[-1][0]


def test_stamps_may_be_whole_minutes() -> None:
    log = records(cuff("stamps-in-minutes"), 1000)
    assert {(e.record.stamp or 1) % 60 for e in log} == {0}
    assert {e.measured % 60 for e in log} == {40}


def test_every_third_measurement_is_the_other_users() -> None:
    log = records(cuff("two-users"), 2000)
    assert [(e.record.user, e.truth) for e in log[:6]] == [
        (1, "live"), (1, "live"), (2, "another user"), (1, "live"), (1, "live"),
        (2, "another user"),
    ]  # fmt: skip
    assert min(e.record.sbp or 0 for e in log if e.record.user == 2) > 140


def test_a_user_byte_may_come_without_its_flag() -> None:
    first, *_ = records(cuff("unflagged-user"), 200)
    assert first.payload[0] == 0x56
    assert len(first.payload) == len(pressure(first.record))
    assert first.payload[14:16] == int(first.record.pulse or 0).to_bytes(2, "big")


def test_the_cuff_tells_that_it_inflates_and_never_a_reading_by_that() -> None:
    sent_all = play(cuff("inflating-notices"), START + 200)
    times = [t - START for t, m in sent_all if m.topic == "readings/gatt-2a36"]
    (done,) = [t - START for t, m in sent_all if m.topic == "readings/gatt-2a35"]
    assert times == list(range(62, 100, 2))
    assert done == 100


# --- measurements that fail ---------------------------------------------------------------------


@pytest.mark.parametrize(("quirk", "status"), [("fails-silently", 0), ("fails-with-status", 1)])
def test_three_measurements_in_a_row_fail(quirk: str, status: int) -> None:
    log = records(cuff(quirk), 2500)
    assert [e.truth for e in log] == ["live"] * 3 + ["failed"] * 3 + ["live"] * 2
    failed = log[4].record
    assert (failed.sbp, failed.dbp, failed.map) == (None, None, None)
    assert failed.status == status


def test_half_of_a_measurement_may_be_missing() -> None:
    log = records(cuff("half-failed"), 1000)
    assert [e.truth for e in log] == ["live", "live", "half failed"]
    assert (log[2].record.sbp, log[2].record.map) == (None, None)
    assert log[2].record.dbp


def test_a_pulse_may_be_zero() -> None:
    assert {r["pulse"] for r in objects(sent(cuff("pulse-zero"), 500))} == {0}
    assert {e.record.pulse for e in records(cuff("pulse-zero clock-stands"), 500)} == {0}


# --- clocks -------------------------------------------------------------------------------------

CLOCKS = [
    # quirk, minutes since the start, its clock minus the time, minutes
    ("clock-ahead", 1, 15),
    ("clock-behind", 1, -10),
    ("clock-steps", 29, 15),
    ("clock-steps", 31, 0),
    ("clock-steps", 61, -9),
    ("clock-1970", 31, 0),
    ("", 50, 0),
]


@pytest.mark.parametrize(("quirk", "minute", "ahead"), CLOCKS)
def test_clocks_are_off_and_are_set(quirk: str, minute: float, ahead: float) -> None:
    now = START + 60 * minute
    assert strap(quirk).clock(now) - now == 60 * ahead


def test_a_clock_may_begin_at_1970_or_stand() -> None:
    assert strap("clock-1970").clock(START + 90) == 90
    log = records(cuff("clock-stands"), 1000)
    assert len({e.record.stamp for e in log}) == 1
    assert len({e.payload for e in log}) == len(log) == 3


def test_a_clock_that_nobody_set_yet_is_right() -> None:
    assert shown((Setting(10, ahead_s=5),), START, START + 9) == START + 9
    assert shown((Setting(10, ahead_s=5),), START, START + 10) == START + 15


def test_sent_may_be_missing() -> None:
    assert not any("sent" in r for r in objects(sent(strap("no-sent"), 30)))


@pytest.mark.parametrize(("quirk", "per_s"), [("epoch-s", 1), ("epoch-us", 1e6), ("epoch-ns", 1e9)])
def test_times_may_be_numbers_of_any_unit(quirk: str, per_s: float) -> None:
    first, *_ = objects(sent(strap(quirk), 5))
    assert (first["t"], first["sent"]) == (int((START + 1) * per_s),) * 2


# --- straps -------------------------------------------------------------------------------------


def test_a_strap_may_be_frozen_from_the_start_or_freeze() -> None:
    assert len(set(rates(strap("frozen"), 400))) == 1
    freezing = rates(strap("freezes"), 700)
    assert len(set(freezing[:300])) > 5
    assert len(set(freezing[300:])) == 1


def test_a_contact_bit_may_be_wrong_while_the_rate_lives() -> None:
    found = rates(strap("contact-wrong"), 100)
    assert {payload[0] & 0x06 for payload in found} == {0x04}
    assert len({payload[1] for payload in found}) > 3


@pytest.mark.parametrize(("quirk", "factor"), [("rr-living", 1), ("rr-contradicting", 2)])
def test_intervals_come_with_the_rate_and_may_contradict_it(quirk: str, factor: int) -> None:
    found = rates(strap(quirk), 300)
    intervals = [
        int.from_bytes(payload[at : at + 2], "little") / 1.024
        for payload in found
        for at in range(2, len(payload), 2)
    ]
    said = np.mean([payload[1] for payload in found])
    assert 60_000 / np.mean(intervals) == pytest.approx(factor * said, rel=0.05)
    assert sum(intervals) == pytest.approx(300_000, rel=0.05)
    assert np.std(intervals) > 10


# --- bytes and texts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quirk", "form"),
    [
        ("hex-text", r"06[0-9a-f]{2}"),
        ("base64-text", r"[A-Za-z0-9+/]{3}="),
        ("comma-text", r"6,\d\d"),
    ],
)
def test_bytes_may_come_as_text(quirk: str, form: str) -> None:
    for payload in rates(strap(quirk), 60):
        assert re.fullmatch(form, payload.decode())


def test_one_object_of_a_batch_is_spoiled_and_no_reading_lost() -> None:
    messages = sent(strap("bad-batch"), 201)
    spoiled = [m.payload for m in messages if not _is_json(m.payload) or b"seventy" in m.payload]
    assert len(spoiled) == len(messages) // 4
    for mark in (b'{"hr":nan}', b'"seventy"', b",]"):
        assert any(mark in payload for payload in spoiled)
    assert any(payload.count(b"{") > payload.count(b"}") for payload in spoiled)
    text = b"".join(m.payload for m in messages)
    assert all(b'"seq":%d,' % n in text for n in range(1, 201))


def _is_json(payload: bytes) -> bool:
    try:
        json.loads(payload)
    except ValueError:
        return False
    return True


# --- numbers ------------------------------------------------------------------------------------

COUNTERS = [
    ("counter-256", 255, 0),
    ("counter-65536", 65_535, 0),
    ("counter-anew", 299, 0),
]


@pytest.mark.parametrize(("quirk", "last", "following"), COUNTERS)
def test_counters_begin_anew_without_a_boot(quirk: str, last: int, following: int) -> None:
    found = objects(sent(strap(quirk), 400))
    numbers = [r["seq"] for r in found]
    assert len(found) == 399
    assert not any("boot" in r for r in found)
    steps = [(a, b) for a, b in pairwise(numbers) if b != a + 1]
    assert set(steps) == {(last, following)}


def test_a_counter_may_say_nothing_at_all() -> None:
    found = objects(sent(strap("counter-zero"), 50))
    assert {r["seq"] for r in found} == {0}
    assert len(found) == 49


# --- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("quirk", ["split-pressure", "split-pressure-untimed"])
def test_two_pressures_may_be_two_messages(quirk: str) -> None:
    upper, lower = (json.loads(m.payload) for m in sent(cuff(quirk), 200))
    timed = {"t", "sent"} if quirk == "split-pressure" else set()
    assert upper.keys() == timed | {"sbp"}
    assert lower.keys() == timed | {"dbp"}
    assert upper.get("t") == lower.get("t")


def test_a_will_may_have_an_odd_battery() -> None:
    assert json.loads(strap("odd-battery").last_will().payload) == {
        "state": "offline", "battery": 87.5,
    }  # fmt: skip


# --- the zoo ------------------------------------------------------------------------------------


def test_the_zoo_has_every_quirk_and_each_where_it_belongs() -> None:
    housed = [(kind, q) for place in ZOO for kind, q in place.scenario.quirks.items()]
    assert set().union(*(quirks for _, quirks in housed)) == QUIRKS.keys()
    for kind, quirks in housed:
        assert kind in ("cuff", "strap")
        assert misplaced("cuff" if kind == "cuff" else "strap", quirks) == []


def test_what_belongs_nowhere_is_named() -> None:
    assert misplaced("strap", frozenset({"half-failed"})) == ["half-failed"]
    assert misplaced("strap", frozenset({"frozen", "epoch-s"})) == ["epoch-s"]
    assert misplaced("cuff", frozenset({"sings"})) == ["sings"]


@pytest.mark.parametrize("number", range(len(ZOO)))
def test_everybody_in_the_zoo_measures_to_the_end(number: int) -> None:
    place = places("zoo", None)[number]
    made = build(place.scenario, seed=3, number=number, opens=START)
    for device in made.devices[:2]:
        times = [when for when, m in play(device, made.ends) if "readings" in m.topic]
        assert len(times) >= (9000 if device.kind == "heart_rate" else 9)
        assert times[-1] > made.ends - 31 * 60


def test_every_simulated_heart_lives() -> None:
    """No rate lasts: a strap that repeats one for long is broken, and is a quirk."""
    for name in SCENARIOS:
        made = session(name)
        rate = [round(made.body.at(made.opens + s).hr) for s in range(int(made.ends - made.opens))]
        assert max(len(list(run)) for _, run in groupby(rate)) < 15, name
