"""Trouble with a sensor, detected from its readings: `sensor_contact` and `signal_quality`.

*Contact*. An event of a cuff is one measurement that the cuff itself flags (moved, loose, badly
placed); of a strap, five seconds without skin contact. One event is low, three are medium. A strap
whose contact bit proved wrong (`skin`) counts as worn.

*Quality*. A run of readings that are impossible or unconfirmed raises an alarm: while it lasts the
vital sign is not watched, or only with a doubt, and no silence shows that. A cause that is reported
already, a loose cuff or a strap without skin contact, is not reported twice.

A stream that flickers is one trouble and not many: it ends when it has been good for a while. For
single measurements one good reading ends it. One alarm for each device and vital sign.
"""

from typing import Final

from monitor.core.quality.plausibility import Judgement
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.state.devices import SensorTrouble
from monitor.core.technical import hold
from monitor.core.vocabulary import vitals
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PULSE, VITALS, Observation
from monitor.core.vocabulary.words import Priority

LOOSE: Final = ("movement", "cuff_loose", "improper_position")
EVENT_S: Final = 5.0
EVENTS: Final = 3
CONTACT_AGAIN_S: Final = 5.0

IMPOSSIBLE: Final = 5  # of a stream
DEAD_S: Final = 30.0
DOUBTED_S: Final = 30.0
DOUBTED_LONG_S: Final = 300.0
GOOD_AGAIN_S: Final = 10.0
IN_A_ROW: Final = 3  # of single measurements
IN_A_LONG_ROW: Final = 5

Verdicts = dict[str, Judgement]


def notice(
    state: State, observation: Observation, found: Verdicts, effective: float, now: float,
    *, proven: bool,
) -> list[Event]:  # fmt: skip
    """Begin, keep or end troubles after the judgement of a reading that is not late.

    proven: it is of now and of the patient; otherwise it ends no trouble
    """
    if not observation.device or not _concerns(state, observation, found):
        return []
    withdraw(state, observation)
    events = _skin(state, observation, found, effective, now, proven=proven)
    events += _fit(state, observation, found, effective, now, proven=proven)
    for watched in sorted({vitals.watched_as(vital) for vital in found}):
        judged = _of_all(found, watched)
        if _explained(state, observation, watched) or not (proven or judged[0] != "accepted"):
            continue
        if VITALS[watched].stream is not None:
            events += _stream_quality(
                state, observation.device, watched, judged, effective, now, proven=proven
            )
        else:
            events += _single_quality(state, observation.device, watched, judged, effective, now)
    return events


def _concerns(state: State, observation: Observation, found: Verdicts) -> bool:
    """Return whether there is trouble now or was before; for nearly all readings there is none."""
    if observation.contact is False or observation.flags:
        return True
    known = state.devices.known.get(observation.device)
    if known is not None and known.troubles:
        return True
    for judgement in found.values():  # noqa: SIM110 - a loop costs half, and this is every reading
        if judgement[0] != "accepted":
            return True
    return False


def _of_all(found: Verdicts, watched: str) -> Judgement:
    """Return one verdict for systolic and diastolic together: half a pressure is no pressure."""
    parts = ("sbp", "dbp") if watched == "sbp" else (watched,)
    judged = [found[part] for part in parts if part in found] or [found["map"]]
    for verdict in ("rejected", "suspect"):
        for one in judged:
            if one[0] == verdict:
                return one
    return judged[0]


def _explained(state: State, observation: Observation, watched: str) -> bool:
    """Return whether `sensor_contact` already reports why the reading is doubtful."""
    if watched == PULSE:
        return observation.contact is False and not _bit_is_wrong(state, observation)
    return watched == "sbp" and any(flag in LOOSE for flag in observation.flags)


# --- contact ------------------------------------------------------------------------------------


