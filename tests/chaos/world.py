"""The parts that are made to fail, and the hands that make them: all of them real."""

import asyncio
import contextlib
import itertools
import math
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from msgspec import Struct, field

from monitor.adapters.broker.access import hashed, new_password
from tests.attacks.table import BY_NAME
from tests.attacks.ward import DESCRIPTORS, VIEWER
from tests.chaos.schedule import Devices, Trouble
from tests.chaos.siege import Siege, names, siege
from tests.chaos.zoo import Zoo, zoo
from tests.parts import Mosquitto, wait_until
from tests.parts.keeper import Gateway, Keeper
from tests.parts.product import Clinic, Product
from tests.parts.proxy import Proxy
from tests.parts.sinks import HttpSink
from tests.parts.turnstile import TurnstileOf

# The disk image of the broker's queues is a second old at most, and not written for each message.
# It asks everybody for a password, and lets each do what the deployed broker lets it do.
BROKER: Final = """\
user root
listener {port} 127.0.0.1
allow_anonymous false
password_file {directory}/passwords
acl_file {directory}/acl
persistence true
persistence_location {directory}/
autosave_interval 1
max_queued_messages 100000
max_inflight_messages 200
set_tcp_nodelay true
log_dest stderr
log_type error
"""
DEPLOYED: Final = Path(__file__).resolve().parents[2] / "docs" / "deploy" / "mosquitto" / "acl"
SERVICE: Final = "monitor"
GATEWAY: Final = "simulators"
THROTTLED_BYTES_S: Final = 4_000.0
SETTLES_S: Final = 90.0
STARTS_S: Final = 90.0  # on a machine that others use as well
BURST: Final = 600
STEP_S: Final = 3600.0
LAST_WORDS: Final = 20_000
CRY_S: Final = 4.0


class Outage(Struct):
    """Times of the wall clock. `mending`: when it was begun to be; `until`: when that was done."""

    kind: str
    since: float
    mending: float = math.inf
    until: float = math.inf

    @property
    def lasted(self) -> float:
        return self.mending - self.since


class Session(Struct):
    encounter: str
    keeper: Keeper
    alarm: str = ""  # that thea acknowledged


class Load(Struct, frozen=True):
    """rate: readings a second, of all sessions together; troubles: what will go wrong"""

    sessions: int
    rate: float
    devices: Devices
    seed: int
    troubles: list[Trouble]


class World(Struct):
    """sink         where notices arrive
    recoveries   how long the service took from its start until it was ready, s"""

    product: Product
    clinic: Clinic
    broker: Mosquitto
    network: Proxy
    near: Proxy
    gateway: Gateway
    sink: HttpSink
    sessions: list[Session]
    zoo: Zoo
    siege: Siege
    outages: list[Outage] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)

    async def suffer(self, troubles: list[Trouble]) -> None:
        began = time.monotonic()
        for trouble in troubles:
            left = trouble.at - (time.monotonic() - began)
            if left > 0:
                await asyncio.sleep(left)
            if trouble.kind == "disk_full":
                await self._flows()
            outage = Outage(trouble.kind, time.time())
            self.outages.append(outage)
            await self._suffer(trouble, outage)
            outage.until = time.time()

    async def _suffer(self, trouble: Trouble, outage: Outage) -> None:
        if trouble.kind in BY_NAME:
            await self.siege.attack(trouble)
            outage.mending = time.time()
            if not self.siege.scene.alive:
                await asyncio.to_thread(self._start)
            return
        if trouble.kind == "kill":
            await self._burst()
        spoil, mend = self._hands()[trouble.kind]
        await asyncio.to_thread(spoil)
        await asyncio.sleep(trouble.lasts)
        outage.mending = time.time()
        if mend is not None:
            await asyncio.to_thread(mend)

    async def _flows(self) -> None:
        """What is measured now arrives, so that whatever a full disk does is not the gateway's.

        After an outage it is not back at once, and sends first what it kept.
        """
        next_of = {s.keeper.name: s.keeper.made + 1 for s in self.sessions}

        def arrived() -> bool:
            return all(seq in self.gateway.taken[name] for name, seq in next_of.items())

        with contextlib.suppress(AssertionError):
            await wait_until(arrived, 15)

    @property
    def _taken(self) -> int:
        """How many readings the broker has taken."""
        return sum(map(len, self.gateway.taken.values()))

    async def _burst(self) -> None:
        """A kill is worst in full flow: when much has just come and little of it is on disk."""
        before = self._taken
        for session in self.sessions:
            for _ in range(BURST // len(self.sessions)):
                session.keeper.measure(time.time(), hr=75)

        def flowing() -> bool:
            return self._taken - before >= BURST / 3

        with contextlib.suppress(AssertionError):
            await wait_until(flowing, 5)

    def _hands(self) -> dict[str, tuple[Callable[[], Any], Callable[[], Any] | None]]:
        network, broker = self.network, self.broker
        return {
            "kill": (self.product.kill, self._start),
            "broker_kill": (broker.kill, broker.start),
            "broker_stop": (broker.stop, broker.start),
            "cut": (network.cut, None),
            "down": (network.go_down, network.heal),
            "half_open": (network.half_open, network.heal),
            "throttle": (lambda: network.slow(rate=THROTTLED_BYTES_S), network.heal),
            "device_cut": (self.near.cut, None),
            "clock_ahead": (lambda: self.product.step_clock(STEP_S), self._clock_is_right),
            "clock_behind": (lambda: self.product.step_clock(-STEP_S), self._clock_is_right),
            "disk_full": (self.product.fill_disk, self.product.empty_disk),
        }

    def _clock_is_right(self) -> None:
        self.product.step_clock(0)

    def _start(self) -> None:
        began = time.monotonic()
        try:
            self.product.start(STARTS_S)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self._last_words()}") from None
        self.recoveries.append(time.monotonic() - began)

    def _last_words(self) -> str:
        """What it logged, and where every thread is."""
        process = self.product.process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGABRT)  # PYTHONFAULTHANDLER
            process.wait(10)
        return self.product.log[-LAST_WORDS:]

    async def acknowledge(self, session: Session) -> None:
        """A high reading, and somebody who takes the alarm."""
        c = self.clinic
        route = f"/encounters/{session.encounter}"
        await asyncio.to_thread(c.post, f"{route}/observations", sbp=190, dbp=95)
        status = await asyncio.to_thread(c.get, route)
        (alarm,) = [a for a in status["alarms"] if a["condition"] == "sbp_high"]
        await asyncio.to_thread(c.post, f"/alarms/{alarm['id']}/acknowledge")
        session.alarm = alarm["id"]

    async def cry(self) -> None:
        """Somebody in a room asks for help, again and again: a high alarm that is to be told."""
        for session in itertools.cycle(self.sessions):
            route = f"/encounters/{session.encounter}/help"
            with contextlib.suppress(httpx.HTTPError):
                # Refused or not answered: what is on the record at the end counts.
                await asyncio.to_thread(self.clinic.http.post, route, json={})
            await asyncio.sleep(CRY_S)

    def waiting(self) -> int:
        """Notices that are neither sent nor given up nor cancelled."""
        return sum(
            row["state"] in ("queued", "retrying")
            for session in self.sessions
            for row in self.clinic.get(f"/encounters/{session.encounter}/notices")["items"]
        )

    async def settle(self) -> None:
        """Everything that was measured has come through."""

        def through() -> bool:
            return self.gateway.unconfirmed == 0

        await wait_until(lambda: not self.waiting(), SETTLES_S, "every notice to be sent")
        await wait_until(through, SETTLES_S, f"{self.gateway.unconfirmed} readings to be confirmed")


