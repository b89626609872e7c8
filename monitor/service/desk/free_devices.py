"""Devices that may come into a session: registered, active, and in no other open session."""

from collections.abc import Sequence

from monitor.adapters.http.errors import Conflict, Invalid
from monitor.adapters.store import Store
from monitor.adapters.store.questions.clinic import Device, find_device
from monitor.core.vocabulary.reasons import Facts, Reason
from monitor.service.ingest.messages import Ingest
from monitor.service.sessions.open_sessions import Ward


class FreeDevices:
    """Finds devices for a session."""

    def __init__(self, store: Store, ward: Ward, ingest: Ingest) -> None:
        self._store = store
        self._ward = ward
        self._ingest = ingest

    async def find(self, field: str, ids: Sequence[str]) -> list[Device]:
        """Return these devices. Raise `Invalid` of this field, or `Conflict`: one is not free."""
        found = []
        for device_id in ids:
            device = await self._store.read(find_device, device_id)
            if device is None:
                raise Invalid(field, Reason("register_first", {"device": device_id}))
            if device.deactivated_at is not None:
                raise Conflict(Reason("device_deactivated", {"device": device_id}))
            serving = self._ward.serving.get(device_id)
            if serving is not None:
                serves: Facts = {"device": device_id, "session": serving.id}
                raise Conflict(Reason("device_serves", serves))
            self._ingest.sites[device.id] = device.site
            found.append(device)
        return found


def users_of(devices: Sequence[Device]) -> dict[str, int]:
    """Return device -> the patient's user number, for the devices where that is on file."""
    return {d.id: d.user for d in devices if d.user is not None}
