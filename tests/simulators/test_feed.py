"""The demonstration's past, played in lockstep with a peer whose clock follows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from simulators.errors import Failed, WrongUse
from simulators.native import seconds
from simulators.publish.clock import wall_time
from simulators.publish.feed import Feed, demo_feed
from simulators.publish.simulate import Account
from tests.parts import Mosquitto, wait_until
from tests.simulators.peer import PASSWORD, Peer, peer

ACCOUNT = Account("sim", PASSWORD)


@contextlib.asynccontextmanager
async def feeding(played: Peer, speed: float = 1.0, patients: int = 8) -> AsyncIterator[None]:
    options = Feed(
        mqtt=played.mqtt, api_url=played.url, account=ACCOUNT, speed=speed, patients=patients
    )
    task = asyncio.create_task(demo_feed(options))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def following(broker: Mosquitto, minutes: float, speed: float = 1) -> AsyncIterator[Peer]:
    past = round(wall_time() - 60 * minutes, 3)
    async with peer(broker.port, following=True, time=past, speed=speed) as played:
        yield played


async def test_the_past_is_played_through_ingest_and_the_clock_never_outruns_heart_rates(
    mosquitto: Mosquitto,
) -> None:
    async with following(mosquitto, 110) as played, feeding(played):
        await wait_until(lambda: played.ran_at, timeout=60)
        assert played.ran_at == pytest.approx(wall_time(), abs=3)
        moves = played.clock_moves
        assert all(0 <= later - earlier <= 10.001 for earlier, later in pairwise(moves[1:]))
        for device, readings in played.readings.items():
            assert {r["seq"] for r in readings} == set(range(1, readings[-1]["seq"] + 1)), device
            if not device.endswith("-strap"):
                continue
            # Sent while the clock was still at the step's beginning, up to the step's end.
            for reading, clock in zip(readings, played.received_at[device], strict=True):
                assert clock - 1 <= seconds(reading["t"]) <= clock + 11
        birch = [seconds(r["t"]) for r in played.readings["birch-14-strap"]]
        assert birch[-1] - birch[0] == pytest.approx(57 * 60, abs=60)


async def test_sessions_stand_at_their_minute_when_the_page_opens(mosquitto: Mosquitto) -> None:
    async with following(mosquitto, 110, speed=20) as played, feeding(played, 20):
        await wait_until(lambda: played.ran_at, timeout=60)
        assert played.ran_at is not None
        assert len(played.encounters) == 8
        assert {e["mode"] for e in played.encounters.values()} == {"demo"}
        labels = {p["id"]: p["label"] for p in played.patients.values()}
        since = {
            labels[played.encounters[d["encounter"]]["patient"]]: d["at"] for d in played.doses
        }
        assert "Cedar 14" not in since  # still in its baseline
        minutes = {label: (played.ran_at - at) / 60 for label, at in since.items()}
        assert minutes["Birch 14"] == pytest.approx(45, abs=0.6)
        assert minutes["Larch 14"] == pytest.approx(95, abs=0.6)
        assert len(minutes) == 7
        # The reading of 30 min showed no rise; the one that is in progress will.
        pressures = [r["sbp"] for r in played.readings["birch-14-cuff"]]
        assert max(pressures) < 165
        await wait_until(lambda: played.readings["birch-14-cuff"][-1]["sbp"] > 180, timeout=60)


async def test_afterwards_devices_go_on_by_the_clock_and_answer(mosquitto: Mosquitto) -> None:
    async with following(mosquitto, 10, speed=20) as played, feeding(played, 20, patients=2):
        await wait_until(lambda: played.ran_at, timeout=30)
        strap = played.readings["birch-14-strap"]
        await wait_until(lambda: strap and seconds(strap[-1]["t"]) > played.clock_moves[-1] + 60)
        assert seconds(strap[-1]["t"]) <= played.now() + 1
        before = len(played.readings["cedar-14-cuff"])
        await played.command("cedar-14-cuff")
        await wait_until(lambda: len(played.readings["cedar-14-cuff"]) > before)


async def test_what_people_do_on_the_page_is_noticed(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.publish.simulate.LOOK_AROUND_S", 0.1)
    dosed: list[float] = []
    monkeypatch.setattr("simulators.body.Body.dose", lambda _, at: dosed.append(at))
    async with following(mosquitto, 10, speed=20) as played, feeding(played, 20, patients=2):
        await wait_until(lambda: played.ran_at, timeout=30)
        cedar = next(e for e in played.encounters.values() if "cedar-14-cuff" in e["devices"])
        birch = next(e for e in played.encounters.values() if "birch-14-cuff" in e["devices"])
        cedar["dosed_at"] = "2026-11-23T10:15:02.000Z"
        await wait_until(lambda: seconds("2026-11-23T10:15:02.000Z") in dosed)
        assert played.states("birch-14-strap") == ["online"]
        played.token = ""  # its sign-in has expired
        del played.encounters[birch["id"]]
        await wait_until(lambda: played.states("birch-14-strap") == ["online", "offline"])
        assert played.states("cedar-14-strap") == ["online"]
        assert played.sign_ins == 2


async def test_a_past_that_is_too_short_begins_with_the_sessions_that_fit(
    mosquitto: Mosquitto,
) -> None:
    async with following(mosquitto, 3) as played, feeding(played):
        await wait_until(lambda: played.ran_at, timeout=30)
        assert len(played.encounters) == 8
        assert played.doses == []


async def test_a_service_that_does_not_follow_is_wrong_use(mosquitto: Mosquitto) -> None:
    async with peer(mosquitto.port) as played:
        with pytest.raises(WrongUse, match="wants one that follows"):
            await demo_feed(Feed(mqtt=played.mqtt, api_url=played.url, account=ACCOUNT))


async def test_a_wrong_password_is_a_failure_with_the_services_words(
    mosquitto: Mosquitto,
) -> None:
    async with following(mosquitto, 1) as played:
        wrong = Feed(mqtt=played.mqtt, api_url=played.url, account=Account("sim", "guess"))
        with pytest.raises(Failed, match=r"sign in: the service answers 401: Wrong name"):
            await demo_feed(wrong)


async def test_a_clock_that_stops_following_is_a_failure(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.publish.feed.ANSWER_S", 0.3)
    monkeypatch.setattr(Peer, "_follow", lambda *_: None)
    async with following(mosquitto, 5) as played:
        options = Feed(mqtt=played.mqtt, api_url=played.url, account=ACCOUNT)
        with pytest.raises(BaseExceptionGroup) as raised:
            await asyncio.wait_for(demo_feed(options), 30)
        assert "does not follow" in str(_innermost(raised.value))


def _innermost(fault: BaseException) -> BaseException:
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return fault
