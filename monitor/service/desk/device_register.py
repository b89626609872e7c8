"""The register of devices: add one with its broker credentials, change it, renew its password."""

from collections.abc import Sequence

import msgspec
import structlog

from monitor.adapters.broker import access
from monitor.adapters.http.errors import Conflict, Invalid, Unknown
from monitor.adapters.http.schema import rows
from monitor.adapters.http.waiting import written
from monitor.adapters.store import Audited, DeviceBusy, Missing, Store
from monitor.adapters.store.questions import clinic
from monitor.adapters.store.questions.clinic import Device
from monitor.codecs.contract.wire import Json
from monitor.codecs.topics import device_topic
from monitor.core.vocabulary.reasons import Facts, Reason
from monitor.service.clock import Clock
from monitor.service.desk.committed import committed
from monitor.service.ingest.device_accounts import Identity

log = structlog.get_logger(__name__)


class DeviceRegister:
    """Keeps the devices on disk and at the broker in step. sites: those of this service."""

    def __init__(
        self, clock: Clock, store: Store, identity: Identity, sites: Sequence[str]
    ) -> None:
        self._clock = clock
        self._store = store
        self._identity = identity
        self._sites = tuple(sites)

    async def add_device(
        self, device_id: str, *, kind: str, site: str | None, user: int | None = None,
        model: str | None = None, by: str,
    ) -> Json:  # fmt: skip
        if self._identity.is_taken(device_id):
            raise Invalid("id", Reason("id_of_service"))
        where = site or self._sites[0]
        if where == "+":
            where = "home"
        if self._sites != ("+",) and where not in self._sites:
            raise Invalid("site", Reason("site_not_served", {"known": self._sites}))
        now, enforced = self._clock.now(), self._identity.enforced
        device, password = new_device(device_id, kind, where, now, enforced=enforced)
        device = msgspec.structs.replace(device, user=user, model=model)

        async def added() -> None:
            await self._store.write(clinic.add_device, device, by)
            await self._identity.add(device, password)

        await committed(added())
        return device_answer(device, password)

    async def change_device(
        self, device_id: str, changes: dict[str, int | str | None], *, by: str, reason: str = ""
    ) -> Json:
        now = self._clock.now()
        columns: dict[str, float | str | None] = dict(changes)
        action = "device_changed"
        if "active" in columns:
            active = columns.pop("active")
            columns["deactivated_at"] = None if active else now
            action = "device_activated" if active else "device_deactivated"
        detail = msgspec.json.encode({"reason": reason} if reason else {}).decode()
        act = Audited(user=by, action=action, object=device_id, detail=detail)

        async def changed() -> Device:
            device = await self._store.write(clinic.change_device, device_id, columns, act, now)
            self._identity.changed(device)
            return device

        try:
            return rows.device(await written(changed()))
        except Missing:
            raise Unknown(_no_device(device_id)) from None
        except DeviceBusy as busy:
            serves: Facts = {"device": device_id, "session": busy.encounter_id}
            raise Conflict(Reason("device_serves_still", serves)) from None

    async def renew_device(self, device_id: str, *, by: str) -> Json:
        known = await self._store.read(clinic.find_device, device_id)
        if known is None:
            raise Unknown(_no_device(device_id))
        device, password = new_device(
            known.id, known.kind, known.site, known.created_at, enforced=self._identity.enforced
        )
        secret = device.secret_hash
        if secret is not None:

            async def renewed() -> None:
                now = self._clock.now()
                await self._store.write(clinic.set_device_secret, device.id, secret, now, by)
                await self._identity.add(device, password)

            await committed(renewed())
            log.info("device_credentials_renewed", device=device.id, by=by)
        return device_answer(device, password)


def _no_device(device_id: str) -> Reason:
    return Reason("no_such_name", {"thing": "device", "name": device_id})


def new_device(
    device_id: str, kind: str, site: str, now: float, *, enforced: bool
) -> tuple[Device, str]:
    """Return a device and its own password, which is kept as a hash only.

    enforced: the broker asks for the password; else there is no password ("").
    """
    password = access.new_password() if enforced else ""
    secret = access.hashed(password) if enforced else None
    return Device(id=device_id, kind=kind, site=site, secret_hash=secret, created_at=now), password


def device_answer(device: Device, password: str) -> Json:
    return {
        "id": device.id, "kind": device.kind, "site": device.site,
        "mqtt": {
            "username": device.id if password else None, "password": password or None,
            "topic": device_topic(device.site, device.id, "readings"),
        },
    }  # fmt: skip
