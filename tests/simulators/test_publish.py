"""Simulated devices on a real broker, with a small peer that plays the service."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from simulators.errors import Failed, WrongUse
from simulators.native import seconds
from simulators.publish.clock import VirtualClock
from simulators.publish.link import Broker, Credentials, Link
from simulators.publish.player import Player
from simulators.publish.replay import Recorder, Replay, replay
from simulators.publish.simulate import Account, Simulate, simulate
from simulators.raw_cuffs import REMEMBERED
from simulators.trace import read_trace
from tests.parts import Mosquitto, wait_until
from tests.simulators.courses import session
from tests.simulators.peer import PASSWORD, START, Peer, peer

STRAP, CUFF = "alder-14-strap", "alder-14-cuff"
ACCOUNT = Account("sim", PASSWORD)
HEADER = "t_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,source"


@contextlib.asynccontextmanager
async def running(played: Peer, scenario: str = "calm", **more: Any) -> AsyncIterator[Any]:
    """Run a simulation beside the test; end it when the block ends."""
    options = Simulate(
        mqtt=played.mqtt, api_url=played.url, scenario=scenario, speed=played.speed, **more
    )
    task = asyncio.create_task(simulate(options))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def grown(played: Peer, beyond: int) -> bool:
    return len(played.readings[STRAP]) > beyond


# --- simulate -----------------------------------------------------------------------------------


async def test_devices_publish_in_virtual_time_and_stop_repeating_what_is_confirmed(
    mosquitto: Mosquitto,
) -> None:
    async with peer(mosquitto.port, speed=100) as played, running(played):
        await wait_until(lambda: len(played.readings[STRAP]) > 150)
        assert played.states(STRAP) == ["online"]
        assert played.seqs(STRAP) == list(range(1, len(played.seqs(STRAP)) + 1))
        for reading, received in zip(
            played.readings[STRAP], played.received_at[STRAP], strict=True
        ):
            assert seconds(reading["t"]) <= seconds(reading["sent"]) <= received + 0.5
        delays = [
            received - seconds(reading["sent"])
            for reading, received in zip(
                played.readings[STRAP][50:], played.received_at[STRAP][50:], strict=True
            )
        ]
        assert sorted(delays)[len(delays) // 2] < 30  # a third of a real second


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resend unconfirmed readings after a second."""
    monkeypatch.setattr("simulators.publish.clock.UNCONFIRMED_S", 1.0)


@pytest.mark.usefixtures("impatient")
async def test_without_a_service_to_confirm_the_same_readings_come_again(
    mosquitto: Mosquitto,
) -> None:
    async with peer(mosquitto.port, speed=100) as played, running(played):
        played.confirming = False
        await wait_until(lambda: played.seqs(STRAP).count(1) > 1, timeout=20)
        first, again = [r for r in played.readings[STRAP] if r["seq"] == 1][:2]
        assert {**first, "sent": ""} == {**again, "sent": ""}
        assert seconds(again["sent"]) > seconds(first["sent"])


async def test_a_command_makes_the_cuff_measure(mosquitto: Mosquitto) -> None:
    async with peer(mosquitto.port, speed=100) as played, running(played):
        await wait_until(lambda: played.readings[CUFF])  # the first by its schedule
        await played.command(CUFF)
        await wait_until(lambda: len(played.readings[CUFF]) == 2)
        first, second = [seconds(r["t"]) for r in played.readings[CUFF]]
        assert second - first < 250  # the schedule would take 300


async def test_staff_register_open_and_dose(mosquitto: Mosquitto) -> None:
    async with (
        peer(mosquitto.port, speed=400) as played,
        running(played, patients=2, account=ACCOUNT),
    ):
        await wait_until(lambda: len(played.doses) == 2, timeout=20)
        assert [p["label"] for p in played.patients.values()] == ["Alder 14", "Birch 14"]
        assert played.devices[CUFF] == {"id": CUFF, "kind": "cuff", "site": "home"}
        opened = played.encounters["e0"]["body"]
        assert opened["mode"] == "test"
        assert opened["device_ids"] == [STRAP, CUFF, "alder-14-thermometer"]
        assert opened["emergency"]["phone"].startswith("555 01")
        dose = played.doses[0]
        assert (dose["drug"], dose["route"], dose["amount_mg"]) == ("ketamine", "sublingual", 200)
        delay = dose["at"] - seconds(played.encounters["e0"]["opened_at"])
        assert delay == pytest.approx(720, abs=150)


