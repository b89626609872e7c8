"""`python -m simulators simulate | replay | demo-feed`. Exit status: 0, 2 wrong use, 1 failure."""

import argparse
import os
import sys
from collections.abc import Sequence

import msgspec

from simulators.errors import WrongUse
from simulators.options import parser
from simulators.publish.feed import Feed, demo_feed
from simulators.publish.replay import Replay, replay
from simulators.publish.runner import run
from simulators.publish.simulate import Account, Simulate, simulate
from simulators.terminal import note, say


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    name = str(options.command)
    try:
        if name == "simulate":
            return run(name, simulate(_simulate(options)))
        if name == "replay":
            return run(name, _replay_and_tell(_replay(options)))
        return run(name, demo_feed(_feed(options)))
    except WrongUse as fault:
        note(f"{name}: {fault}")
        return 2


async def _replay_and_tell(options: Replay) -> None:
    summary = await replay(options)
    say(msgspec.json.encode(summary).decode())


def _simulate(options: argparse.Namespace) -> Simulate:
    account = None
    if options.api or options.user or options.password_stdin:
        if not options.api:
            raise WrongUse("--user and --password-stdin say who runs the sessions at --api URL")
        account = _account(options)
    return Simulate(
        mqtt=options.mqtt,
        api_url=options.api or _own_api(),
        site=options.site,
        patients=options.patients,
        scenario=options.scenario,
        speed=options.speed,
        seed=options.seed,
        account=account,
    )


def _replay(options: argparse.Namespace) -> Replay:
    return Replay(
        trace=options.trace,
        mqtt=options.mqtt,
        device=options.device,
        api_url=options.api or _own_api(),
        site=options.site,
        speed=options.speed,
    )


def _feed(options: argparse.Namespace) -> Feed:
    account = _account(options)
    return Feed(
        mqtt=options.mqtt,
        # The second line of standard input: the broker's password for the user in --mqtt.
        broker_password=sys.stdin.readline().rstrip("\r\n"),
        api_url=options.api or _own_api(),
        account=account,
        site=options.site,
        scenario=options.scenario,
        patients=options.patients,
        seed=options.seed,
        speed=options.speed,
    )


def _account(options: argparse.Namespace) -> Account:
    if not options.user or not options.password_stdin:
        raise WrongUse("registering devices and opening sessions needs --user and --password-stdin")
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise WrongUse("--password-stdin: no password came on standard input")
    return Account(options.user, password)


def _own_api() -> str:
    """Return the default URL of the service, from the variables that configure the service too."""
    host = os.environ.get("DOSING_MONITOR_HTTP_HOST") or "127.0.0.1"
    if host in ("0.0.0.0", "::"):  # noqa: S104 (recognised, not bound)
        host = "127.0.0.1"
    port = os.environ.get("DOSING_MONITOR_HTTP_PORT") or "8000"
    if not port.isdecimal() or not 1 <= int(port) <= 65_535:
        raise WrongUse(
            f"DOSING_MONITOR_HTTP_PORT: '{port}' cannot be used. Allowed here: the service's port, "
            "a whole number from 1 to 65535; or name the service by --api URL"
        )
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


if __name__ == "__main__":
    sys.exit(main())
