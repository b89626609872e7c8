"""Questions of a command on a terminal, repeated until the answer is valid; and its errors.

Other parts of the service are imported only when needed: a command should start immediately.
"""

import getpass
from collections.abc import Callable
from typing import NoReturn, get_args

import typer

from monitor.core.vocabulary.words import Role

WRONG_USE = 2


ROLES = get_args(Role)[::-1]
ROLE_HELP = (
    "viewer reads; therapist also runs sessions and adds patients and devices; admin also manages "
    "users and contacts."
)


def wrong(line: str) -> NoReturn:
    typer.echo(f"dosing-monitor: {line}", err=True)
    raise SystemExit(WRONG_USE)


def ask(question: str, fit: Callable[[str], None]) -> str:
    """Ask until the typed text is valid, and return it."""
    from monitor.service.setup.account_commands import UnfitAccount

    while True:
        typed = _typed(input, f"{question}: ").strip()
        try:
            fit(typed)
        except UnfitAccount as unfit:
            typer.echo(str(unfit))
        else:
            return typed


def fit_role(role: str) -> None:
    from monitor.service.setup.account_commands import UnfitAccount

    if role not in ROLES:
        raise UnfitAccount(f"A role is one of {', '.join(ROLES)}: {ROLE_HELP}", "role")


def ask_password(name: str) -> str:
    from monitor.service.setup.account_commands import UnfitAccount, fit_password

    while True:
        password = _typed(getpass.getpass, "Password: ")
        try:
            fit_password(name, password)
        except UnfitAccount as unfit:
            typer.echo(str(unfit))
            continue
        if _typed(getpass.getpass, "Password again: ") == password:
            return password
        typer.echo("The two passwords are not the same.")


def _typed(ask: Callable[[str], str], prompt: str) -> str:
    try:
        return ask(prompt)
    except (EOFError, KeyboardInterrupt):
        typer.echo("")
        wrong("Nobody was added.")
    except UnicodeDecodeError:
        wrong("What was typed is not UTF-8. Nobody was added.")