async def test_a_gate_that_refuses_is_asked_again_or_overridden(mosquitto: Mosquitto) -> None:
    async with peer(mosquitto.port, speed=1000) as played:
        played.gate_refuses = 2
        async with running(played, account=ACCOUNT):
            await wait_until(lambda: played.doses, timeout=20)
        assert "override_reason" not in played.doses[0]
        played.wants_override = True
        async with running(played, "held-dose", account=ACCOUNT):
            await wait_until(lambda: len(played.doses) == 2, timeout=20)
        assert "White-coat" in played.doses[1]["override_reason"]
        assert played.doses[1]["authorised_by"]


async def test_a_second_run_takes_up_the_session_that_the_first_left_open(
    mosquitto: Mosquitto,
) -> None:
    async with peer(mosquitto.port, speed=50) as played:
        for _ in range(2):
            before = len(played.readings[STRAP])
            async with running(played, account=ACCOUNT):
                await wait_until(partial(grown, played, before + 9))
            await wait_until(lambda: played.states(STRAP)[-1] == "offline")
        assert (len(played.patients), len(played.devices), len(played.encounters)) == (1, 3, 1)


async def test_somebody_elses_session_is_not_taken_up(mosquitto: Mosquitto) -> None:
    async with peer(mosquitto.port) as played:
        played.encounters["x"] = {"id": "x", "patient": "p9", "mode": "test", "devices": [CUFF]}
        options = Simulate(mqtt=played.mqtt, api_url=played.url, account=ACCOUNT)
        with pytest.raises(Failed, match=r"is in use.*another --seed"):
            await simulate(options)


async def test_the_zoo_speaks_in_bytes_and_remembers_on_connecting(mosquitto: Mosquitto) -> None:
    async with peer(mosquitto.port, speed=20) as played, running(played, "zoo", patients=3):
        burst = partial(played.of, CUFF, "readings/gatt-2a35")
        await wait_until(lambda: len(burst()) >= len(REMEMBERED))
        await wait_until(lambda: len(played.of(STRAP, "readings/gatt-2a37")) > 30)
        noticed = "birch-14-cuff", "readings/gatt-2a36"
        await wait_until(lambda: len(played.of(*noticed)) > 3)
        assert len(set(burst())) == len(burst())
        assert played.seqs(STRAP) == []


async def test_a_lost_network_speaks_the_will_and_ends_in_a_burst(mosquitto: Mosquitto) -> None:
    strap = "maple-14-strap"
    async with peer(mosquitto.port, speed=600) as played, running(played, "reconnect-burst"):
        await wait_until(lambda: played.states(strap) == ["online", "offline"], timeout=20)
        await wait_until(lambda: played.states(strap)[-1] == "online", timeout=20)
        before = len(played.readings[strap])
        await wait_until(lambda: len(played.readings[strap]) > before + 300)
        assert set(played.seqs(strap)) == set(range(1, max(played.seqs(strap)) + 1))


@pytest.mark.usefixtures("impatient")
async def test_a_broker_that_dies_costs_no_reading(mosquitto: Mosquitto) -> None:
    async with peer(mosquitto.port, speed=50) as played, running(played):
        await wait_until(lambda: len(played.readings[STRAP]) > 50)
        mosquitto.kill()
        held = max(played.seqs(STRAP))
        mosquitto.start()
        await wait_until(lambda: max(played.seqs(STRAP)) > held + 100, timeout=30)
        # Readings that the broker took before the peer returned come again.
        await wait_until(
            lambda: set(played.seqs(STRAP)) == set(range(1, max(played.seqs(STRAP)) + 1)),
            timeout=30,
        )


async def test_at_the_end_of_its_course_a_device_says_that_it_is_off(mosquitto: Mosquitto) -> None:
    async with (
        peer(mosquitto.port, speed=6000) as played,
        running(played, "sustained-tachycardia") as task,
    ):
        await asyncio.wait_for(task, 30)
        await wait_until(lambda: played.states("hazel-14-strap")[-1:] == ["offline"])
        assert max(played.seqs("hazel-14-strap")) == pytest.approx(132 * 60, abs=30)


async def test_two_runs_send_the_same_readings(mosquitto: Mosquitto) -> None:
    sent = []
    for _ in range(2):
        async with peer(mosquitto.port, speed=300) as played, running(played):
            await wait_until(lambda: len(played.readings[STRAP]) > 200)
        begun = seconds(played.readings[STRAP][0]["t"])
        sent.append(
            [
                (r["seq"], round(seconds(r["t"]) - begun, 3), r["hr"], r["boot"])
                for r in played.readings[STRAP][:200]
            ]
        )
    assert sent[0] == sent[1]


# --- the clock ------------------------------------------------------------------------------------


