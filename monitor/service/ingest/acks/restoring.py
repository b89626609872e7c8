"""What devices may be told of what is on disk, as an earlier process left it."""

from collections.abc import Sequence

from monitor.adapters.store import Lost
from monitor.core.encounter import Encounter
from monitor.service.ingest.acks.device_acks import Acks


def restore_acks(acks: Acks, encounter: Encounter, given_up: Sequence[Lost], now: float) -> None:
    """What devices may be told of what is on disk."""
    for device, source in encounter.state.devices.sources.items():
        for key, known in source.arrivals.boots.items():
            acks.restore(device, key, known.certain, now, known.at or None, known.first)
    for lost in given_up:
        acks.passed(lost, now)
