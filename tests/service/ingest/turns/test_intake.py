"""One device sends any load and affects no other device: real decisions, a real store."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from sqlalchemy import Connection, func, select

from monitor.adapters.mqtt import AckToken, Arrival
from monitor.adapters.store.questions.encounters import list_journal
from monitor.adapters.store.tables.definitions import observations, quarantine, quarantine_dropped
from monitor.service.clock import Clock
from monitor.service.ingest.turns.lane import Handed, Slot
from tests.parts import wait_until
from tests.service.rig import Entrance

WINDOW: Final = 20
CHUNK: Final = 16_384  # bytes that a socket gives in one turn of the loop
FLOOD_S: Final = 1.0
OTHERS: Final = 20
SPEED: Final = 4.0  # of the clock by which a flood begins and ends


class Broker:
    """A fake broker that records confirmations. acks: device -> numbers, in order."""

    connected = True

    def __init__(self) -> None:
        self.confirmed: set[int] = set()
        self.acks: dict[str, list[int]] = {}

    async def run(self) -> None: ...

    def ack(self, token: AckToken) -> None:
        self.ack_many([token])

    def ack_many(self, tokens: Any) -> None:
        for token in tokens:
            if not token.qos:
                continue
            assert token.packet_id not in self.confirmed, "confirmed twice"
            self.confirmed.add(token.packet_id)

    def publish(self, topic: str, payload: bytes, **_: Any) -> None:
        if topic.endswith("/acks"):
            self.acks.setdefault(topic.split("/")[3], []).append(json.loads(payload)["seq"])


class Rig(Entrance):
    """Two sessions: e-bad with the device bad, e-good with good. sent: readings of the flood."""

    def __init__(self, url: str, *, speed: float, backlog: int) -> None:
        super().__init__(url, Clock(speed), window=WINDOW, backlog=backlog)
        self.broker = Broker()
        self.ingest.port = self.holding.port = self.publisher.port = self.broker
        self.sent = 0
        self.calm = asyncio.Event()

    async def begin(self, devices: Mapping[str, str] | None = None) -> None:
        await super().begin(dict.fromkeys(("bad", "good", "third"), "gateway"))
        for device in ("bad", "good"):
            await self.open(f"e-{device}", {device: "gateway"})
        for work in (self.intake.watch(), self.holding.run(), self._confirm()):
            self.tasks.append(asyncio.create_task(work))

    async def _confirm(self) -> None:
        while True:
            self.ingest.confirm()
            await asyncio.sleep(0.1)

    async def flood(self, made: Iterator[bytes], *, qos: int) -> None:
        """Send until `calm`, like a socket: `CHUNK` bytes, then the loop has its turn."""
        while not self.calm.is_set():
            taken = 0
            while taken < CHUNK:
                payload = next(made)
                self.arrives("bad", payload, qos=qos)
                self.sent += max(1, payload.count(b"{"))
                taken += len(payload)
            await asyncio.sleep(0)

    def standing(self, session: str, condition: str) -> bool:
        alarms = self.ward.sessions[session].encounter.state.alarms.standing.values()
        return any(alarm.condition == condition for alarm in alarms)

    async def settled(self) -> None:
        """Wait until all readings are judged and on disk, and the flood is over."""
        await wait_until(lambda: not self.intake.busy, 60, "what waits to be judged")
        state = self.ward.sessions["e-bad"].encounter.state
        await wait_until(lambda: not any(state.devices.flooding()), 20, "the flood to be over")
        self.ingest.confirm()
        await self.store.flush()
        await asyncio.sleep(0)

    async def stored(self, device: str) -> list[int | None]:
        def numbers(connection: Connection) -> list[int | None]:
            rows = select(observations.c.seq).where(observations.c.device == device)
            return list(connection.execute(rows.order_by(observations.c.id)).scalars())

        return await self.store.read(numbers)

    async def lost(self) -> int:
        """Return the number of bad's readings that are recorded as dropped over budget."""
        rows = (await self.store.read(list_journal, "e-bad", 10**6, type_="lost,dropped")).items
        found = [json.loads(row.body) for row in rows]
        assert all(row["reason"] == "over budget" for row in found)
        return sum(row["count"] if "count" in row else row["last"] - row["first"] + 1
                   for row in found)  # fmt: skip

    async def set_aside(self) -> int:
        """Return the number of items in quarantine, plus those that its quota has dropped."""

        def counted(connection: Connection) -> int:
            sums = (func.sum(quarantine.c.count), func.sum(quarantine_dropped.c.rows))
            return sum(connection.execute(select(one)).scalar_one() or 0 for one in sums)

        return await self.store.read(counted)


