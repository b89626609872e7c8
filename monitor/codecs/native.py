"""The native format: one JSON object, or an array of them (a batch that a device kept back).

Absurd values (0, 32000, a systolic below the diastolic) pass: whether to believe a reading is
decided in the core, where it is kept with the reason.
"""

from typing import Final, get_args

import msgspec

from monitor.codecs.decoded import Decoded, Undecodable, excerpt
from monitor.codecs.reading import Reading, elements, read
from monitor.codecs.times import EARLIEST, LATEST, from_iso
from monitor.codecs.units import in_unit
from monitor.core.vitals import Flag, Observation

# An element with a running number, a time and a value takes 36 bytes, so 64 KiB of readings fit;
# more elements than this are 32,000 empty ones, which would hold up everybody else's readings.
MAX_BATCH: Final = 2_000
MAX_BOOT: Final = 64
FLAGS: Final = frozenset(get_args(Flag))


def decode(payload: bytes, device: str, issued: float, replayed: bool) -> Decoded:
    """Observations of one message; raises Undecodable for the whole of it."""
    if payload.lstrip()[:1] == b"[":
        return _batch(payload, device, issued, replayed)
    decoded = Decoded()
    try:
        _element(payload, decoded, device, issued, replayed)
    except ValueError as error:
        raise Undecodable(str(error), payload) from None
    return decoded


def _batch(payload: bytes, device: str, issued: float, replayed: bool) -> Decoded:
    batch = elements(payload)
    if not 0 < len(batch) <= MAX_BATCH:
        reason = f"a batch of {len(batch)} readings, 1 to {MAX_BATCH} are read"
        raise Undecodable(reason, payload)
    decoded = Decoded()
    for raw in batch:
        try:
            _element(raw, decoded, device, issued, replayed)
        except ValueError as error:
            decoded.refused.append((str(error), excerpt(bytes(raw))))
    decoded.observations.sort(key=_measured)
    return decoded


def _measured(observation: Observation) -> float:
    effective = observation.effective
    return observation.issued if effective is None else effective


def _element(
    raw: bytes | msgspec.Raw, decoded: Decoded, device: str, issued: float, replayed: bool
) -> None:
    """Add the observation of one element, or raise ValueError with a sentence."""
    reading = read(raw, decoded)
    values = _values(reading)
    flags: tuple[str, ...] = ()
    if reading.flags:
        flags = tuple(dict.fromkeys(word for word in reading.flags if word in FLAGS))
        decoded.unknown_keys += sum(word not in FLAGS for word in reading.flags)
    battery = None if reading.battery is None else _battery(reading.battery, decoded)
    if not (values or flags or reading.contact is not None or battery is not None):
        raise ValueError("no vital sign in it")
    decoded.observations.append(
        Observation(
            issued=issued,
            effective=None if reading.t is None else _time("t", reading.t),
            sent=None if reading.sent is None else _time("sent", reading.sent),
            device=device,
            boot="" if reading.boot is None else _boot(reading.boot),
            seq=reading.seq,
            values=values,
            pulse=reading.pulse,
            contact=reading.contact,
            flags=flags,
            battery=battery,
            replayed=replayed,
        )
    )


def _values(reading: Reading) -> dict[str, float]:
    values: dict[str, float] = {}
    if reading.hr is not None:
        values["hr"] = reading.hr
    if reading.sbp is not None:
        values["sbp"] = reading.sbp
    if reading.dbp is not None:
        values["dbp"] = reading.dbp
    if reading.map is not None:
        values["map"] = reading.map
    if reading.temp is not None:
        values["temp"] = reading.temp
    return values if reading.unit is None else in_unit(values, reading.unit)


def _time(name: str, written: str | float) -> float:
    if isinstance(written, str):
        try:
            return from_iso(written)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    # Compared before it is divided: an integer of 400 digits has no float.
    if not EARLIEST * 1000 <= written < LATEST * 1000:
        raise ValueError(f"{name}: a time outside the years 1 to 9999")
    return written / 1000


def _boot(written: str | float) -> str:
    boot = str(written)
    # No database takes every character (PostgreSQL refuses NUL), and people must read it.
    if len(boot) > MAX_BOOT or not boot.isprintable():
        raise ValueError(f"boot: at most {MAX_BOOT} printable characters are read")
    return boot


def _battery(level: float, decoded: Decoded) -> int | None:
    if 0 <= level <= 100:
        return round(level)
    # 255 is many a firmware's "unknown": no reason to lose a heart rate.
    decoded.unknown_keys += 1
    return None
