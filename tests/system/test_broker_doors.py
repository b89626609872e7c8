"""Other clients of the broker: attacks on the service's client id and queue, and open brokers.

A second patient has a crisis in the middle of an attack. An open broker lets strangers in.
"""

import asyncio
import contextlib
import json
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from monitor.adapters.broker import access
from monitor.config import load
from monitor.service.setup.account_commands import UnfitAccount, create_device
from tests.adapters.raw_mqtt import RawClient, packet, publish, read_packet
from tests.parts import Mosquitto, wait_until
from tests.parts.mosquitto import CONFIGURATION
from tests.parts.product import Clinic, Product, run_command
from tests.parts.tls import TLS
from tests.system.ear import hearing

pytestmark = pytest.mark.paced

HOME: Final = "dosing/v1/home"
CUFF: Final = f"{HOME}/cuff/readings"
# A second address of this machine, which the service does not count as "this machine".
ELSEWHERE: Final = "127.0.0.2"
SECRET: Final = "correct-horse"


class Page:
    """The alarm messages of one page: (condition, transition) -> (time received, alarm)."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}

    @asynccontextmanager
    async def of(self, clinic: Clinic) -> AsyncIterator["Page"]:
        def took(at: float, transition: str, alarm: dict[str, Any]) -> None:
            self.told[alarm["condition"], transition] = (at, alarm)

        async with hearing(clinic, took):
            yield self

    async def hears(
        self, condition: str, transition: str = "raised", within: float = 10.0
    ) -> tuple[float, dict[str, Any]]:
        key = (condition, transition)
        await wait_until(lambda: key in self.told, within, f"{condition} {transition}")
        return self.told[key]


def counted(product: Product, name: str) -> float:
    page = httpx.get(f"{product.url}/metrics", verify=TLS).text
    return float(next(x.split()[-1] for x in page.splitlines() if x.startswith(name + " ")))


def crisis(seq: int = 1) -> bytes:
    return json.dumps({"seq": seq, "sbp": 232, "dbp": 128}).encode()


async def usurping(claimed: Callable[[], RawClient], forever: asyncio.Event) -> None:
    """Connect, and reconnect after each disconnection, with a short pause as libraries make."""
    while not forever.is_set():
        with contextlib.suppress(OSError, AssertionError, TimeoutError):
            async with claimed() as other:
                ends = [asyncio.create_task(e.wait()) for e in (other.closed, forever)]
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                for end in ends:
                    end.cancel()
        await asyncio.sleep(0.3)


# --- our client id ----------------------------------------------------------------------------


@pytest.mark.alone
async def test_a_device_with_our_client_id_costs_another_patient_nothing(own: Product) -> None:
    port = int(own.environment["DOSING_MONITOR_MQTT_PORT"])
    clinic = Clinic(own)
    strap = clinic.post("/devices", id="strap", kind="heart_rate")["mqtt"]
    cuff = clinic.post("/devices", id="cuff", kind="cuff")["mqtt"]
    patient = clinic.post("/patients", label="Rowan 09")["id"]
    opened = clinic.post("/encounters", patient_id=patient, protocol="sl_home", mode="test",
                         device_ids=["cuff"])  # fmt: skip
    clinic.dose(opened["id"])
    stolen = ["service.monitor", own.client_id, f"service.monitor/{own.client_id}"]
    known = (strap["username"], strap["password"])
    over = asyncio.Event()
    async with Page().of(clinic) as page, asyncio.TaskGroup() as attack:
        for name in stolen:
            for clean in (True, False):
                attacker = lambda n=name, c=clean: RawClient(  # noqa: E731
                    port, n, clean=c, credentials=known, will=(CUFF, b'{"hr": 60}')
                )
                attack.create_task(usurping(attacker, over))
        account = (cuff["username"], cuff["password"])
        async with RawClient(port, "c", credentials=account) as device:
            for number in range(5):
                await device.publish(
                    CUFF, json.dumps({"seq": number, "sbp": 121, "dbp": 79}).encode()
                )
                await asyncio.sleep(0.2)  # time for several takeovers
            sent = time.monotonic()
            await device.publish(CUFF, crisis(9))
            heard, alarm = await page.hears("sbp_high")
        over.set()
    assert alarm["priority"] == "high"
    assert heard - sent < 1.0
    assert ("broker_contested", "raised") not in page.told
    assert ("broker_lost", "raised") not in page.told


async def test_a_fight_over_our_client_id_is_told_as_that_within_five_seconds(
    clinic: Clinic, mosquitto: Mosquitto
) -> None:
    """The worst case: the broker binds client ids to no account, and the attacker knows ours."""
    encounter = clinic.session("Alder 14", {"cuff": "cuff"})
    clinic.dose(encounter)
    stolen, over = clinic.product.client_id, asyncio.Event()
    async with Page().of(clinic) as page, asyncio.TaskGroup() as attack:
        began = time.monotonic()
        attack.create_task(usurping(lambda: RawClient(mosquitto.port, stolen), over))
        told, alarm = await page.hears("broker_contested")
        over.set()
    assert told - began < 5.0
    assert alarm["priority"] == "high"
    assert "somebody else connects to the broker with our client id" in alarm["reason"]
    # The new process knows of no fight, so the alarm has ended.
    await asyncio.to_thread(clinic.product.stop)
    await asyncio.to_thread(clinic.product.start)
    alarms = clinic.get(f"/encounters/{encounter}/alarms")["items"]
    assert [a["presence"] for a in alarms if a["condition"] == "broker_contested"] == ["off"]


def test_our_client_id_is_kept_and_told_nobody(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    one = product_with(MQTT_URL=mosquitto.url)
    known = one.client_id
    assert f" as {known} " in mosquitto.log  # the broker sees this id
    one.stop()
    before = mosquitto.log.count(f" as {known} ")
    one.start()
    assert one.client_id == known, "the broker's queue is under the old one"
    assert mosquitto.log.count(f" as {known} ") > before
    clinic = Clinic(one)
    pages = [one.log, httpx.get(f"{one.url}/metrics").text, httpx.get(f"{one.url}/readyz").text]
    pages += [json.dumps(clinic.get(path)) for path in ("/me", "/self-test")]
    assert not [page for page in pages if known in page]
    other = product_with(MQTT_URL=mosquitto.url)
    assert other.client_id != known
    assert len(set(known)) > 5


async def test_no_topic_tells_our_client_id(clinic: Clinic, mosquitto: Mosquitto) -> None:
    known = clinic.product.client_id
    async with RawClient(mosquitto.port, "ear") as ear:
        await ear.subscribe("#")
        clinic.session("Alder 14", {"cuff": "cuff"})
        seen = [await ear.next() for _ in range(3)]
        while "canary" not in {m.topic.split("/")[2] for m in seen}:
            seen.append(await ear.next())
    assert not [m for m in seen if known in m.topic or known.encode() in m.payload]


def test_a_name_that_is_not_a_devices_is_refused(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    """The password of such a device at the broker would open the service's account."""
    product = product_with(MQTT_URL=mosquitto.url.replace("//", "//operator:x@"))
    clinic = Clinic(product)
    for name in ("monitor", "Simulators", "health", "operator", "encounters"):
        answer = clinic.http.post("/devices", json={"id": name, "kind": "cuff"})
        assert answer.status_code == 422, name
        assert "name of an account or topic of the service" in answer.text
        with pytest.raises(UnfitAccount, match="name of an account or topic of the service"):
            create_device(load(product.environment), name, "cuff", "")
    done = run_command(
        "device", "add", "operator", "--kind", "cuff",
        directory=product.directory, environment=product.environment,
    )  # fmt: skip
    assert done.returncode == 2
    assert "name of an account or topic of the service" in done.stderr