@pytest_asyncio.fixture
async def rig_with(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    made: list[Rig] = []

    async def make(*, speed: float = 1.0, backlog: int = 30_000) -> Rig:
        rig = Rig(f"sqlite:///{tmp_path / 'intake.db'}", speed=speed, backlog=backlog)
        made.append(rig)
        await rig.begin()
        return rig

    yield make
    for rig in made:
        await rig.end()


def batch(first: int, size: int, step: int = 1) -> bytes:
    return b"[%s]" % b",".join(
        b'{"seq":%d,"hr":%d}' % (first + n * step, 60 + n % 9) for n in range(size)
    )


# A flood -> its messages
FLOODS: Final[dict[str, Callable[[], Iterator[bytes]]]] = {
    "single readings": lambda: (b'{"seq":%d,"hr":%d}' % (n, 60 + n % 9) for n in count(1)),
    "swinging pressures": lambda: (
        b'{"seq":%d,"sbp":%d,"dbp":80}' % (n, 120 if n % 2 else 190) for n in count(1)
    ),
    "batches, newest first": lambda: (batch(10**7 - n * 1000, 1000) for n in count(1)),
    "gaps": lambda: (b'{"seq":%d,"hr":70}' % n for n in count(1, 3)),
    "boots": lambda: (b'{"boot":"b%d","seq":1,"hr":70}' % n for n in count(1)),
    "junk": lambda: (b"[%s]" % b",".join([b'{"x":%d}' % n] * 2000) for n in count(1)),
}


@pytest.mark.parametrize("qos", [0, 1])
@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.alone
async def test_whatever_one_device_sends_another_patients_crisis_is_told_within_a_second(
    rig_with: Any, flood: str, qos: int
) -> None:
    rig = await rig_with(speed=SPEED, backlog=2000)
    flooding = asyncio.create_task(rig.flood(FLOODS[flood](), qos=qos))
    most, since = 0, rig.clock.real()
    for others in range(1, OTHERS + 1):
        rig.arrives("good", b'{"seq":%d,"hr":%d}' % (others, 70 + others % 7))
        if others == OTHERS // 2:
            rig.arrives("good", b'{"seq":100000,"sbp":190,"dbp":118}')
            began = rig.clock.real()
            await wait_until(lambda: rig.standing("e-good", "sbp_high"), 5, "the crisis")
            assert rig.clock.real() - began < 1.0
        most = max(most, rig.intake.waiting)
        assert rig.holding.held <= WINDOW, "the broker would deliver no more"
        await asyncio.sleep(0.02)
    while rig.clock.real() - since < FLOOD_S:
        await asyncio.sleep(0.02)
    rig.calm.set()
    await flooding
    await wait_until(lambda: rig.standing("e-bad", "device_flooding"), 2, "to be told of it")
    await rig.settled()
    assert most <= 2 * 2400, "what waits is bounded"
    assert set(await rig.stored("good")) == {*range(1, others + 1), 100_000}
    kept = len(await rig.stored("bad")) // (2 if "pressures" in flood else 1)
    assert kept + await rig.set_aside() + await rig.lost() == rig.sent, "nothing without a word"
    assert not rig.standing("e-bad", "device_flooding")
    came = next(rig.packets)
    assert rig.broker.confirmed >= set(range(1, came))


async def test_thirty_thousand_kept_readings_are_handed_over_and_the_newest_is_judged_early(
    rig_with: Any,
) -> None:
    rig = await rig_with()
    now = rig.clock.now()
    for n in range(0, 30_000, 1000):
        told = (b'{"seq":%d,"t":%d,"hr":%d}' % (k, (now - 30_000 + k) * 1000, 60 + k % 9)
                for k in range(n + 1, n + 1001))  # fmt: skip
        rig.arrives("bad", b"[%s]" % b",".join(told))
        await asyncio.sleep(0)
    rig.arrives("bad", b'{"t":%d,"sbp":190,"dbp":118}' % (now * 1000))
    await wait_until(lambda: rig.standing("e-bad", "sbp_high"), 5, "the crisis behind a backlog")
    assert rig.intake.waiting > 15_000, "and most of it waits"
    assert rig.broker.acks.get("bad", [0])[-1] < 30_000
    await rig.settled()
    stored = await rig.stored("bad")
    assert sorted(n for n in stored if n is not None) == list(range(1, 30_001))
    assert await rig.lost() == 0
    await wait_until(lambda: rig.broker.acks["bad"][-1] == 30_000, 5, "the last to be confirmed")
    assert rig.broker.acks["bad"] == sorted(rig.broker.acks["bad"])


async def test_who_goes_on_at_full_speed_keeps_what_he_may_hand_over_and_then_what_he_may_send(
    rig_with: Any,
) -> None:
    """Its lane never overflows: no other device waits, and all of it could be stored."""
    rig = await rig_with(backlog=1000)
    began = rig.clock.real()
    for first in range(1, 10_001, 200):
        rig.arrives("bad", batch(first, 200))
        await wait_until(lambda: not rig.intake.busy, 10, "what waits")
    passed = rig.clock.real() - began
    await rig.settled()
    stored = await rig.stored("bad")
    wanted = 50  # the newest of each message
    assert 1240 + 0.8 * 50 * passed <= len(stored) <= 1200 + 50 * passed + wanted + 1
    assert max(n for n in stored if n is not None) == 10_000, "the newest wins"
    assert len(stored) + await rig.lost() == 10_000, "nothing without a word"
    rig.clock.not_before(rig.clock.now() + 60)  # and was quiet
    for first in range(10_001, 11_001, 200):
        rig.arrives("bad", batch(first, 200))
    await rig.settled()
    assert set(await rig.stored("bad")) >= set(range(10_001, 11_001))


async def test_what_is_sent_again_is_none_too_many(rig_with: Any) -> None:
    """Its link broke before it received the confirmations, so it starts again, twice."""
    rig = await rig_with(backlog=1000)
    for upto in (600, 900, 1000):
        for first in range(1, upto, 100):
            rig.arrives("bad", batch(first, 100))
        await wait_until(lambda: not rig.intake.busy, 10, "what waits")
    await rig.settled()
    assert set(await rig.stored("bad")) == set(range(1, 1001))
    assert await rig.lost() == 0


async def test_numbers_used_again_for_something_else_do_not_fill_the_disk(rig_with: Any) -> None:
    rig = await rig_with(backlog=1000)
    began = rig.clock.real()
    told = count(1)
    for _ in range(50):
        many = [b'{"seq":%d,"t":%d,"hr":%d}' % (n % 100, next(told), 60 + next(told) % 99)
                for n in range(200)]  # fmt: skip
        rig.arrives("bad", b"[%s]" % b",".join(many))
        await wait_until(lambda: not rig.intake.busy, 10, "what waits")
    await rig.settled()
    passed = rig.clock.real() - began
    assert len(await rig.stored("bad")) <= 1200 + 50 * passed + 51


async def test_a_number_is_confirmed_after_all_before_it_are_on_disk(rig_with: Any) -> None:
    """Also if some are judged early; and readings that wait for minutes are no gap."""
    rig = await rig_with(speed=300, backlog=5000)
    for n in range(1, 5001):
        rig.arrives("bad", b'{"seq":%d,"sbp":%d,"dbp":80}' % (n, 100 + n * 7 % 60))
    checked = 0
    while rig.intake.busy:
        await asyncio.sleep(0.02)
        told = rig.broker.acks.get("bad", [0])[-1]
        on_disk = {n for n in await rig.stored("bad") if n is not None}
        assert on_disk >= set(range(1, told + 1))
        checked += max(on_disk, default=0) > told > 0
    assert checked, "none was ahead of its turn"
    assert await rig.lost() == 0


async def test_what_waits_when_its_device_changes_sessions_is_nobodys(rig_with: Any) -> None:
    rig = await rig_with()
    for n in range(1, 1501):
        rig.arrives("bad", b'{"seq":%d,"hr":70}' % n)
    assert rig.intake.waiting > 500
    good = rig.ward.sessions["e-good"]
    rig.ward.serving["bad"] = good  # as when it is handed from one patient to another
    await wait_until(lambda: not rig.intake.busy, 30, "what waits to be judged")
    await rig.store.flush()
    assert "bad" not in good.encounter.state.devices.sources
    assert len(await rig.stored("bad")) + await rig.set_aside() == 1500


async def test_a_device_that_goes_while_readings_of_it_wait_is_offline_after_them(
    rig_with: Any,
) -> None:
    rig = await rig_with()
    for n in range(1, 1501):
        rig.arrives("bad", b'{"seq":%d,"hr":70}' % n)
    rig.arrives("bad", b'{"state":"offline"}', "status")
    await wait_until(lambda: not rig.intake.busy, 30, "what waits to be judged")
    assert rig.ward.sessions["e-bad"].encounter.state.devices.is_offline("bad")


async def test_strangers_share_one_lane_and_cost_little(rig_with: Any) -> None:
    rig = await rig_with()
    for n in range(20_000):
        rig.arrives(f"stranger-{n % 50}", b'{"hr":70}')
        rig.ingest.arrived(Arrival("what/is/this", b"x", False, AckToken(1, 0, 0)))
    assert rig.intake.waiting <= 1200
    await wait_until(lambda: not rig.intake.busy, 30, "what waits")
    rig.ingest.confirm()
    await rig.store.flush()
    assert await rig.set_aside() <= 2500, "what was dropped is one line"


async def test_what_waits_at_the_end_is_judged(rig_with: Any) -> None:
    rig = await rig_with()
    for n in range(1, 1501):
        rig.arrives("bad", b'{"seq":%d,"hr":70}' % n)
    assert rig.intake.finish(within=30) == 0
    await rig.store.flush()
    assert len(await rig.stored("bad")) == 1500


@pytest.mark.parametrize("count", [5, 2000])  # in one turn, and in several
async def test_what_is_done_with_is_gone_without_the_collector_of_cycles(
    rig_with: Any, count: int
) -> None:
    rig = await rig_with()
    gc.collect()
    gc.disable()
    try:
        for n in range(count):
            rig.arrives("bad", b"%" * 1000 + b"%d" % n)
            rig.arrives("bad", b'{"seq":%d,"hr":70}' % n)
        await rig.settled()
        left = [one for one in gc.get_objects() if isinstance(one, Handed | Slot)]
    finally:
        gc.enable()
    assert len(left) < 10
