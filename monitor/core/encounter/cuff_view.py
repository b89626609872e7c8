"""The status of each cuff, for display: its users, failures, stored records and unknown ages."""

from monitor.core.quality.clocks.timebase import LATE_S
from monitor.core.quality.cuffs.pressures import with_row
from monitor.core.state import State
from monitor.core.state.devices import Source
from monitor.core.vocabulary.reasons import NONE
from monitor.core.vocabulary.status import CuffStatus, UnknownAge


def cuffs(state: State, now: float) -> dict[str, CuffStatus]:
    """Return the status of devices that sent a record, failed, or have a known user."""
    found = {}
    for device in state.devices.registered:
        source = state.devices.sources.get(device)
        if device in state.cuffs.users or (source is not None and _tells_more(source)):
            found[device] = _cuff(state, device, source or Source(), now)
    return found


def _tells_more(source: Source) -> bool:
    return bool(source.cuff.records or source.failures.count or source.users)


def _cuff(state: State, device: str, source: Source, now: float) -> CuffStatus:
    patient, failures, stored = state.cuffs.users.get(device), source.failures, source.stored
    user, by = (None, "") if patient is None else (patient.user, patient.by)
    return CuffStatus(
        user=user, user_by=by,
        users=tuple(source.users), failed_at=failures.at if failures.count else None,
        failed_because=failures.because, unknown=_unknown(state, source, now),
        stored_at=stored.at if stored.count else None, stored_because=stored.because,
    )  # fmt: skip


def _unknown(state: State, source: Source, now: float) -> UnknownAge | None:
    """Return the record of unknown age while a person may still confirm it as just measured."""
    record = source.cuff.in_doubt
    if record is None or now - record.received > LATE_S:
        return None
    pressure = with_row(state.cuffs.pressures, record.key)
    if pressure is None:
        return None
    because = pressure.unproven or NONE
    return UnknownAge(
        key=record.key, received=record.received, values=record.values, because=because
    )
