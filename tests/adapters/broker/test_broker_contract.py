"""The promises that we need from a broker, and which broker of our own keeps them.

Each promise is tested on both. A promise that amqtt is known to break is a strict expected failure:
when a new version keeps it, the test fails, and the precaution against it can go.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from monitor.adapters.broker.own import BrokerFailed, Kind, OwnBroker
from tests.adapters.raw_mqtt import RawClient
from tests.parts import free_port, missing

TOPIC = "dosing/v1/home/strap/readings"
FILTER = "dosing/v1/home/+/readings"


def _amqtt(failure: str) -> pytest.MarkDecorator:
    """Test both; amqtt is expected to fail."""
    fails = pytest.mark.xfail(
        strict=True, raises=(TimeoutError, AssertionError), reason=f"amqtt {failure}"
    )
    return pytest.mark.parametrize("kind", ["mosquitto", pytest.param("amqtt", marks=fails)])


both = pytest.mark.parametrize("kind", ["mosquitto", "amqtt"])
amqtt_forgets = _amqtt("forgets what was not acknowledged")
amqtt_keeps_no_queue = _amqtt("keeps no queue for a client that it need not know")
amqtt_goes_deaf = _amqtt("lets a session that was taken over hear nothing")
amqtt_leaves_a_zombie = _amqtt("leaves the old connection open")
amqtt_raises_the_qos = _amqtt("delivers at the subscriber's QoS")


@pytest_asyncio.fixture
async def port(kind: Kind, tmp_path: Path) -> AsyncIterator[int]:
    port = free_port()
    try:
        broker = OwnBroker(tmp_path / "broker", port, kind)
    except BrokerFailed:
        missing("Mosquitto", "install the package mosquitto, or run `make test`")
    running = asyncio.create_task(broker.run())
    async with asyncio.timeout(10):
        await broker.ready.wait()
    yield port
    await broker.stop()
    await running


@both
async def test_what_is_acknowledged_does_not_come_again(port: int) -> None:
    async with RawClient(port, "device") as device, RawClient(port, "us") as us:
        await us.subscribe(FILTER)
        await device.publish(TOPIC, b"1")
        us.acknowledge(await us.next())
        await us.settle()
    async with RawClient(port, "us", clean=False) as us, RawClient(port, "device") as device:
        await us.subscribe(FILTER)
        await device.publish(TOPIC, b"2")
        assert (await us.next()).payload == b"2"


@amqtt_forgets
async def test_what_was_not_acknowledged_comes_again_after_an_abrupt_end(port: int) -> None:
    async with RawClient(port, "device") as device:
        async with RawClient(port, "us", clean=False) as us:
            await us.subscribe(FILTER)
            for number in range(5):
                await device.publish(TOPIC, b"%d" % number)
            assert [m.again for m in await us.take(5)] == [False] * 5
        async with RawClient(port, "us", clean=False) as us:
            assert us.session_present
            again = await us.take(5)
    assert [(m.payload, m.again) for m in again] == [(b"%d" % n, True) for n in range(5)]


@amqtt_keeps_no_queue
async def test_what_arrives_while_we_are_away_waits_for_us(port: int) -> None:
    async with RawClient(port, "us", clean=False) as us:
        await us.subscribe(FILTER)
        await us.leave()
    async with RawClient(port, "device") as device:
        for number in range(5):
            await device.publish(TOPIC, b"%d" % number)
    async with RawClient(port, "us", clean=False) as us:
        waited = await us.take(5)
    assert [(m.payload, m.retained) for m in waited] == [(b"%d" % n, False) for n in range(5)]


@amqtt_goes_deaf
async def test_a_session_that_is_taken_over_hears(port: int) -> None:
    async with RawClient(port, "us", clean=False) as old:
        await old.subscribe(FILTER)
        async with RawClient(port, "us", clean=False) as new, RawClient(port, "device") as device:
            await new.subscribe(FILTER)
            await device.publish(TOPIC, b"1")
            assert (await new.next()).payload == b"1"


@amqtt_goes_deaf
async def test_taking_a_session_over_brings_what_was_not_acknowledged(port: int) -> None:
    async with RawClient(port, "device") as device, RawClient(port, "us", clean=False) as old:
        await old.subscribe(FILTER)
        for number in range(3):
            await device.publish(TOPIC, b"%d" % number)
        await old.take(3)
        async with RawClient(port, "us", clean=False) as new:
            assert [m.payload for m in await new.take(3)] == [b"0", b"1", b"2"]


@both
async def test_a_clean_session_that_is_taken_over_hears(port: int) -> None:
    async with RawClient(port, "us") as old:
        await old.subscribe(FILTER)
        async with RawClient(port, "us") as new, RawClient(port, "device") as device:
            await new.subscribe(FILTER)
            await device.publish(TOPIC, b"1")
            assert (await new.next()).payload == b"1"


@amqtt_leaves_a_zombie
async def test_the_connection_that_was_taken_over_is_closed(port: int) -> None:
    async with RawClient(port, "us") as old, RawClient(port, "us"):
        async with asyncio.timeout(3):
            await old.closed.wait()


@both
async def test_a_retained_message_says_so_to_who_comes_later_only(port: int) -> None:
    async with RawClient(port, "device") as device, RawClient(port, "here") as here:
        await here.subscribe("status")
        await device.publish("status", b"online", retain=True)
        assert not (await here.next()).retained
        async with RawClient(port, "later") as later:
            await later.subscribe("status")
            message = await later.next()
    assert (message.payload, message.retained) == (b"online", True)


@both
async def test_any_byte_passes(port: int) -> None:
    every = bytes(range(256))
    async with RawClient(port, "device") as device, RawClient(port, "us") as us:
        await us.subscribe(FILTER)
        await device.publish(TOPIC, every)
        assert (await us.next()).payload == every


@both
async def test_a_megabyte_passes_to_be_refused_with_a_reason(port: int) -> None:
    large = b"x" * 1_048_576
    async with RawClient(port, "device") as device, RawClient(port, "us") as us:
        await us.subscribe(FILTER)
        await device.publish(TOPIC, large)
        assert (await us.next()).payload == large


@both
async def test_two_hundred_may_wait_for_their_acknowledgement(port: int) -> None:
    async with RawClient(port, "device") as device, RawClient(port, "us") as us:
        await us.subscribe(FILTER)
        for number in range(200):
            await device.publish(TOPIC, b"%d" % number)
        assert len({m.packet_id for m in await us.take(200)}) == 200


@amqtt_raises_the_qos
async def test_a_message_keeps_the_qos_of_its_sender(port: int) -> None:
    async with RawClient(port, "device") as device, RawClient(port, "us") as us:
        await us.subscribe(FILTER)
        await device.publish(TOPIC, b"1", qos=0)
        assert (await us.next()).qos == 0


@both
async def test_the_will_of_who_vanished_is_published(port: int) -> None:
    async with RawClient(port, "us") as us:
        await us.subscribe("status")
        async with RawClient(port, "device", will=("status", b"offline")):
            pass
        assert (await us.next()).payload == b"offline"


@both
async def test_a_filter_in_one_subscription_is_granted_at_qos_1(port: int) -> None:
    async with RawClient(port, "us") as us:
        assert await us.subscribe(FILTER, "status", "a/+/b") == [1, 1, 1]
