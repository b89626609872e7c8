"""Memory of the service per open session that has received readings for a while."""

import time
from typing import Final

from tests.bench.figures import figure, told
from tests.bench.load import flood, spawn
from tests.bench.stage import stage
from tests.parts.waiting import wait_until_blocking

_MIB: Final = 1024 * 1024


def measure(*, sessions: int, readings: int) -> None:
    """Measure it. readings: of each session."""
    with stage(1) as scene:
        scene.sessions(10)  # so that code and data that load once are loaded
        before = scene.process.memory_info().rss
        scene.sessions(sessions)
        opened = scene.process.memory_info().rss
        wanted = scene.stored() + sessions * readings
        messages = scene.backlog(sessions * readings, sessions)
        publisher, line = spawn(flood, scene.broker.port, messages)
        line.recv()
        line.send("go")
        wait_until_blocking(lambda: scene.stored() >= wanted, 120, "every reading to be stored")
        line.recv()
        publisher.join()
        time.sleep(1)
        after = scene.process.memory_info().rss
        told(
            f"{before / _MIB:.0f} MiB, {opened / _MIB:.0f} opened, {after / _MIB:.0f} with readings"
        )
    figure("memory_per_open_session", (opened - before) / sessions / 1024, "KiB")
    figure("memory_per_session_with_readings", (after - before) / sessions / 1024, "KiB")
    figure("memory_of_the_service", after / _MIB, "MiB")