@asynccontextmanager
async def world(place: Path, load: Load, tree: Path | None) -> AsyncIterator[World]:
    """tree: where the product's source is, if it is not this repository's."""
    (place / "broker").mkdir()
    (place / "product").mkdir()
    passwords = _accounts(place / "broker", names(load.troubles))
    broker = Mosquitto(place / "broker", BROKER).start()
    turnstile = TurnstileOf(place, broker.port).start()
    sink = HttpSink()
    with Proxy(broker.port) as network, Proxy(turnstile.port) as near:
        product = Product(
            place / "product", NOTICE_ALLOW="json://127.0.0.1",
            MQTT_URL=network.url.replace("//", f"//{SERVICE}:{passwords[SERVICE]}@"),
        )  # fmt: skip
        product.environment["PYTHONFAULTHANDLER"] = "1"
        if tree is not None:
            product.environment["PYTHONPATH"] = str(tree)
        product.descriptors = DESCRIPTORS
        product.on_a_clock_that_steps()
        try:
            product.user("thea", "therapist", quick=False)
            product.user("ada", "admin", quick=False)
            product.user(VIEWER, "viewer", quick=False)
            product.start()
            clinic = Clinic(product)
            admin = Clinic(product, "ada")
            admin.post("/contacts", name="On call", urls=[sink.url()], after_s=0)
            opened = [
                Session(
                    clinic.session(f"K-{n}", {f"strap-{n}": "heart_rate"}), Keeper(f"strap-{n}")
                )
                for n in range(load.sessions)
            ]
            account = (GATEWAY, passwords[GATEWAY])
            gateway = Gateway(
                near.port, [s.keeper for s in opened], time.monotonic,
                forgetful=load.devices == "forget", account=account,
            )  # fmt: skip
            url = f"mqtt://{account[0]}:{account[1]}@127.0.0.1:{near.port}"
            animals = zoo(Clinic(product), url, load.seed)
            besieged = siege(product, turnstile.port, load.troubles, passwords, load.rate)
            yield World(
                product, clinic, broker, network, near, gateway, sink, opened, animals, besieged
            )
        finally:
            product.discard()
            turnstile.stop()
            broker.kill()
            sink.close()


def _accounts(directory: Path, devices: list[str]) -> dict[str, str]:
    """Name -> password, which the broker in that directory will know."""
    passwords = {name: new_password() for name in (SERVICE, GATEWAY, *devices)}
    (directory / "acl").write_text(DEPLOYED.read_text())
    lines = [f"{name}:{hashed(password)}\n" for name, password in passwords.items()]
    (directory / "passwords").write_text("".join(lines))
    return passwords
