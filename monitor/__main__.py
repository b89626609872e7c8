"""The command `dosing-monitor`. Exit status: 0 success, 1 failure, 2 wrong use or configuration."""

import os
import sys
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from monitor.config import Config, ConfigError, load
from monitor.service.process.commands import ConfigFile, announce, device, user
from monitor.service.setup.asking import WRONG_USE, wrong

NAME = "dosing-monitor"

app = typer.Typer(
    name=NAME, add_completion=False, rich_markup_mode=None, no_args_is_help=False,
    pretty_exceptions_enable=False, help="Watches vital signs through a dosing session.",
)  # fmt: skip
app.add_typer(user, name="user")
app.add_typer(device, name="device")

FAILED = 1
_PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


class BrokerKind(StrEnum):
    auto = "auto"
    mosquitto = "mosquitto"
    amqtt = "amqtt"


# The names that the simulators and the core use; a test keeps them equal. Importing either is slow.
SCENARIOS = (
    "calm", "transient-pressure", "sustained-tachycardia", "artefact-burst", "cuff-off",
    "goes-silent", "clock-two-minutes-fast", "reconnect-burst", "low-heart-rate",
    "garbage-payload", "odd-gateway", "held-dose", "clinic", "zoo",
)  # fmt: skip
PROTOCOLS = ("sl_home", "oral_home", "esk_nasal", "im_clinic", "iv_40")


# Text between \\b and an empty line is not wrapped: a name cut at its hyphen would be wrong.
_DEMO = """Run the whole product on embedded parts, with simulated sessions.

It prints the login. Nothing of it is kept: its folder goes when it ends.

\b
Scenarios (`simulate --help` says what happens in each):
""" + "\n".join(f"  {name}" for name in SCENARIOS)


def _scenario(name: str) -> str:
    if name not in SCENARIOS:
        wrong(f"There is no scenario {name}. Known: {', '.join(SCENARIOS)}.")
    return name


@app.command()
def serve(config: ConfigFile = "") -> None:
    """Run the service, configured by the environment or a file.

    Without settings, the service runs its own broker on port 1883, serves the page on
    http://127.0.0.1:8000 and keeps its database in data/monitor.db, in the folder where you start
    it. While there is no user, it gives you a link to create the first administrator.
    """
    settings = load(os.environ, config)

    from monitor.service.process.run import Service, run

    _logs(quiet=False)

    async def main() -> None:
        await run(Service(settings))

    _run(main())


@app.command(help=_DEMO)
def demo(
    patients: Annotated[
        int, typer.Option(min=1, max=12, metavar="N", help="How many people, 1 to 12.")
    ] = 8,
    speed: Annotated[
        float,
        typer.Option(min=0.1, max=120, metavar="X", help="60: an hour passes in a minute."),
    ] = 1.0,
    http_port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="PORT", help="Of the page; 0: any free one.")
    ] = 8000,
    mqtt_port: Annotated[
        int, typer.Option(min=1, max=65535, metavar="PORT", help="Of the broker.")
    ] = 1883,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="The same number, the same people.")
    ] = 7,
    scenario: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            callback=_scenario,
            help="Which course the sessions take: one of those above.",
        ),
    ] = "clinic",
    broker: Annotated[
        BrokerKind, typer.Option(help="Which broker of its own; auto: Mosquitto where it is there.")
    ] = BrokerKind.auto,
) -> None:
    from monitor.service.process.demo import demo as run_demo

    _logs(quiet=True)
    _run(run_demo(patients, speed, http_port, mqtt_port, seed, scenario, broker.value))


