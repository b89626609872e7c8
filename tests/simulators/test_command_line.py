"""`python -m simulators`: its output and exit status."""

import asyncio
import io
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulators.__main__ import main
from tests.parts import Mosquitto, free_port, wait_until
from tests.simulators.peer import PASSWORD, peer

HEADER = "t_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,source"
MQTT = ("--mqtt", "mqtt://127.0.0.1:1")


@pytest.fixture
def ended(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Run a command to its end; return its status, and both its outputs."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO())
        try:
            status = main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


async def begun(*arguments: str, **more: Any) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators", *arguments, stdin=pipe, stdout=pipe, stderr=pipe, **more
    )


WRONG = [
    ((), "required: command"),
    (("dance",), "invalid choice: 'dance'"),
    (("simulate",), "required: --mqtt"),
    (("simulate", "--mqtt", "broker:1883"), "--mqtt wants mqtt://"),
    (("simulate", *MQTT, "--scenario", "storm"), "invalid choice: 'storm'"),
    (("simulate", *MQTT, "--speed", "0"), "wants a number above 0"),
    (("simulate", *MQTT, "--speed", "nan"), "wants a number above 0"),
    (("simulate", *MQTT, "--speed", "60", "--api", "ftp://x"), "wants http://"),
    (("simulate", *MQTT, "--patients", "0"), "wants 1 to 1000"),
    (("simulate", *MQTT, "--site", "a/b"), "letters, digits"),
    (("simulate", *MQTT, "--api", "http://127.0.0.1:1"), "needs --user and --password-stdin"),
    (("simulate", *MQTT, "--user", "x", "--password-stdin"), "at --api URL"),
    (
        ("simulate", *MQTT, "--api", "http://127.0.0.1:1", "--user", "x", "--password-stdin"),
        "no password came",
    ),
    (("replay", *MQTT, "--device", "d"), "required: TRACE.csv"),
    (("replay", "absent.csv", *MQTT, "--device", "d"), "absent.csv: No such file"),
    (("replay", "absent.csv", *MQTT, "--device", "no/slash"), "letters, digits"),
    (("demo-feed", *MQTT), "needs --user and --password-stdin"),
]


@pytest.mark.parametrize(("arguments", "line"), WRONG)
def test_wrong_use_is_one_clear_line_and_status_2(
    ended: Callable[..., tuple[int, str, str]], arguments: tuple[str, ...], line: str
) -> None:
    status, said, complained = ended(*arguments)
    assert (status, said) == (2, "")
    assert line in complained
    assert complained.count("\n") == 1


def test_a_broker_that_is_not_there_is_a_failure(
    ended: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.publish.link.CONNECT_S", 0.5)
    monkeypatch.setenv("DOSING_MONITOR_HTTP_PORT", str(free_port()))
    port = free_port()
    status, said, complained = ended("simulate", "--mqtt", f"mqtt://127.0.0.1:{port}")
    assert status == 1
    assert said.split() == ["alder-14-strap", "alder-14-cuff", "alder-14-thermometer"]
    note, fault = complained.splitlines()
    assert "using this computer's time" in note
    assert fault.startswith(f"simulate: no connection to the broker at 127.0.0.1:{port}: ")


async def test_a_simulation_ends_in_order_when_it_is_told_to(mosquitto: Mosquitto) -> None:
    async with peer(mosquitto.port, speed=10) as played:
        process = await begun(
            *("simulate", "--mqtt", played.mqtt, "--api", played.url, "--speed", "10"),
            *("--user", "sim", "--password-stdin", "--seed", "2", "--patients", "2"),
        )
        assert process.stdin is not None
        process.stdin.write(f"{PASSWORD}\n".encode())
        process.stdin.close()
        await wait_until(lambda: played.encounters and len(played.readings) > 1, timeout=30)
        process.send_signal(signal.SIGTERM)
        said, complained = await asyncio.wait_for(process.communicate(), 10)
        assert (process.returncode, said, complained) == (0, b"", b"")
        straps = [device for device in played.readings if device.endswith("-strap")]
        assert len(straps) == 2
        await wait_until(lambda: [played.states(strap)[-1] for strap in straps] == ["offline"] * 2)


async def test_a_replay_finds_the_service_by_its_settings_and_prints_a_summary(
    mosquitto: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "course.csv"
    file.write_text(f"{HEADER}\n0,70,,,,ecg\n1,,,,,ecg\n30,71,120,80,93,art\n")
    async with peer(mosquitto.port, speed=20) as played:
        monkeypatch.setenv("DOSING_MONITOR_HTTP_HOST", "0.0.0.0")  # noqa: S104 (not bound)
        monkeypatch.setenv("DOSING_MONITOR_HTTP_PORT", played.url.rpartition(":")[2])
        process = await begun(
            *("replay", str(file), "--mqtt", played.mqtt, "--device", "d1", "--speed", "20")
        )
        said, complained = await asyncio.wait_for(process.communicate(), 30)
        assert (process.returncode, complained) == (0, b"")
        assert json.loads(said) == {
            "device": "d1",
            "rows": 3,
            "readings": 2,
            "values": 5,
            "confirmed": 2,
        }
