"""The registered devices: their sites and their broker accounts.

The service's own broker asks every device for its password. An account exists before the answer
that contains the password; a device that a command of another process registers is noticed within
`LOOK_S`.
"""

import asyncio
import contextlib
import hashlib
import secrets
import string
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import structlog

from monitor.adapters.broker import access
from monitor.adapters.broker.access import Account, Rule
from monitor.adapters.broker.own import BrokerFailed, OwnBroker
from monitor.adapters.mqtt import BadBrokerUrl, admits, parse_url
from monitor.adapters.store import Store
from monitor.adapters.store.questions import clinic as clinic_book
from monitor.adapters.store.questions import notices as ledger
from monitor.adapters.store.questions.clinic import Device
from monitor.config import Config

log = structlog.get_logger(__name__)

LOOK_S: Final = 2.0
DEVICES_AT_ONCE: Final = 1000
ADMITTED_S: Final = 2.0
OURSELVES: Final = "service.monitor"
# Every broker of MQTT 3.1.1 accepts an id of this many letters and digits.
CLIENT_ID_LENGTH: Final = 23
CLIENT_ID_LETTERS: Final = string.ascii_lowercase + string.digits


def client_id_key(sites: Iterable[str]) -> str:
    """Return the name under which the database keeps the client id."""
    return "mqtt_client_id " + ",".join(sorted(sites))


def canary_topic(client_id: str) -> str:
    """Return the topic of the canary. It is always the same, or a session that the broker keeps
    would gather subscriptions. It does not reveal the client id: a client that knows the id can end
    our connection."""
    return f"dosing/v1/canary/{hashlib.sha256(client_id.encode()).hexdigest()[:24]}"


def taken_names(config: Config) -> frozenset[str]:
    """Return the names that no device can have, in lower case: topics of ours, and accounts at a
    broker that are not a device's. The password of such a device would be the service's."""
    names = {"encounters", *access.DEPLOYED}
    with contextlib.suppress(BadBrokerUrl):  # the service does not start with such a URL
        names.add((config.mqtt_url and parse_url(config.mqtt_url).username) or "")
    return frozenset(name.lower() for name in names if name)


class Identity:
    """The registered devices and all accounts of the service's own broker.

    sites    every registered device -> its site
    models   devices whose model is known -> their model
    guests   accounts that belong to no device
    """

    def __init__(self, config: Config, store: Store) -> None:
        self._store = store
        self._taken = taken_names(config)
        self._served = config.site
        self._sources = [source.topic.replace("{device}", "+") for source in config.sources]
        self._directory = Path(config.data).absolute() / "broker"
        self._devices: dict[str, Device] = {}
        self._seen: object = None
        self._password = access.new_password()
        self._ours = Account(OURSELVES, access.hashed(self._password), access.EVERYTHING)
        self.sites: dict[str, str] = {}
        self.models: dict[str, str] = {}
        self.guests: list[Account] = []
        self.broker: OwnBroker | None = None

    @property
    def enforced(self) -> bool:
        """Whether the broker asks devices for the passwords that we gave them."""
        return self.broker is not None

    def own_broker(self, config: Config) -> OwnBroker:
        """Create the service's own broker. Raises BrokerFailed."""
        self.broker = OwnBroker(self._directory, config.mqtt_port, config.broker, guarded=True)
        return self.broker

    def is_taken(self, name: str) -> bool:
        """Return whether no device can have this name, in any case of its letters."""
        return name.lower() in self._taken

    async def client_id(self) -> str:
        """Return our client id, a secret: made once and kept, because the broker queues under it.

        It belongs to the served sites: a service that takes them over takes over their queue. It
        never appears in a log, a topic or an answer. Raises StoreError.
        """
        made = "".join(secrets.choice(CLIENT_ID_LETTERS) for _ in range(CLIENT_ID_LENGTH))
        return await self._store.write(ledger.key, client_id_key(self._served), made)

    def our_url(self, broker: OwnBroker) -> str:
        """Return the URL for our own client, with its credentials. Not for the log."""
        return broker.url.replace("mqtt://", f"mqtt://{OURSELVES}:{self._password}@")

    async def load(self) -> None:
        """Load all registered devices. Raises BrokerFailed when the accounts cannot be written."""
        self._seen = await self._store.read(clinic_book.devices_mark)
        after: str | None = None
        while True:
            page = await self._store.read(clinic_book.list_devices, DEVICES_AT_ONCE, after)
            self._know(page.items)
            after = page.next
            if after is None:
                break
        self._write()

    async def add(self, device: Device, password: str) -> None:
        """Add a device that is already on disk. Returns when the broker admits it."""
        self._know([device])
        if self.broker is None:
            return
        self._write()
        url = self.broker.url.replace("mqtt://", f"mqtt://{device.id}:{password}@")
        if not await admits(url, within=ADMITTED_S, refused=self._refused):
            log.warning("account_not_admitted_yet", device=device.id)

    def changed(self, device: Device) -> None:
        """Apply a change that is already on disk: of the model, or of the permission to connect."""
        self._know([device])
        self._write()

    async def run(self) -> None:
        """Look for devices that other processes registered. If the database fails, try again."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                seen = await self._store.read(clinic_book.devices_mark)
                if seen != self._seen:
                    await self.load()
            except Exception as error:  # noqa: BLE001 - it is no reason to stop watching anybody
                log.warning("devices_not_looked_up", error=type(error).__name__)

    def _refused(self) -> None:
        assert self.broker is not None
        self.broker.our_own += 1

    def _know(self, devices: Iterable[Device]) -> None:
        for device in devices:
            self._devices[device.id] = device
            self.sites[device.id] = device.site
            if device.model is None:
                self.models.pop(device.id, None)
            else:
                self.models[device.id] = device.model

    def _write(self) -> None:
        if self.broker is None:
            return
        accounts = [self._ours, *self.guests]
        accounts += [
            Account(device.id, device.secret_hash, self._rules(device))
            for device in self._devices.values()
            if device.secret_hash is not None and device.secret_hash.startswith("$")
            if device.deactivated_at is None
        ]
        try:
            access.write(self._directory, accounts, access.of_devices(self._served))
        except OSError as error:
            raise BrokerFailed(f"cannot write to {self._directory}: {error.strerror}") from None
        self.broker.reload()

    def _rules(self, device: Device) -> tuple[Rule, ...]:
        return access.of_gateway(device.site, self._sources) if device.kind == "gateway" else ()
