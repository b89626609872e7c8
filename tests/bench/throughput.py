"""Readings a second at QoS 1 through Mosquitto, compared with a bare loop that stores no reading.

The bare loop is the one that a reader of aiomqtt's documentation would write: `async for` and
parsed JSON, no more. Both receive the same messages of the same publisher through the same broker,
in turn.
"""

import json
import statistics
import time
from multiprocessing.connection import Connection
from typing import Final

import aiomqtt
import uvloop

from tests.bench.figures import figure, told
from tests.bench.load import Message, flood, spawn
from tests.bench.stage import Stage, stage
from tests.parts.waiting import wait_until_blocking

DEVICES: Final = 200
_BARE: Final = "bare"


def measure(*, readings: int, rounds: int) -> None:
    ours, bare, busy = [], [], []
    with stage(DEVICES) as scene:
        _product(scene, min(readings, 2000))  # the first ones pay for code that loads late
        for n in range(rounds):
            rate, share = _product(scene, readings)
            ours.append(rate)
            busy.append(share)
            bare.append(_bare_loop(scene, readings))
            told(f"round {n + 1}: {ours[-1]:.0f}/s stored, {bare[-1]:.0f}/s by the bare loop")
    figure("readings_stored_per_second", statistics.median(ours), "1/s")
    figure("bare_loop_per_second", statistics.median(bare), "1/s")
    ratios = [a / b for a, b in zip(ours, bare, strict=True)]
    figure("stored_to_bare_ratio", statistics.median(ratios), "1")
    figure("service_processor_share", statistics.median(busy), "1")


def _product(scene: Stage, readings: int) -> tuple[float, float]:
    """Return stored readings a second, and the processors that the service kept busy meanwhile."""
    wanted = scene.stored() + readings
    publisher, line = spawn(flood, scene.broker.port, scene.backlog(readings, DEVICES))
    assert line.recv() == "ready"
    before = sum(scene.process.cpu_times()[:2])
    line.send("go")
    wait_until_blocking(lambda: scene.stored() >= wanted, 120, "every reading", longest=0.01)
    ended = time.monotonic()
    used = sum(scene.process.cpu_times()[:2]) - before
    began, _ = line.recv()
    publisher.join()
    return readings / (ended - began), used / (ended - began)


def _bare_loop(scene: Stage, readings: int) -> float:
    # Other topics, to which the service does not subscribe; all else is equal.
    messages: list[Message] = [
        (topic.replace("dosing", _BARE, 1), payload)
        for topic, payload in scene.backlog(readings, DEVICES)
    ]
    listener, heard = spawn(_listen, scene.broker.port, readings)
    assert heard.recv() == "ready"
    publisher, line = spawn(flood, scene.broker.port, messages)
    assert line.recv() == "ready"
    line.send("go")
    ended = heard.recv()
    began, _ = line.recv()
    publisher.join()
    listener.join()
    return readings / (float(ended) - float(began))


def _listen(port: int, readings: int, line: Connection) -> None:
    uvloop.run(_hear(port, readings, line))


async def _hear(port: int, readings: int, line: Connection) -> None:
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe(f"{_BARE}/v1/+/+/readings", qos=1)
        line.send("ready")
        heard = 0
        async for message in client.messages:
            assert isinstance(message.payload, bytes)
            json.loads(message.payload)
            heard += 1
            if heard == readings:
                break
        line.send(time.monotonic())
