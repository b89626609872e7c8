"""Latency from a device's publish to the message on the therapist's WebSocket.

Every reading is measured: its session and its time identify it in the status that shows it. At one
reading a second from each device the service thins out no status, since a session may have four a
second. The watcher listens in a process of its own.
"""

import time
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Final

import msgspec
from msgspec import Struct
from websockets.sync.client import connect

from tests.bench.figures import figure, percentiles, told
from tests.bench.load import pace, spawn
from tests.bench.stage import Stage, stage

_SETTLES_S: Final = 2.0


class _Heart(Struct):
    effective: str | None = None


class _Vitals(Struct):
    hr: _Heart


class _Encounter(Struct):
    id: str
    vitals: _Vitals


class _Message(Struct):
    type: str
    encounter: _Encounter | None = None


def measure(*, rates: tuple[int, ...], seconds: float) -> None:
    with stage(max(rates)) as scene:
        for rate in rates:
            _one(scene, rate, seconds)


def _one(scene: Stage, rate: int, seconds: float) -> None:
    """Measure one rate, with as many devices as readings a second."""
    watcher, seen = spawn(watch, scene.product.live_url, scene.clinic.token)
    assert seen.recv() == "ready"
    count = round(rate * seconds)
    begin, wall = time.monotonic() + _SETTLES_S, time.time() + _SETTLES_S
    messages = scene.live(count, rate, wall, rate)
    publisher, line = spawn(pace, scene.broker.port, messages, float(rate), begin)
    sent, used = line.recv()
    publisher.join()
    time.sleep(_SETTLES_S)
    seen.send("stop")
    arrived: dict[tuple[str, int], float] = seen.recv()
    watcher.join()
    bodies = [msgspec.json.decode(payload) for _, payload in messages]
    devices = [topic.split("/")[3] for topic, _ in messages]
    delays = [
        arrived[key] - at
        for device, body, at in zip(devices, bodies, sent, strict=True)
        if (key := (scene.encounters[device], body["t"])) in arrived
    ]
    told(f"{rate}/s: {len(delays)} of {count} seen; publisher used {used:.1f} s of {seconds:.0f}")
    percentiles(f"publish_to_websocket_at_{rate}_per_second", delays)
    figure(f"shown_at_{rate}_per_second", len(delays) / count, "1")


def watch(url: str, token: str, line: Connection) -> None:
    """Collect when each reading was first shown: (encounter, measured ms) -> monotonic time."""
    decoder = msgspec.json.Decoder(_Message)
    raw: list[tuple[float, str | bytes]] = []
    with connect(url, additional_headers={"Authorization": f"Bearer {token}"},
                 max_size=None) as socket:  # fmt: skip
        socket.recv()
        line.send("ready")
        while not line.poll():
            try:
                message = socket.recv(timeout=0.5)
            except TimeoutError:
                continue
            raw.append((time.monotonic(), message))
    found: dict[tuple[str, int], float] = {}
    for at, message in raw:
        encounter = decoder.decode(message).encounter
        if encounter is not None and encounter.vitals.hr.effective is not None:
            measured = datetime.fromisoformat(encounter.vitals.hr.effective)
            found.setdefault((encounter.id, round(measured.timestamp() * 1000)), at)
    line.send(found)
