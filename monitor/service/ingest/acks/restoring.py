"""Restore the confirmations to devices from the record of an earlier process."""

from collections.abc import Sequence

from monitor.adapters.store import Lost
from monitor.core.encounter import Encounter
from monitor.service.ingest.acks.device_acks import Acks


def restore_acks(acks: Acks, encounter: Encounter, given_up: Sequence[Lost], now: float) -> None:
    """Restore the numbers of an encounter's devices: those on disk, and those given up as lost."""
    for device, source in encounter.state.devices.sources.items():
        for key, known in source.arrivals.boots.items():
            acks.restore(device, key, known.certain, now, known.at or None, known.first)
    for lost in given_up:
        acks.lost(lost, now)
