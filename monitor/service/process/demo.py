"""`demo`: the whole product on embedded parts, with simulated people.

The service is the ordinary one, with a clock that follows. The simulators are a separate process
that speaks MQTT and HTTP like any other client: they play the sessions' past through the ingest,
move the clock while they do so, and then let it run.
"""

import asyncio
import contextlib
import secrets
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Final

import typer

from monitor.adapters.broker import access
from monitor.adapters.broker.access import Account
from monitor.config import Broker, Config
from monitor.core.vocabulary.inputs import TakeOver
from monitor.service.clock import Clock
from monitor.service.process.run import Service, run
from monitor.service.setup.account_commands import create_user

PAST_S: Final = 110 * 60.0
USER: Final = "demo"
FEED: Final = "simulators"
HAND_OVER_S: Final = 0.5
CLOCK: Final = "service.clock"  # the account that moves the clock through the past


class FeedEnded(Exception):
    """The simulators stopped; their message is on standard error."""


async def demo(
    patients: int,
    speed: float,
    http_port: int,
    mqtt_port: int,
    seed: int,
    scenario: str,
    broker: Broker,
) -> None:
    with tempfile.TemporaryDirectory(prefix="dosing-monitor-demo-") as place:
        config = Config(
            database_url=f"sqlite:///{place}/monitor.db", http_port=http_port,
            mqtt_port=mqtt_port, broker=broker, data=place,
        )  # fmt: skip
        passwords = {USER: secrets.token_urlsafe(9), FEED: secrets.token_urlsafe(18)}
        for name, password in passwords.items():
            await asyncio.to_thread(create_user, config, name, "therapist", password)
        clock = Clock(speed, start=time.time() - PAST_S, following=True)
        service = Service(config, clock)
        baton = access.new_password()
        moves = access.Rule("write", f"{access.PREFIX}/+/clock")
        service.identity.guests.append(Account(CLOCK, access.hashed(baton), (moves,)))
        await run(
            service,
            partial(_greet, service, passwords[USER]),
            partial(_hand_over, service),
            partial(_feed, service, patients, speed, seed, scenario, (passwords[FEED], baton)),
        )


async def _greet(service: Service, password: str) -> None:
    await service.listening.wait()
    typer.echo(f"Dosing Monitor, demo: {service.address}")
    typer.echo(f"User name: {USER}")
    typer.echo(f"Password: {password}")
    typer.echo("All people are simulated. Their past is being played in; Ctrl-C ends it.")
    typer.echo(f"Database: {service.store.where}, which goes when this ends.")


async def _hand_over(service: Service) -> None:
    """Make the demo's user the supervisor of the sessions that the simulators open."""
    while True:
        for session in list(service.ward.sessions.values()):
            if session.encounter.state.supervision.supervisor.name == FEED:
                taken = TakeOver(USER, "it is the demonstration's")
                service.ward.apply(session, taken, service.clock.now())
        await asyncio.sleep(HAND_OVER_S)


async def _feed(
    service: Service,
    patients: int,
    speed: float,
    seed: int,
    scenario: str,
    secrets_: tuple[str, str],
) -> None:
    await service.listening.wait()
    assert service.broker is not None
    await service.broker.ready.wait()
    mqtt = service.broker.url.replace("//", f"//{CLOCK}@")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators", "demo-feed",
        "--mqtt", mqtt, "--api", service.address, "--patients", str(patients),
        "--seed", str(seed), "--speed", str(speed), "--scenario", scenario,
        "--user", FEED, "--password-stdin",
        stdin=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    try:
        assert process.stdin is not None
        process.stdin.write("".join(f"{secret}\n" for secret in secrets_).encode())
        process.stdin.close()
        status = await process.wait()
        raise FeedEnded(f"The simulators ended with status {status}.")
    finally:
        if process.returncode is None:
            process.terminate()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await process.wait()
        if process.returncode is None:
            process.kill()