@app.command()
def analyze(
    trace: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="A CSV file, as `replay` takes it."
        ),
    ],
    protocol: Annotated[
        str, typer.Option(metavar="ID", help=f"Whose limits: {', '.join(PROTOCOLS)}.")
    ],
    dose_at: Annotated[
        float, typer.Option(min=0, metavar="S", help="When the dose was, in seconds.")
    ] = 600.0,
) -> None:
    """Run a recorded trace through the detection core and print its decisions as JSON lines.

    It uses no database.
    """
    import msgspec

    from monitor.analyze import analyze as decide
    from monitor.codecs.trace import TraceError, read_trace
    from monitor.core.protocol.presets import PRESETS

    if protocol not in PRESETS:
        wrong(f"There is no protocol {protocol}. Known: {', '.join(PRESETS)}.")
    out = sys.stdout.buffer
    try:
        for line in decide(read_trace(trace), PRESETS[protocol], dose_at):
            out.write(msgspec.json.encode(line) + b"\n")
    except TraceError as error:
        out.flush()
        wrong(str(error))
    out.flush()


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def simulate(context: typer.Context) -> None:
    """Publish the readings of simulated people to a broker. `simulate --help` lists the scenarios
    and explains each option."""
    _simulators("simulate", context.args)


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def replay(context: typer.Context) -> None:
    """Publish a recorded trace as a device would. `replay --help` explains each option."""
    _simulators("replay", context.args)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Made anew; never overwritten.")],
    config: ConfigFile = "",
) -> None:
    """Write the database to a file, also while the service runs (SQLite only).

    On success it prints the names of the database and the copy, but only on a terminal.
    """
    from monitor.adapters.store import BackupRefused
    from monitor.service.setup.copies import back_up

    _logs(quiet=True)
    settings = load(os.environ, config)
    try:
        untold = back_up(settings, file)
    except BackupRefused as error:
        wrong(str(error))
    if untold:
        print(f"{NAME}: the audit does not tell of this backup ({untold})", file=sys.stderr)
    # Success prints no output when a timer runs this: it would be a mail every night.
    if sys.stdout.isatty():
        announce(settings)
        print(f"It is written to {file.absolute()}.")


@app.command()
def restore(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="What `backup` wrote."),
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put aside the database that is there; it is kept.")
    ] = False,
    config: ConfigFile = "",
) -> None:
    """Restore the database from a backup (SQLite only). Stop the service first."""
    from monitor.adapters.store import BackupRefused
    from monitor.service.setup.copies import put_back

    _logs(quiet=True)
    settings = load(os.environ, config)
    try:
        kept = put_back(settings, file, replace=replace)
    except BackupRefused as error:
        wrong(str(error))
    announce(settings)
    if kept is not None:
        print(f"What was there is kept as {kept}")


def _simulators(command: str, arguments: list[str]) -> NoReturn:
    # A separate program by design: neither package imports the other.
    os.execv(sys.executable, [sys.executable, "-m", "simulators", command, *arguments])  # noqa: S606


def _run(main: Coroutine[Any, Any, None]) -> None:
    import uvloop

    uvloop.run(main)


def _logs(*, quiet: bool) -> None:
    from monitor.service.process.logs import configure

    configure(quiet=quiet)


def _reasons(error: BaseException) -> list[BaseException]:
    """Return the single exceptions inside nested exception groups."""
    if isinstance(error, BaseExceptionGroup):
        return [reason for inner in error.exceptions for reason in _reasons(inner)]
    return [error]


def _status(reasons: list[BaseException]) -> int | None:
    """Return the exit status for foreseen errors; None if the fault is in our own code."""
    # Imported on failure only: these imports take half the time of a short command.
    from monitor.adapters.broker.own import BrokerFailed
    from monitor.adapters.http import Occupied
    from monitor.adapters.mqtt import BadBrokerUrl
    from monitor.adapters.store import BadUrl, StoreError
    from monitor.service.process.demo import FeedEnded

    if all(isinstance(r, (ConfigError, BadBrokerUrl, BadUrl)) for r in reasons):
        return WRONG_USE
    if all(isinstance(r, (StoreError, BrokerFailed, Occupied, FeedEnded)) for r in reasons):
        return FAILED
    return None


def main() -> None:
    """Run the command. A foreseen error prints one clear line on standard error; a traceback is a
    fault of ours."""
    try:
        raise SystemExit(app(prog_name=NAME, standalone_mode=False))
    except TyperException as error:
        said = " ".join(error.format_message().split()).rstrip(".")
        context = getattr(error, "ctx", None)
        wrong(f"{said}. See {context.command_path if context else NAME} --help.")
    except ConfigError as error:
        wrong(str(error))
    except Exception as error:
        reasons = _reasons(error)
        status = _status(reasons)
        if status is None:
            raise
        for reason in reasons:
            print(f"{NAME}: {reason}", file=sys.stderr)
        raise SystemExit(status) from None


if __name__ == "__main__":
    main()


__all__ = ["Config", "app", "main"]
