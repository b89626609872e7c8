"""The command `dosing-monitor`. Exit status 0; 1: it failed; 2: wrong use or configuration."""

import os
import sys
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from monitor.config import Config, ConfigError, load

NAME = "dosing-monitor"

app = typer.Typer(
    name=NAME, add_completion=False,
    pretty_exceptions_enable=False, help="Watches vital signs through a dosing session.",
)  # fmt: skip
user = typer.Typer(help="Who may sign in.")
device = typer.Typer(help="Whose readings are taken.")
app.add_typer(user, name="user")
app.add_typer(device, name="device")

FAILED, WRONG_USE = 1, 2
_PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


class Role(StrEnum):
    admin = "admin"
    therapist = "therapist"
    viewer = "viewer"


class Kind(StrEnum):
    heart_rate = "heart_rate"
    cuff = "cuff"
    thermometer = "thermometer"
    gateway = "gateway"


class Broker(StrEnum):
    auto = "auto"
    mosquitto = "mosquitto"
    amqtt = "amqtt"


PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


@app.command()
def serve(
    config: Annotated[str, typer.Option(help="A TOML file; the environment wins over it.")] = "",
) -> None:
    """Run the service, configured by the environment or a file."""
    settings = load(os.environ, config)

    from monitor.service.run import Service, run

    _logs(quiet=False)

    async def main() -> None:
        await run(Service(settings))

    _run(main())


@app.command()
def demo(
    patients: Annotated[int, typer.Option(min=1, max=12)] = 8,
    speed: Annotated[float, typer.Option(min=0.1, max=120)] = 1.0,
    http_port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    mqtt_port: Annotated[int, typer.Option(min=1, max=65535)] = 1883,
    seed: int = 7,
    scenario: Annotated[
        str, typer.Option(help="Which courses (see `simulate --help`).")
    ] = "clinic",
    broker: Annotated[Broker, typer.Option(help="Which broker of its own.")] = Broker.auto,
) -> None:
    """Run the whole product on embedded parts, with simulated sessions."""
    from monitor.service.demo import demo as run_demo

    _logs(quiet=True)
    _run(run_demo(patients, speed, http_port, mqtt_port, seed, scenario, broker.value))


@app.command()
def analyze(
    trace: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    protocol: Annotated[str, typer.Option(help="Id of a protocol.")],
    dose_at: Annotated[float, typer.Option(min=0, help="Seconds from the start.")] = 600.0,
) -> None:
    """Run a recorded trace through the detection core and print what it decides."""
    import msgspec

    from monitor.analyze import analyze as decide
    from monitor.codecs.trace import TraceError, read_trace
    from monitor.core.protocol import PRESETS

    if protocol not in PRESETS:
        _wrong(f"There is no protocol {protocol}. Known: {', '.join(PRESETS)}.")
    out = sys.stdout.buffer
    try:
        for line in decide(read_trace(trace), PRESETS[protocol], dose_at):
            out.write(msgspec.json.encode(line) + b"\n")
    except TraceError as error:
        out.flush()
        _wrong(str(error))
    out.flush()


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def simulate(context: typer.Context) -> None:
    """Let simulated devices publish to a broker (see `simulate --help`)."""
    _simulators("simulate", context.args)


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def replay(context: typer.Context) -> None:
    """Publish a recorded trace as a device would (see `replay --help`)."""
    _simulators("replay", context.args)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Made anew; never overwritten.")],
) -> None:
    """Write the database to a file, also while the service runs (SQLite only)."""
    from monitor.adapters.store import BackupRefused, Store

    _logs(quiet=True)
    try:
        Store(load(os.environ).database_url).back_up(file)
    except BackupRefused as error:
        _wrong(str(error))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put aside the database that is there.")
    ] = False,
) -> None:
    """Make a backup the database (SQLite only). The service must not run."""
    from monitor.adapters.store import BackupRefused, Store

    _logs(quiet=True)
    try:
        kept = Store(load(os.environ).database_url).put_back(file, replace=replace)
    except BackupRefused as error:
        _wrong(str(error))
    if kept is not None:
        print(f"What was there is kept as {kept}")


