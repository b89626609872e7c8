"""The options of the commands, each with its purpose and its allowed values."""

import argparse
import re
import textwrap
from itertools import zip_longest
from pathlib import Path
from typing import Final, NoReturn

from simulators.scenarios import NAMES, SCENARIOS


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    every = _Parser(
        prog="python -m simulators", description="Simulated people and devices. docs/simulators.md"
    )
    commands = every.add_subparsers(dest="command", required=True, parser_class=_Parser)
    # A user calls `dosing-monitor`, which starts this program.
    simulated = commands.add_parser(
        "simulate", help="sessions that begin now", prog="dosing-monitor simulate",
        description="Devices of new sessions publish from now on. With --api it registers them,\n"
        "opens sessions in mode test and records the doses; without it prints the\n"
        "devices' ids.",
        epilog=_stories(), formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    _common(simulated)
    _people(simulated, scenario="calm")
    trace = commands.add_parser(
        "replay", help="a recorded trace, measured now", prog="dosing-monitor replay",
        description="Publishes a recorded trace as its device would have, measured now, and prints "
        "a summary as JSON.",
    )  # fmt: skip
    trace.add_argument(
        "trace", type=Path, metavar="TRACE.csv",
        help="a recording, with the columns t_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,source",
    )  # fmt: skip
    trace.add_argument(
        "--device", required=True, type=_identifier, metavar="ID",
        help="which registered device it is from; its user name and password go into --mqtt",
    )  # fmt: skip
    _common(trace)
    feed = commands.add_parser(
        "demo-feed", help="the demonstration's past, then its present",
        description="What dosing-monitor demo starts: plays a past into a service whose clock\n"
        "follows, then goes on live.",
        epilog=_stories(), formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    _common(feed)
    _people(feed, scenario="clinic")
    return every


_TOGETHER: Final = {
    "clinic": "Eight people, of all protocols: some calm, some not. What the demonstration shows.",
    "zoo": "Sixteen people with the devices that people really buy, with every quirk.",
}


def _stories() -> str:
    stories = {name: scenario.story for name, scenario in SCENARIOS.items()} | _TOGETHER
    lines = []
    for name in NAMES:
        told = textwrap.wrap(stories[name], 50)
        lines += [f"  {head:26}{line}" for head, line in zip_longest([name], told, fillvalue="")]
    return "\n".join(["scenarios:", *lines])


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mqtt", required=True, metavar="URL",
        help="the broker: mqtt://[user:password@]host[:port], or mqtts://… with TLS",
    )  # fmt: skip
    parser.add_argument(
        "--site", type=_identifier, default="home", metavar="S",
        help="the site in the topics, one that the service serves (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--speed", type=_speed, default=1.0, metavar="X",
        help="60 plays an hour in a minute; the service must run at the same "
        "DOSING_MONITOR_CLOCK_SPEED (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--api", metavar="URL", type=_http_url,
        help="the service, whose time is used (default: where DOSING_MONITOR_HTTP_HOST and _PORT "
        "say, else http://127.0.0.1:8000)",
    )  # fmt: skip


def _people(parser: argparse.ArgumentParser, *, scenario: str) -> None:
    parser.add_argument(
        "--scenario", choices=NAMES, default=scenario, metavar="NAME",
        help="what happens in the sessions; the names are below (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--patients", type=_count, metavar="N",
        help="how many sessions (default: one; those of clinic and zoo)",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=_seed, default=1, metavar="N",
        help="the same number, the same people and readings (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--user", metavar="NAME", help="who runs the sessions at --api; a therapist at least"
    )
    parser.add_argument(
        "--password-stdin", action="store_true",
        help="this user's password is the first line of standard input",
    )  # fmt: skip


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
