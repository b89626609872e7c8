"""The watchdog ends a process whose event loop hangs, with status 1 and the place in the log."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.parts import Mosquitto, free_port, wait_until_blocking
from tests.parts.product import REPOSITORY, Product

pytestmark = pytest.mark.paced

Run = subprocess.Popen[bytes]


@contextmanager
def blocked(tmp_path: Path, mosquitto: Mosquitto, seconds: float) -> Iterator[tuple[Run, Path]]:
    log = tmp_path / "log"
    environment = {
        "PYTHONPATH": str(REPOSITORY),
        "DOSING_MONITOR_MQTT_URL": mosquitto.url,
        "DOSING_MONITOR_HTTP_PORT": str(free_port()),
    }
    with (
        log.open("wb") as file,
        subprocess.Popen(
            [sys.executable, "-m", "tests.system.blocked", str(seconds)],
            cwd=tmp_path, env={**os.environ, **environment}, stdout=file, stderr=file,
        ) as process,
    ):  # fmt: skip
        try:
            yield process, log
        finally:
            process.kill()


def test_a_loop_that_hangs_ends_the_process_and_says_where(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    with blocked(tmp_path, mosquitto, 3600) as (process, log):
        assert process.wait(timeout=60) == 1
    lines = [json.loads(x) for x in log.read_text().splitlines() if x.startswith("{")]
    (said,) = [line for line in lines if line["event"] == "event_loop_blocked"]
    assert said["level"] == "critical"
    assert "blocked.py" in said["stack"][-1]
    assert said["stack"][-1].endswith(" hang")


def test_a_loop_that_is_held_up_for_a_moment_lives_on(tmp_path: Path, mosquitto: Mosquitto) -> None:
    with blocked(tmp_path, mosquitto, 1.5) as (process, log):
        wait_until_blocking(lambda: "it goes on" in log.read_text(), 60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    assert "event_loop_blocked" not in log.read_text()


def test_a_process_that_was_stopped_for_long_was_not_blocked(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    """After a machine has slept, the watchdog must not take the pause for a blocked loop."""
    product = product_with(MQTT_URL=mosquitto.url)
    assert product.process is not None
    os.kill(product.process.pid, signal.SIGSTOP)
    woken = time.monotonic() + 13
    wait_until_blocking(lambda: time.monotonic() > woken, 20, "the watchdog's patience to be over")
    os.kill(product.process.pid, signal.SIGCONT)
    wait_until_blocking(product._ready, 20, "it to be ready again")
    assert "event_loop_blocked" not in product.log
    assert product.stop() == 0


@pytest.mark.parametrize("line", ["Restart=always", "StartLimitIntervalSec=0"])
def test_the_unit_for_systemd_starts_it_again_for_ever(line: str) -> None:
    unit = (REPOSITORY / "docs" / "deploy" / "dosing-monitor.service").read_text()
    assert line in unit.splitlines()