# --- strangers --------------------------------------------------------------------------------

PLACE: Final = CONFIGURATION.replace("127.0.0.1", ELSEWHERE).replace(
    "allow_anonymous true", "allow_anonymous {anonymous}\npassword_file {accounts}"
)


class Guarded:
    """A broker on an address other than loopback, with or without anonymous access."""

    def __init__(self, start: Callable[[str], Mosquitto], folder: Path, *, anonymous: bool) -> None:
        self._accounts = folder / "accounts"
        names = ("monitor", "device")
        lines = [f"{name}:{access.hashed(SECRET)}\n" for name in names]
        self._accounts.write_text("".join(lines))
        self.broker = start(self._text(anonymous=anonymous))

    @property
    def url(self) -> str:
        return f"mqtt://monitor:{SECRET}@{ELSEWHERE}:{self.broker.port}"

    def restart(self, *, anonymous: bool) -> None:
        """Restart cleanly, as an operator does: a killed broker may lose its newest messages."""
        self.broker.configure(self._text(anonymous=anonymous))
        self.broker.stop()
        self.broker.start()

    def send(self, payload: bytes) -> None:
        subprocess.run(
            ["mosquitto_pub", "-h", ELSEWHERE, "-p", str(self.broker.port), "-q", "1", "-t", CUFF,
             "-u", "device", "-P", SECRET, "-s"],
            input=payload, check=True, timeout=10,
        )  # fmt: skip

    def _text(self, *, anonymous: bool) -> str:
        word = "true" if anonymous else "false"
        return PLACE.replace("{anonymous}", word).replace("{accounts}", str(self._accounts))


