"""/n/…: where the link of a notice leads. A plain page without a script, for any telephone.

Opening it acknowledges nothing: mail programs and chat services open links by themselves. Somebody
presses a button and says who it is, by being signed in, by signing in, or by the contact's PIN.
"""

import re
from collections import Counter
from html import escape
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, Response

from monitor.adapters.store import StoreError
from monitor.adapters.web.accounts import Accounts
from monitor.adapters.web.errors import Unknown
from monitor.adapters.web.failures import Failures, Slowed
from monitor.adapters.web.outbox import Linked, Outbox
from monitor.adapters.web.passwords import Busy, Passwords
from monitor.adapters.web.security import COOKIE
from monitor.adapters.web.sessions import Sessions
from monitor.core.events import Refused

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dosing Monitor</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><link rel="stylesheet" href="/notice.css"></head>
<body><main><h1>{title}</h1>{body}<p><a href="/{place}">Open the page</a></p></main></body></html>
"""
_FORM: Final = """<form method="post"><h2>{title}</h2>{fields}
<button name="way" value="{way}">{press}</button></form>
"""
_FIELD: Final = '<label>{label}<input name="{name}" {more}></label>'
_CLOSED: Final = {
    "used": "This link was used already.",
    "over": "Nothing waits for an answer here any more: it was acknowledged, is over, or has "
    "become worse and was told of anew.",
    "expired": "This link has expired.",
    "changed": "The addresses were changed since this test. It proves nothing of the new ones.",
}
_ELSEWHERE: Final = "<p>{}</p><p>Open the page and acknowledge the alarm there.</p>"
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
# A PIN is short: so many wrong ones, from wherever they come, and this link wants a sign-in.
PINS_A_LINK: Final = 8


class _Denied(Exception):
    """Who asks could not be made sure of: the sentence, and the status."""

    def __init__(self, text: str, status: int) -> None:
        self.text = text
        self.status = status
        super().__init__(text)


class Identify:
    """Who presses the button. Raises _Denied. failures: shared with the sign-in."""

    def __init__(
        self, accounts: Accounts, passwords: Passwords, sessions: Sessions, failures: Failures
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._sessions = sessions
        self._failures = failures
        self._wrong: Counter[str] = Counter()

    def takes_pin(self, linked: Linked) -> bool:
        return linked.pin_hash is not None and self._wrong[linked.message] < PINS_A_LINK

    async def signed_in(self, request: Request) -> str | None:
        """The user whose browser this is, if that user may act."""
        token = cookie_parser(request.headers.get("cookie", "")).get(COOKIE, "")
        person = await self._sessions.find(token)
        return person.name if person is not None and person.may("therapist") else None

    async def __call__(self, request: Request, linked: Linked, given: dict[str, str]) -> str:
        if given.get("way") == "session":
            name = await self.signed_in(request)
            if name is None:
                raise _Denied("Nobody who may act is signed in here.", 403)
            return name
        if given.get("way") == "pin":
            if not self.takes_pin(linked):
                raise _Denied("This link takes no PIN. Sign in instead.", 403)
            self._wrong[linked.message] += 1  # until it was right: many at once are many
            account = f"contact {linked.contact}"
            try:
                await self._right(request, account, given.get("pin", ""), linked.pin_hash)
            except _Denied as denied:
                if denied.status != 403:  # nobody looked at it
                    self._wrong[linked.message] -= 1
                raise
            self._wrong[linked.message] -= 1
            return f"{linked.name} (by PIN)"
        name = given.get("username", "")
        user = await self._accounts.user(name)
        stored = user.password_hash if user is not None and user.runs_sessions else None
        await self._right(request, name, given.get("password", ""), stored)
        return name

    async def _right(self, request: Request, account: str, said: str, stored: str | None) -> None:
        try:
            with self._failures.attempt(request, account, self._accounts.now()) as trying:
                trying.failed = not await self._passwords.matches(said, stored)
        except Slowed as slowed:
            told = f"Too many attempts. Try again in {slowed.wait} seconds."
            raise _Denied(told, 429) from None
        except Busy:
            raise _Denied("Too many sign-ins at once. Try again.", 503) from None
        if trying.failed:
            raise _Denied("That is not right. Nothing was acknowledged.", 403)


def routes(outbox: Outbox, identify: Identify) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/n/{token}")
    async def look(token: str, request: Request) -> Response:
        """What it is about, and the ways to take it."""
        try:
            linked = await outbox.linked(token, opened=True)
        except (Unknown, StoreError) as error:
            return _not_there(error)
        return _shown(linked, pin=identify.takes_pin(linked))

    @router.post("/n/{token}")
    async def take(token: str, request: Request) -> Response:
        """Acknowledge, as whoever this is."""
        if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            return _page("Refused", "<p>This comes from a page of another origin.</p>", 403)
        try:
            linked = await outbox.linked(token, opened=False)
            return await _taken(outbox, identify, linked, request)
        except (Unknown, StoreError) as error:
            return _not_there(error)

    return router


async def _taken(outbox: Outbox, identify: Identify, linked: Linked, request: Request) -> Response:
    if linked.state != "open":
        # Nobody learns here whether a PIN is right.
        return _shown(linked, status=409)
    try:
        by = await identify(request, linked, await _fields(request))
        await outbox.use(linked, by=by)
    except _Denied as denied:
        pin = identify.takes_pin(linked)
        return _shown(linked, denied.text, denied.status, pin=pin)
    except Refused as refused:
        return _page("Too late", f"<p>{escape(str(refused))}</p>", 409, linked)
    done = "It arrived. Thank you." if linked.purpose == "test" else f"Acknowledged by {by}."
    return _page("Done", f"<p>{escape(done)}</p>", 200, linked)


def _not_there(error: Exception) -> Response:
    if isinstance(error, Unknown):
        return _page(
            "No such notice", _ELSEWHERE.format("This link is not whole, or not ours."), 404
        )
    return _page("Not now", _ELSEWHERE.format("The database does not answer at the moment."), 503)


async def _fields(request: Request) -> dict[str, str]:
    """Raises _Denied for what no form of ours sends."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        given = {name: values[-1] for name, values in parse_qs(body, max_num_fields=10).items()}
    except ValueError:
        raise _Denied("That is no form of this page.", 400) from None
    if any(_CONTROL.search(value) or len(value) > 256 for value in given.values()):
        raise _Denied("That is no form of this page.", 400)
    return given


