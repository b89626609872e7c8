"""`python -m simulators simulate | replay | demo-feed`. Exit status: 0, 2 wrong use, 1 failure."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import msgspec

from simulators.errors import WrongUse
from simulators.publish.feed import Feed, demo_feed
from simulators.publish.replay import Replay, replay
from simulators.publish.runner import run
from simulators.publish.simulate import Account, Simulate, simulate
from simulators.scenarios import NAMES
from simulators.terminal import note, say


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
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
        # A second line: what the broker asks of the user whom --mqtt names.
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
    """Where the service is unless somebody says otherwise: what configures it tells us too."""
    host = os.environ.get("DOSING_MONITOR_HTTP_HOST") or "127.0.0.1"
    if host in ("0.0.0.0", "::"):  # noqa: S104 (recognised, not bound)
        host = "127.0.0.1"
    port = os.environ.get("DOSING_MONITOR_HTTP_PORT") or "8000"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="simulators", description="Simulated people and devices.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    simulated = commands.add_parser("simulate", help="sessions that begin now")
    _common(simulated)
    _people(simulated, scenario="calm")
    trace = commands.add_parser("replay", help="a recorded trace, measured now")
    trace.add_argument("trace", type=Path, metavar="TRACE.csv")
    trace.add_argument("--device", required=True, type=_identifier, metavar="ID")
    _common(trace)
    feed = commands.add_parser("demo-feed", help="the demonstration's past, then its present")
    _common(feed)
    _people(feed, scenario="clinic")
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mqtt", required=True, metavar="URL")
    parser.add_argument("--site", type=_identifier, default="home", metavar="S")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X")
    parser.add_argument("--api", metavar="URL", type=_http_url)


def _people(parser: argparse.ArgumentParser, *, scenario: str) -> None:
    parser.add_argument("--scenario", choices=NAMES, default=scenario, metavar="NAME")
    parser.add_argument("--patients", type=_count, metavar="N")
    parser.add_argument("--seed", type=_seed, default=1, metavar="N")
    parser.add_argument("--user", metavar="NAME")
    parser.add_argument("--password-stdin", action="store_true")


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text):
        raise argparse.ArgumentTypeError("wants 1 to 64 letters, digits, '_' or '-'")
    return text


def _speed(text: str) -> float:
    return _within(float(text), 0.01, 100_000, "wants a number above 0")


def _count(text: str) -> int:
    return int(_within(int(text), 1, 1000, "wants 1 to 1000"))


def _seed(text: str) -> int:
    return int(_within(int(text), 0, 2**32, "wants a whole number from 0"))


def _within(number: float, low: float, high: float, wish: str) -> float:
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(wish)
    return number


def _http_url(text: str) -> str:
    if not re.match(r"https?://[^/]", text):
        raise argparse.ArgumentTypeError("wants http://… or https://…")
    return text.rstrip("/")


if __name__ == "__main__":
    sys.exit(main())