async def test_another_speed_than_the_services_is_wrong_use(mosquitto: Mosquitto) -> None:
    async with peer(mosquitto.port, speed=2) as played:
        for options in (
            Simulate(mqtt=played.mqtt, api_url=played.url, speed=3),
            Simulate(mqtt=played.mqtt, api_url=played.url),
        ):
            with pytest.raises(WrongUse, match=r"runs at 2"):
                await simulate(options)


async def test_without_a_service_time_of_day_serves_at_speed_one_only(
    mosquitto: Mosquitto, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = "http://127.0.0.1:9"  # discard: no server listens there
    with pytest.raises(WrongUse, match="needs the service's clock"):
        await simulate(Simulate(mqtt=mosquitto.url, api_url=nobody, speed=60))
    async with peer(mosquitto.port) as played:
        options = Simulate(mqtt=mosquitto.url, api_url=nobody)
        task = asyncio.create_task(simulate(options))
        await wait_until(lambda: played.readings[STRAP])
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    said = capsys.readouterr()
    assert "using this computer's time" in said.err
    assert said.out.split() == [STRAP, CUFF, "alder-14-thermometer"]


async def test_a_service_whose_past_is_being_played_is_left_alone(mosquitto: Mosquitto) -> None:
    async with peer(mosquitto.port, following=True) as played:
        with pytest.raises(WrongUse, match="played its past"):
            await simulate(Simulate(mqtt=played.mqtt, api_url=played.url))


# --- replay ---------------------------------------------------------------------------------------

ROWS = """
0,71.5,,,,ecg
1,0,,,,ecg
2,,,,,ecg
3.5,,120,80,93,nibp
10,74,32000,-4,,art
"""


def trace(directory: Path, rows: str, header: str = HEADER) -> Path:
    file = directory / "course.csv"
    file.write_text(f"{header}\n{rows.strip()}\n")
    return file


def replayed(played: Peer, file: Path) -> Replay:
    return Replay(trace=file, mqtt=played.mqtt, device="d1", api_url=played.url, speed=played.speed)


async def test_a_replay_sends_one_object_for_each_row_with_a_value(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    async with peer(mosquitto.port, speed=10) as played:
        summary = await replay(replayed(played, trace(tmp_path, ROWS)))
        assert (summary.rows, summary.readings, summary.values, summary.confirmed) == (5, 4, 8, 4)
        got = played.readings["d1"]
        assert [len(b) > 0 for b in played.of("d1")] == [True] * 4
        assert played.of("d1", "status") == []
        values = [{k: v for k, v in r.items() if k not in ("t", "sent", "boot")} for r in got]
        assert values == [
            {"seq": 1, "hr": 71.5},
            {"seq": 2, "hr": 0},
            {"seq": 3, "sbp": 120, "dbp": 80, "map": 93},
            {"seq": 4, "hr": 74, "sbp": 32000, "dbp": -4},
        ]
        begun = seconds(got[0]["t"])
        assert begun == pytest.approx(START, abs=60)
        assert [round(seconds(r["t"]) - begun, 3) for r in got] == [0, 1, 3.5, 10]
        for reading, received in zip(got, played.received_at["d1"], strict=True):
            assert seconds(reading["t"]) <= seconds(reading["sent"]) + 0.001
            assert 0 <= received - seconds(reading["t"]) < 3


async def test_a_replay_without_confirmations_still_ends(
    mosquitto: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.publish.replay.FIRST_CONFIRMATION_S", 0.2)
    async with peer(mosquitto.port, speed=100) as played:
        played.confirming = False
        summary = await replay(replayed(played, trace(tmp_path, ROWS)))
        assert (summary.values, summary.confirmed) == (8, 0)
        await wait_until(lambda: len(played.readings["d1"]) == 4)


async def test_two_replays_have_different_boots(mosquitto: Mosquitto, tmp_path: Path) -> None:
    async with peer(mosquitto.port, speed=100) as played:
        for _ in range(2):
            await replay(replayed(played, trace(tmp_path, ROWS)))
        assert len({r["boot"] for r in played.readings["d1"]}) == 2


@pytest.mark.usefixtures("impatient")
async def test_a_broker_that_dies_in_a_replay_costs_no_row(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    rows = "\n".join(f"{second},{60 + second % 40},,,,ecg" for second in range(1200))
    async with peer(mosquitto.port, speed=300) as played:
        task = asyncio.create_task(replay(replayed(played, trace(tmp_path, rows))))
        await wait_until(lambda: len(played.readings["d1"]) > 300)
        mosquitto.kill()
        mosquitto.start()
        summary = await asyncio.wait_for(task, 40)
        assert (summary.values, summary.confirmed) == (1200, 1200)
        got = {r["seq"]: r["hr"] for r in played.readings["d1"]}
        assert got == {second + 1: 60 + second % 40 for second in range(1200)}


@pytest.fixture
def recording(traces: Path) -> tuple[Path, int]:
    """Return a recorded trace with its device's zeros, and how many of its cells have a value."""
    file = next(traces.rglob("*s25047_rawzero.csv"))
    cells = [line.split(",")[1:5] for line in file.read_text().splitlines()[1:]]
    return file, sum(1 for row in cells for cell in row if cell)


async def test_a_new_connection_sends_everything_unconfirmed_in_batches(
    mosquitto: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.publish.clock.UNCONFIRMED_S", 1000.0)
    monkeypatch.setattr("simulators.publish.replay.FIRST_CONFIRMATION_S", 0.1)
    rows = read_trace(trace(tmp_path, "\n".join(f"{s},{60 + s},,,,ecg" for s in range(70))))
    async with peer(mosquitto.port) as played:
        played.confirming = False
        clock = VirtualClock(START, 1000)
        recorder = Recorder(Broker.parse(played.mqtt), "home", "d1", clock, capacity=70)
        tasks = [asyncio.create_task(recorder.link.run()), asyncio.create_task(recorder.send())]
        await recorder.link.ready()
        await recorder.play(rows)
        await wait_until(lambda: played.seqs("d1") == list(range(1, 71)))
        recorder.link.cut()
        await wait_until(lambda: played.seqs("d1") == 2 * list(range(1, 71)))
        assert len(played.of("d1")) == 70 + 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_player_that_fell_behind_catches_up_and_stops_at_the_end(
    mosquitto: Mosquitto,
) -> None:
    made = session("calm")
    ends = made.opens + 600
    async with peer(mosquitto.port) as played:
        player = Player(made.devices[0], Broker.parse(played.mqtt), "home")
        link = asyncio.create_task(player.link.run())
        await player.link.ready()
        await player.run(VirtualClock(ends + 1000), ends, report_s=1)
        await wait_until(lambda: played.seqs(STRAP) == list(range(1, 601)))
        link.cancel()
        await asyncio.gather(link, return_exceptions=True)


async def test_a_recording_arrives_complete(
    mosquitto: Mosquitto, recording: tuple[Path, int]
) -> None:
    file, filled = recording
    async with peer(mosquitto.port, speed=20_000) as played:
        summary = await replay(replayed(played, file))
        assert summary.values == filled
        got = sum(len(r.keys() & {"hr", "sbp", "dbp", "map"}) for r in played.readings["d1"])
        assert got == filled
        assert summary.confirmed == summary.readings


# --- the connection -------------------------------------------------------------------------------


async def test_a_device_that_the_broker_refuses_says_so(
    mosquitto_with: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.publish.link.CONNECT_S", 0.1)
    broker = mosquitto_with("user root\nlistener {port} 127.0.0.1\nallow_anonymous false\n")
    parsed = Broker.parse(broker.url)
    link = Link(parsed, "strap", credentials=Credentials("strap", "wrong"))
    task = asyncio.create_task(link.run())
    try:
        await wait_until(lambda: link.trouble)
        with pytest.raises(Failed, match=r"no connection to the broker at 127.0.0.1.*uthori"):
            await link.ready()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(("orderly", "heard"), [(True, ["p", "end"]), (False, ["p", "w"])])
async def test_only_an_orderly_end_leaves_the_will_unspoken(
    mosquitto: Mosquitto, orderly: bool, heard: list[str]
) -> None:
    async with aiomqtt.Client("127.0.0.1", mosquitto.port) as watcher:
        await watcher.subscribe("#", qos=1)
        link = Link(Broker.parse(mosquitto.url), "a", will=("w", b"gone"))
        task = asyncio.create_task(link.run())
        await link.ready()
        assert await link.publish("p", b"here")
        if not orderly:
            link.permit(False)
        else:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await watcher.publish("end", qos=1)
        async with asyncio.timeout(10):
            assert [str((await anext(watcher.messages)).topic) for _ in heard] == heard
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mqtt://broker", Broker("broker", 1883, False, Credentials())),
        ("mqtts://broker", Broker("broker", 8883, True, Credentials())),
        ("mqtt://u:p%40ss@b:99", Broker("b", 99, False, Credentials("u", "p@ss"))),
    ],
)
def test_a_brokers_address_is_read(url: str, expected: Broker) -> None:
    assert Broker.parse(url) == expected


@pytest.mark.parametrize("url", ["", "broker:1883", "http://b", "mqtt://", "mqtt://b:x"])
def test_what_is_no_address_is_wrong_use(url: str) -> None:
    with pytest.raises(WrongUse, match="--mqtt wants"):
        Broker.parse(url)
