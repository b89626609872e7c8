"""`dosing-monitor user` and `device`: who may sign in, and whose readings are accepted.

Each command first prints which database it uses. An error is one line on standard error; output for
programs is one JSON object on standard output.
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, cast

import typer

from monitor.config import Config, load
from monitor.core.vocabulary.words import DeviceKind, Role
from monitor.service.setup.asking import ROLE_HELP, ask, ask_password, fit_role, wrong

CONFIG_HELP = "The TOML file that the service is given; the environment wins over it."
ConfigFile = Annotated[str, typer.Option("--config", metavar="FILE", help=CONFIG_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")]
PasswordStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help="Take the password from the first line of standard input; on a terminal it is asked "
        "for without this.",
    ),
]
UserName = Annotated[
    str, typer.Argument(metavar="NAME", help="1 to 64 letters, digits or any of . _ @ -")
]

user = typer.Typer(
    help="Who may sign in. Works before and while the service runs; says which database it uses.",
    rich_markup_mode=None,
)
device = typer.Typer(
    help="Whose readings are taken. Works before and while the service runs; says which database "
    "it uses.",
    rich_markup_mode=None,
)


# --- users ----------------------------------------------------------------------------------------


@user.command("add")
def user_add(
    name: UserName = "",
    role: Annotated[Role | None, typer.Option(help=ROLE_HELP)] = None,
    password_stdin: PasswordStdin = False,
    phone: Annotated[
        str, typer.Option(metavar="NUMBER", help="Where whoever is on call reaches this person.")
    ] = "",
    config: ConfigFile = "",
) -> None:
    """Add a user, who may then sign in. On a terminal it asks for the values you leave out."""
    from monitor.adapters.store import NotUnique
    from monitor.service.setup.account_commands import (
        UnfitAccount,
        create_user,
        fit,
        fit_name,
        fit_phone,
    )
    from monitor.service.setup.which_database import NoDatabase, must_be_meant

    settings = _settings(config)
    _all_given_or_asked_for(name, role, password_stdin)
    try:
        new = must_be_meant(settings)
        if name:
            fit_name(name)
        fit_phone(phone)
        password = _first_line() if password_stdin else ""
        if password_stdin:
            fit(name or "x", password)
        announce(settings, new=new)
        name = name or ask("User name", fit_name)
        role = role or cast(Role, ask("Role (admin, therapist or viewer)", fit_role))
        password = password or ask_password(name)
        admins = create_user(settings, name, role, password, phone)
    except (UnfitAccount, NotUnique, NoDatabase) as error:
        wrong(str(error))
    typer.echo(f"Added {name}, who may sign in now, with the role {role}.")
    if not admins:
        typer.echo("There is no administrator yet: add one with --role admin.")


@user.command("change")
def user_change(
    name: UserName,
    role: Annotated[Role | None, typer.Option(help=f"The new role. {ROLE_HELP}")] = None,
    password_stdin: Annotated[
        bool,
        typer.Option("--password-stdin", help="A new password: the first line of standard input."),
    ] = False,
    disable: Annotated[
        bool | None,
        typer.Option("--disable/--enable", help="Keep this user out, or let in again."),
    ] = None,
    must_change: Annotated[
        bool | None,
        typer.Option(
            "--must-change/--may-keep",
            help="At the next sign-in a new password has to be set before anything else.",
        ),
    ] = None,
    config: ConfigFile = "",
) -> None:
    """Change a user's role or password, or disable the user.

    A running service applies the change within a minute. A new password and --must-change end this
    user's sign-ins; a page that watches an open session stays open, but can only view.

    You cannot demote or disable the last administrator who may sign in.
    """
    from monitor.adapters.store import LastAdmin, Missing
    from monitor.service.setup.account_commands import UnfitAccount, alter_user, fit_password
    from monitor.service.setup.which_database import NoDatabase, must_be_there

    settings = _settings(config)
    if role is None and disable is None and must_change is None and not password_stdin:
        wrong(
            "Say what to change: --role, --password-stdin, --disable, --enable, --must-change or "
            "--may-keep."
        )
    try:
        must_be_there(settings)
        password = _first_line() if password_stdin else None
        if password is not None:
            fit_password(name, password)
        announce(settings)
        alter_user(settings, name, role, password, disabled=disable, reset=must_change)
    except Missing:
        wrong(f"There is no user {name}.")
    except (UnfitAccount, LastAdmin, NoDatabase) as error:
        wrong(str(error))
    done = [
        *([f"the role is {role}"] if role else []),
        *(["the password is another"] if password is not None else []),
        *([] if disable is None else ["kept out" if disable else "let in"]),
        *(
            []
            if must_change is None
            else [f"{'must set a' if must_change else 'needs no'} new one"]
        ),
    ]
    typer.echo(f"Changed {name}: {', '.join(done)}.")


@user.command("list")
def user_list(as_json: AsJson = False, config: ConfigFile = "") -> None:
    """List all users, by name."""
    from monitor.service.setup.account_commands import listed_users

    def cells(row: dict[str, object]) -> Sequence[object]:
        may = "no" if row["disabled"] else "yes"
        return row["username"], row["role"], may, str(row["created_at"])[:10]

    _listed(listed_users, ("NAME", "ROLE", "MAY SIGN IN", "ADDED"), cells, config, as_json=as_json)


# --- devices --------------------------------------------------------------------------------------


@device.command("add")
def device_add(
    device_id: Annotated[
        str, typer.Argument(metavar="ID", help="1 to 64 of A-Z a-z 0-9 _ -; its MQTT user name.")
    ],
    kind: Annotated[DeviceKind, typer.Option(help="A hint: any device may send any vital sign.")],
    site: Annotated[
        str, typer.Option(metavar="S", help="Where it is; else the first of DOSING_MONITOR_SITE.")
    ] = "",
    user: Annotated[
        int | None,
        typer.Option(metavar="N", help="Which user of a shared cuff the patient is (0 to 254)."),
    ] = None,
    model: Annotated[str, typer.Option(metavar="NAME", help="What it is, as on its box.")] = "",
    config: ConfigFile = "",
) -> None:
    """Register a device. It prints the device's broker user name, password and topic, and the
    database, as JSON; the password is shown only this once."""
    from monitor.adapters.store import NotUnique
    from monitor.service.setup.account_commands import UnfitAccount, create_device
    from monitor.service.setup.which_database import NoDatabase, must_be_meant

    settings = _settings(config)
    try:
        must_be_meant(settings)
        typer.echo(create_device(settings, device_id, kind, site, user, model))
    except (UnfitAccount, NotUnique, NoDatabase) as error:
        wrong(str(error))


@device.command("list")
def device_list(as_json: AsJson = False, config: ConfigFile = "") -> None:
    """List all registered devices, by id."""
    from monitor.service.setup.account_commands import listed_devices

    def cells(row: dict[str, object]) -> Sequence[object]:
        told = ("-" if row[key] is None else row[key] for key in ("user", "model"))
        return row["id"], row["kind"], row["site"], *told, str(row["created_at"])[:10]

    _listed(
        listed_devices, ("ID", "KIND", "SITE", "USER", "MODEL", "ADDED"), cells, config,
        as_json=as_json,
    )  # fmt: skip


# --- shared parts ---------------------------------------------------------------------------------


def announce(settings: Config, *, new: bool = False) -> None:
    from monitor.adapters.store import Store

    typer.echo(f"Database: {Store(settings.database_url).where}{' (new)' if new else ''}")


def _settings(config: str) -> Config:
    from monitor.service.process.logs import configure

    configure(quiet=True)
    return load(os.environ, config)


def _listed(
    rows_of: Callable[[Config], list[dict[str, object]]],
    titles: Sequence[str],
    cells: Callable[[dict[str, object]], Sequence[object]],
    config: str,
    *,
    as_json: bool,
) -> None:
    import msgspec

    from monitor.adapters.store import Store
    from monitor.service.setup.which_database import NoDatabase, must_be_there

    settings = _settings(config)
    try:
        must_be_there(settings)
    except NoDatabase as error:
        wrong(str(error))
    rows = rows_of(settings)
    if as_json:
        where = Store(settings.database_url).where
        found = {"database": where, "items": rows, "count": len(rows)}
        typer.echo(msgspec.json.encode(found).decode())
        return
    announce(settings)
    table = [titles, *([str(cell) for cell in cells(row)] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    if not rows:
        typer.echo("None so far.")
        return
    for line in table:
        typer.echo("  ".join(map(str.ljust, line, widths)).rstrip())


def _all_given_or_asked_for(name: str, role: Role | None, password_stdin: bool) -> None:
    given = {"NAME": name, "--role": role, "--password-stdin": password_stdin}
    missing = [what for what, value in given.items() if not value]
    if missing and not sys.stdin.isatty():
        wrong(
            f"Give {', '.join(missing)}; on a terminal they are asked for. With --password-stdin "
            "the password is the first line of standard input."
        )


def _first_line() -> str:
    """Return the first line of standard input."""
    try:
        return sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        wrong("The password on standard input is not UTF-8.")