def _skin(
    state: State, observation: Observation, found: Verdicts, effective: float, now: float,
    *, proven: bool,
) -> list[Event]:  # fmt: skip
    device = observation.device
    key = f"sensor_contact|{device}|hr"
    if observation.contact is not False or _bit_is_wrong(state, observation):
        believed = PULSE in found and found[PULSE][0] != "rejected"
        if not proven or not (observation.contact or believed):
            return []
        if observation.contact is False:
            why = Reason("contact_bit_wrong", {"device": device})
            return _good(state, key, effective, 0.0, now, why)
        why = Reason("contact_again", {"device": device})
        return _good(state, key, effective, CONTACT_AGAIN_S, now, why)
    trouble = _bad(state, key, effective)
    events = int((effective - (trouble.run or effective)) // EVENT_S)
    trouble.count += max(0, events - trouble.counted)
    trouble.counted = max(events, trouble.counted)
    if not trouble.count:
        return []
    since = minutes.since(state.session.doses, trouble.since)
    because = Reason("no_contact", {"device": device, "since": since})
    return _hold(state, key, "medium" if trouble.count >= EVENTS else "low", because, now)


def withdraw(state: State, observation: Observation) -> None:
    """Withdraw a frozen heart rate from the baseline: it was frozen before that was detected."""
    memory = state.devices.sources[observation.device].memory
    if memory.withdrawn is None or memory.same is None or not observation.device:
        return
    state.baseline.readings.withdraw(PULSE, memory.same, memory.withdrawn)
    memory.withdrawn = None


def _bit_is_wrong(state: State, observation: Observation) -> bool:
    return state.devices.sources[observation.device].memory.skin.wrong


def _fit(
    state: State, observation: Observation, found: Verdicts, effective: float, now: float,
    *, proven: bool,
) -> list[Event]:  # fmt: skip
    device = observation.device
    key = f"sensor_contact|{device}|sbp"
    causes = [flag for flag in observation.flags if flag in LOOSE]
    measured = "sbp" in found or "dbp" in found or "map" in found
    if not causes:
        if not (measured and proven) or _of_all(found, "sbp")[0] == "rejected":
            return []
        return _good(state, key, effective, 0.0, now, Reason("measures_well", {"device": device}))
    if found and not measured:
        return []  # not a cuff: a moving wearer is no trouble of a stream
    trouble = _bad(state, key, effective)
    trouble.count += 1
    because = Reason("cuff_reports", {
        "device": device, "flags": (*causes,), "times": trouble.count, "measured": measured,
    })  # fmt: skip
    return _hold(state, key, "medium" if trouble.count >= EVENTS else "low", because, now)


# --- quality ------------------------------------------------------------------------------------


def _stream_quality(
    state: State, device: str, watched: str, judged: Judgement, effective: float, now: float,
    *, proven: bool,
) -> list[Event]:  # fmt: skip
    key = f"signal_quality|{device}|{watched}"
    verdict, why = judged
    if verdict == "accepted":
        again = Reason("stream_believable", {"device": device, "vital": watched})
        return _good(state, key, effective, GOOD_AGAIN_S, now, again)
    trouble = _bad(state, key, effective)
    if verdict == "rejected":
        trouble.count += 1
        trouble.dead = effective if trouble.dead is None else trouble.dead
    elif proven:
        trouble.dead = None
    lasted = effective - trouble.since
    doubted = effective - (trouble.run or effective) >= DOUBTED_S
    if trouble.count < IMPOSSIBLE and not doubted:
        return []
    dead = trouble.dead is not None and effective - trouble.dead >= DEAD_S
    if verdict == "rejected" or not doubted:
        because = Reason("stream_impossible", {
            "device": device, "vital": watched, "count": trouble.count, "seconds": lasted,
            "why": why,
        })  # fmt: skip
    else:
        since = minutes.since(state.session.doses, trouble.since)
        because = Reason("stream_doubtful", {
            "device": device, "vital": watched, "since": since, "why": why,
        })  # fmt: skip
    return _hold(state, key, "medium" if dead or lasted >= DOUBTED_LONG_S else "low", because, now)


def _single_quality(
    state: State, device: str, watched: str, judged: Judgement, effective: float, now: float
) -> list[Event]:
    key = f"signal_quality|{device}|{watched}"
    verdict, why = judged
    if verdict == "accepted":
        again = Reason("singles_believable", {"device": device, "vital": watched})
        return _good(state, key, effective, 0.0, now, again)
    trouble = _bad(state, key, effective)
    trouble.count += 1
    if trouble.count < IN_A_ROW:
        return []
    because = Reason("singles_doubtful", {
        "device": device, "vital": watched, "count": trouble.count, "why": why,
    })  # fmt: skip
    return _hold(state, key, "medium" if trouble.count >= IN_A_LONG_ROW else "low", because, now)


def failed(
    state: State, device: str, because: Reason, count: int, effective: float, now: float
) -> list[Event]:
    """Take a failed measurement of a cuff. count: in a row."""
    key = f"signal_quality|{device}|sbp"
    trouble = _bad(state, key, effective)
    trouble.count += 1
    if count < IN_A_ROW:
        return []
    return _hold(state, key, "medium", because, now)


# --- beginning and end --------------------------------------------------------------------------


def _bad(state: State, key: str, effective: float) -> SensorTrouble:
    """Note one more bad reading, and return its trouble."""
    trouble = state.devices.begin_trouble(key, effective)
    if trouble.run is None:
        trouble.run, trouble.counted = effective, 0
    trouble.good = None
    return trouble


def _good(
    state: State, key: str, effective: float, long: float, now: float, why: Reason
) -> list[Event]:
    """Note a good reading; the trouble ends `long` s after the first of them."""
    trouble = state.devices.trouble(key)
    if trouble is None:
        return []
    trouble.run = trouble.dead = None
    if trouble.good is None:
        trouble.good = effective
    if effective - trouble.good < long:
        return []
    state.devices.end_trouble(key)
    return [*state.alarms.release(hold.trouble_key(key), now, why)]


def _hold(state: State, key: str, priority: Priority, because: Reason, now: float) -> list[Event]:
    """Hold the alarm of a trouble: its priority only rises until the trouble ends."""
    trouble = state.devices.trouble(key)
    assert trouble is not None
    if trouble.reached != "medium":
        trouble.reached = priority
    trouble.because = because
    return hold.hold_trouble(state, key, trouble, now)
