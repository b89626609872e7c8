"""The native format: one JSON object, or an array of them (a batch that a device stored).

Absurd values (0, 32000, a systolic below the diastolic) pass: the core decides whether to believe a
reading, and keeps it with the reason.
"""

from typing import Final, get_args

import msgspec

from monitor.codecs.formats.decoded import Decoded, Origin, Undecodable, excerpt
from monitor.codecs.formats.native.elements import elements
from monitor.codecs.formats.native.epochs import Moments, moments
from monitor.codecs.formats.native.native_text import read, values_of
from monitor.codecs.formats.rr_intervals import believable
from monitor.codecs.formats.units import in_unit, percent, pulse_in_range
from monitor.core.vocabulary.vitals import Flag, Observation

MAX_BOOT: Final = 64
FLAGS: Final = frozenset(get_args(Flag))

_NO_TIMES: Final = Moments()


def decode(payload: bytes, origin: Origin) -> Decoded:
    """Return the observations of one message. Raises Undecodable for the whole message."""
    if payload.lstrip()[:1] == b"[":
        return _batch(payload, origin)
    decoded = Decoded()
    try:
        _element(payload, decoded, origin)
    except ValueError as error:
        raise Undecodable(str(error), payload) from None
    return decoded


def _batch(payload: bytes, origin: Origin) -> Decoded:
    decoded = Decoded()
    for raw in elements(payload):
        try:
            _element(raw, decoded, origin)
        except ValueError as error:
            decoded.refused.append((str(error), excerpt(bytes(raw))))
    decoded.observations.sort(key=_measured)
    return decoded


def _measured(observation: Observation) -> tuple[float, float]:
    """Sort key: the time of measurement; for times of an unknown unit, then their number."""
    effective, number = observation.effective, observation.raw_t
    came = observation.issued if effective is None else effective
    return came, float("inf") if number is None else number


def _element(raw: bytes | msgspec.Raw, decoded: Decoded, origin: Origin) -> None:
    """Add the observation of one element, or raise ValueError with a sentence."""
    reading, failed = read(raw, decoded)
    values = values_of(reading)
    if reading.unit is not None:
        values = in_unit(values, reading.unit)
    flags: tuple[str, ...] = ()
    if reading.flags:
        flags = tuple(dict.fromkeys(word for word in reading.flags if word in FLAGS))
        decoded.unknown_keys += sum(word not in FLAGS for word in reading.flags)
    battery = None if reading.battery is None else _battery(reading.battery, decoded)
    claims = flags or failed or reading.contact is not None or battery is not None
    if not (values or claims):
        raise ValueError("no vital sign in it")
    times = _NO_TIMES
    if reading.t is not None or reading.sent is not None:
        times = moments(reading.t, reading.sent, origin.issued)
    decoded.observations.append(
        Observation(
            issued=origin.issued,
            effective=times.t,
            sent=times.sent,
            device=origin.device,
            boot="" if reading.boot is None else _boot(reading.boot),
            seq=reading.seq,
            values=values,
            pulse=pulse_in_range(reading.pulse),
            contact=reading.contact,
            flags=flags,
            battery=battery,
            replayed=origin.replayed,
            failed=failed,
            rr=() if reading.rr_ms is None else believable(reading.rr_ms),
            raw_t=times.raw_t,
            raw_sent=times.raw_sent,
        )
    )


def _boot(written: str | float) -> str:
    boot = str(written)
    # No database takes every character (PostgreSQL refuses NUL), and people must read it.
    if len(boot) > MAX_BOOT or not boot.isprintable():
        raise ValueError(f"boot: at most {MAX_BOOT} printable characters are read")
    return boot


def _battery(level: float, decoded: Decoded) -> int | None:
    charge = percent(level)
    if charge is None:  # no reason to lose a heart rate
        decoded.unknown_keys += 1
    return charge