def test_a_service_does_not_start_on_a_broker_that_lets_strangers_in(
    mosquitto_with: Callable[[str], Mosquitto], tmp_path: Path
) -> None:
    place = Guarded(mosquitto_with, tmp_path, anonymous=True)
    done = run_command(
        "serve", directory=tmp_path,
        environment={"DOSING_MONITOR_MQTT_URL": place.url, "DOSING_MONITOR_HTTP_PORT": "0"},
    )  # fmt: skip
    assert done.returncode == 2
    assert f"{ELSEWHERE} lets in clients without credentials" in done.stderr.splitlines()[-1]


def unready(product: Product) -> str:
    """Return why the service is not ready; "" while it gives no reason."""
    with contextlib.suppress(httpx.TransportError):
        answer = httpx.get(f"{product.url}/readyz", timeout=5, verify=TLS)
        return str(answer.json().get("detail", ""))
    return ""


async def test_nothing_counts_until_the_broker_has_refused_a_stranger(
    mosquitto_with: Callable[[str], Mosquitto], product_with: Callable[..., Product], tmp_path: Path
) -> None:
    """The broker is opened to strangers while the service is down, and closed again later."""
    place = Guarded(mosquitto_with, tmp_path, anonymous=False)
    product = product_with(MQTT_URL=place.url)
    clinic = Clinic(product)
    encounter = clinic.session("Alder 14", {"cuff": "cuff"})
    clinic.dose(encounter)
    product.stop()
    place.send(crisis())  # the broker keeps it in our queue
    place.restart(anonymous=True)
    product.start_unready()
    await wait_until(lambda: "without credentials" in unready(product), 20, "the reason")
    async with Page().of(clinic) as page:
        assert counted(product, "dosing_monitor_mqtt_received") == 0
        standing = [a["condition"] for a in clinic.get(f"/encounters/{encounter}")["alarms"]]
        assert "broker_open" in standing
        assert "sbp_high" not in standing
        place.restart(anonymous=False)
        await page.hears("sbp_high", within=20)
        await page.hears("broker_open", "cleared")


async def test_with_a_session_open_readings_go_on_and_a_yes_is_told(
    mosquitto_with: Callable[[str], Mosquitto], product_with: Callable[..., Product], tmp_path: Path
) -> None:
    place = Guarded(mosquitto_with, tmp_path, anonymous=False)
    product = product_with(MQTT_URL=place.url)
    clinic = Clinic(product)
    clinic.dose(clinic.session("Alder 14", {"cuff": "cuff"}))
    async with Page().of(clinic) as page:
        await asyncio.to_thread(place.restart, anonymous=True)
        await wait_until(lambda: counted(product, "dosing_monitor_mqtt_reconnects") >= 1, 10)
        back = time.monotonic()
        told, alarm = await page.hears("broker_open")
        assert told - back < 5.0
        assert alarm["priority"] == "high"
        assert "lets in clients without credentials" in alarm["reason"]
        await asyncio.to_thread(place.send, crisis())
        await page.hears("sbp_high")
        await asyncio.to_thread(place.restart, anonymous=False)
        await page.hears("broker_open", "cleared")