def _shown(linked: Linked, said: str = "", status: int = 200, *, pin: bool = False) -> Response:
    lines = "".join(f"<p>{escape(line)}</p>" for line in linked.lines)
    if linked.state != "open":
        return _page("Nothing to do", f"{lines}<p>{_CLOSED[linked.state]}</p>", status, linked)
    press = "It arrived" if linked.purpose == "test" else "Acknowledge"
    forms = []
    if pin:
        field = _FIELD.format(
            label="PIN", name="pin", more='type="password" inputmode="numeric" autocomplete="off"'
        )
        forms.append(_form(f"As {linked.name}, by PIN", "pin", press, field))
    # Whether anybody is signed in here shows when it is pressed: a browser that comes from a mail
    # program does not say so before.
    forms.append(_form("As who is signed in here", "session", press))
    name = _FIELD.format(label="User name", name="username", more='autocomplete="username"')
    password = _FIELD.format(
        label="Password", name="password", more='type="password" autocomplete="current-password"'
    )
    forms.append(_form("By signing in", "password", press, name + password))
    told = f'<p role="alert">{escape(said)}</p>' if said else ""
    title = "Test notice" if linked.purpose == "test" else "An alarm waits"
    return _page(title, lines + told + "".join(forms), status, linked)


def _form(title: str, way: str, press: str, fields: str = "") -> str:
    return _FORM.format(title=escape(title), way=way, press=press, fields=fields)


def _page(title: str, body: str, status: int, linked: Linked | None = None) -> Response:
    """With a way to the session, for who is signed in or will be."""
    place = f"#/session/{linked.encounter}" if linked is not None and linked.encounter else ""
    return HTMLResponse(_PAGE.format(title=title, body=body, place=place), status)