@user.command("add")
def user_add(
    name: str, role: Annotated[Role, typer.Option()], password_stdin: PasswordStdin = False
) -> None:
    """Let somebody sign in. Works before and while the service runs."""
    from monitor.adapters.store import Conflict
    from monitor.service.accounts import Unfit, create_user

    _logs(quiet=True)
    if not password_stdin:
        _wrong("Give --password-stdin and the password on standard input.")
    try:
        create_user(load(os.environ), name, role.value, _password())
    except (Unfit, Conflict) as error:
        _wrong(str(error))


@user.command("change")
def user_change(
    name: str,
    role: Annotated[Role | None, typer.Option()] = None,
    password_stdin: PasswordStdin = False,
    disable: Annotated[
        bool | None, typer.Option("--disable/--enable", help="Keep out, or let in again.")
    ] = None,
) -> None:
    """Another role or password, or no entry at all. A running service follows within a minute."""
    from monitor.adapters.store import LastAdmin, Missing
    from monitor.service.accounts import Unfit, alter_user

    _logs(quiet=True)
    if role is None and disable is None and not password_stdin:
        _wrong("Say what to change: --role, --password-stdin, --disable or --enable.")
    password = _password() if password_stdin else None
    try:
        alter_user(load(os.environ), name, role and role.value, password, disabled=disable)
    except Missing:
        _wrong(f"There is no user {name}.")
    except (Unfit, LastAdmin) as error:
        _wrong(str(error))


@device.command("add")
def device_add(
    device_id: Annotated[str, typer.Argument(metavar="ID")],
    kind: Annotated[Kind, typer.Option()],
    site: str = "",
    user: Annotated[
        int | None,
        typer.Option(metavar="N", help="Which user of a shared cuff the patient is (0 to 254)."),
    ] = None,
    model: Annotated[str, typer.Option(metavar="NAME", help="What it is, as on its box.")] = "",
) -> None:
    """Register a device; prints its broker user name, password and topic once."""
    from monitor.adapters.store import Conflict
    from monitor.service.accounts import Unfit, create_device

    _logs(quiet=True)
    try:
        print(create_device(load(os.environ), device_id, kind.value, site, user, model))
    except (Unfit, Conflict) as error:
        _wrong(str(error))


def _password() -> str:
    """The first line of standard input."""
    try:
        return sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        _wrong("The password on standard input is not UTF-8.")


def _simulators(command: str, arguments: list[str]) -> NoReturn:
    # Another program by design: neither package imports the other.
    os.execv(sys.executable, [sys.executable, "-m", "simulators", command, *arguments])  # noqa: S606


def _run(main: Coroutine[Any, Any, None]) -> None:
    import uvloop

    uvloop.run(main)


def _logs(*, quiet: bool) -> None:
    from monitor.service.logs import configure

    configure(quiet=quiet)


def _wrong(line: str) -> NoReturn:
    print(f"{NAME}: {line}", file=sys.stderr)
    raise SystemExit(WRONG_USE)


def _reasons(error: BaseException) -> list[BaseException]:
    """What went wrong inside groups of tasks."""
    if isinstance(error, BaseExceptionGroup):
        return [reason for inner in error.exceptions for reason in _reasons(inner)]
    return [error]


def _status(reasons: list[BaseException]) -> int | None:
    """Whose fault it is, as an exit status; None: ours."""
    # Imported when something went wrong: half the time of a short command.
    from monitor.adapters.broker import BrokerFailed
    from monitor.adapters.mqtt import BadBrokerUrl
    from monitor.adapters.store import BadUrl, StoreError
    from monitor.adapters.web import Occupied
    from monitor.service.demo import FeedEnded

    if all(isinstance(r, (ConfigError, BadBrokerUrl, BadUrl)) for r in reasons):
        return WRONG_USE
    if all(isinstance(r, (StoreError, BrokerFailed, Occupied, FeedEnded)) for r in reasons):
        return FAILED
    return None


def main() -> None:
    """One clear line on standard error for what is foreseen; a traceback is a fault of ours."""
    try:
        raise SystemExit(app(prog_name=NAME, standalone_mode=False))
    except TyperException as error:
        said = " ".join(error.format_message().split()).rstrip(".")
        _wrong(f"{said}. See {NAME} --help.")
    except ConfigError as error:
        _wrong(str(error))
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