class Evasive:
    """A proxy to the broker that leaves clients without credentials unanswered."""

    def __init__(self, target: Mosquitto) -> None:
        self._target = target
        self._ways: dict[asyncio.Task[None], list[asyncio.StreamWriter]] = {}
        self.answers = True

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(self._came, ELSEWHERE, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task, writers in list(self._ways.items()):
            task.cancel()
            for writer in writers:
                writer.transport.abort()
            await asyncio.gather(task, *(w.wait_closed() for w in writers), return_exceptions=True)

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ways[task] = [writer]
        await self._passes(reader, writer, self._ways[task])

    async def _passes(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter,
        writers: list[asyncio.StreamWriter],
    ) -> None:  # fmt: skip
        first, body = await read_packet(reader)
        flags = body[7]  # of a CONNECT, after the protocol's name and level
        if not flags & 0x80 and not self.answers:
            await reader.read()
            writer.close()
            return
        there, back = await asyncio.open_connection(ELSEWHERE, self._target.port)
        writers.append(back)
        back.write(packet(first, body))

        async def pass_on(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                while data := await source.read(65_536):
                    to.write(data)
                    await to.drain()
            to.close()

        await asyncio.gather(pass_on(reader, back), pass_on(there, writer))


async def test_no_answer_within_five_seconds_is_told_too(
    mosquitto_with: Callable[[str], Mosquitto], product_with: Callable[..., Product], tmp_path: Path
) -> None:
    place = Guarded(mosquitto_with, tmp_path, anonymous=False)
    way = Evasive(place.broker)
    async with way as port:
        url = f"mqtt://monitor:{SECRET}@{ELSEWHERE}:{port}"
        product = await asyncio.to_thread(product_with, MQTT_URL=url)
        clinic = await asyncio.to_thread(Clinic, product)
        encounter = await asyncio.to_thread(clinic.session, "Alder 14", {"cuff": "cuff"})
        await asyncio.to_thread(clinic.dose, encounter)
        way.answers = False
        async with Page().of(clinic) as page:
            place.restart(anonymous=False)
            began = time.monotonic()
            told, alarm = await page.hears("broker_open", within=15)
            assert told - began < 5.0 + 3.0  # plus the time to reconnect
            assert "does not answer within 5 s" in alarm["reason"]
            assert alarm["priority"] == "high"
            await asyncio.to_thread(place.send, crisis())
            await page.hears("sbp_high")
            way.answers = True
            await page.hears("broker_open", "cleared", within=15)


# --- retained messages ------------------------------------------------------------------------


@pytest.mark.alone
async def test_a_flood_of_retained_messages_is_read_once(
    mosquitto_with: Callable[[str], Mosquitto], product_with: Callable[..., Product]
) -> None:
    # With autosave the broker would write all its retained messages after each new one.
    mosquitto = mosquitto_with(CONFIGURATION.replace("autosave_on_changes true\n", ""))
    product = product_with(MQTT_URL=mosquitto.url)
    clinic = Clinic(product)
    clinic.dose(clinic.session("Alder 14", {"cuff": "cuff", "strap": "heart_rate"}))
    product.stop()
    status = f"{HOME}/strap/status"
    flood = [f"{HOME}/strap/readings/x{n}" for n in range(4_000)]
    flood += [f"{HOME}/nobody-{n}/status" for n in range(500)]
    flood += [f"{HOME}/strap-{n}/readings" for n in range(500)]
    async with RawClient(mosquitto.port, "flood") as device:
        device.write(b"".join(publish(t, b'{"hr": 70}', qos=0, retain=True) for t in flood))
        await device.publish(status, b"online", retain=True)
    product.start()
    async with Page().of(clinic) as page, RawClient(mosquitto.port, "cuff") as device:
        sent = time.monotonic()
        await device.publish(CUFF, crisis())
        told, _ = await page.hears("sbp_high")
        assert told - sent < 5.0

    async def left() -> list[str]:
        async with RawClient(mosquitto.port, "look") as look:
            await look.subscribe("dosing/v1/#")
            await look.publish(f"{HOME}/last", b"last")
            found = []
            while (message := await look.next(10)).payload != b"last":
                found += [message.topic] if message.retained else []
            return [topic for topic in found if "/encounters/" not in topic]

    async def cleared() -> bool:
        return await left() == [status]

    await wait_until(cleared, 30, "the broker to have nothing left but what belongs there")
    before = counted(product, "dosing_monitor_mqtt_received")
    assert before >= len(flood)
    product.stop()
    product.start()
    await wait_until(lambda: counted(product, "dosing_monitor_mqtt_connected") == 1)
    assert counted(product, "dosing_monitor_mqtt_received") < 50


async def test_what_a_device_retains_while_we_look_is_cleared_too(
    clinic: Clinic, mosquitto: Mosquitto
) -> None:
    topic = f"{HOME}/strap/readings/x"
    async with RawClient(mosquitto.port, "d") as device:
        await device.publish(topic, b"{}", retain=True)

    async def gone() -> bool:
        async with RawClient(mosquitto.port, "look") as look:
            await look.subscribe(topic)
            await look.publish(topic + "/last", b"")
            with contextlib.suppress(TimeoutError):
                return not (await look.next(0.2)).retained
            return True

    assert not await gone()
    await wait_until(gone, 15, "the next sweep")
