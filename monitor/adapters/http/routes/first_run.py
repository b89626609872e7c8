"""/first/…: where the operator of a service with an empty database creates its first administrator.

Reachable without signing in, since no one could yet; without a script, as every page by link.
Guesses at the link are rate-limited like guesses at passwords, and `Wall` refuses a form that comes
from a page of another origin.
"""

from html import escape
from typing import Final, Literal, Protocol
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from msgspec import Struct
from starlette.responses import HTMLResponse, Response

from monitor.adapters.http.errors import Invalid, Unavailable
from monitor.adapters.http.guard.accounts import Accounts
from monitor.adapters.http.guard.passwords.passwords import Passwords
from monitor.adapters.http.guard.passwords.slow_down import FailedSignIns, Slowed, asker_of
from monitor.adapters.http.guard.request_guard import FIRST
from monitor.adapters.store import NotFirst, NotUnique, StoreError
from monitor.core.vocabulary.reasons import Reason

State = Literal["open", "used", "expired", "unknown"]

# No user's name contains a blank.
_ACCOUNT: Final = "first administrator"
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dosing Monitor</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><link rel="stylesheet" href="/style/notice.css"></head>
<body><main><h1>{title}</h1>{body}</main></body></html>
"""
_FORM: Final = """<p>Nobody can sign in yet. Name who administers this service.</p>
<form method="post">{fields}
<button>Make the administrator</button></form>
"""
_FIELD: Final = (
    '<label>{label}<input name="{name}" required {more}{marks}></label>'
    '<p class="hint" id="{name}-said"{role}>{said}</p>'
)
_SIGN_IN: Final = '<p><a href="/">Sign in</a></p>'
_DONE: Final = f"""<p role="status">{{name}} is the administrator.</p>{_SIGN_IN}
<p>Therapists are added where the service runs: <code>dosing-monitor user add</code></p>"""
_INSTEAD: Final = (
    "Start the service again for another one, or add somebody where it runs: "
    "<code>dosing-monitor user add NAME --role admin</code>"
)
_NOT_OURS: Final = (
    "This link is not whole, or it is of an earlier start of the service. The newest one was told "
    "where the service was started last."
)
_USED: Final = "This link was used already, or somebody was added in another way: there is a user."
_CLOSED: Final[dict[State, tuple[int, str]]] = {
    "unknown": (404, f"<p>{_NOT_OURS}</p>"),
    "expired": (410, f"<p>This link has expired: it was good for 15 minutes. {_INSTEAD}</p>"),
    "used": (410, f"<p>{_USED}</p>{_SIGN_IN}"),
}
_LONGEST: Final = 256


class FirstRunPort(Protocol):
    """The service's part: the state of its link."""

    async def state(self, token: str) -> State:
        """Raises StoreError."""

    def check(self, name: str, password: str) -> None:
        """Raises Invalid with the field `username` or `password`."""

    async def found(self, name: str, password_hash: str) -> None:
        """Create the administrator. Raises NotFirst, StoreError or Unavailable."""


class TypedAccount(Struct, frozen=True):
    """The submitted form; only its name appears in answers."""

    username: str = ""
    password: str = ""
    again: str = ""


def first_run_routes(
    first: FirstRunPort, accounts: Accounts, passwords: Passwords, failures: FailedSignIns
) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    async def closed(token: str, request: Request) -> Response | None:
        """Return why this link is closed; None: it is open."""
        try:
            asker = asker_of(request, _ACCOUNT)
            with failures.attempt(asker, accounts.now(), secret=True) as trying:
                state = await first.state(token)
                trying.failed = state == "unknown"
            if trying.failed:
                accounts.trail.failed(None)
        except Slowed as slowed:
            accounts.trail.turned_away()
            told = f"<p>Too many attempts. Try again in {slowed.wait} seconds.</p>"
            return _page("Not now", told, 429, {"Retry-After": str(slowed.wait)})
        except StoreError:
            return _not_now()
        return None if state == "open" else _over(state)

    @router.get(f"{FIRST}{{token}}")
    async def look(token: str, request: Request) -> Response:
        """Show the form. Opening the link does not use it up: link previews open it too."""
        return await closed(token, request) or _shown(TypedAccount())

    @router.post(f"{FIRST}{{token}}")
    async def make(token: str, request: Request) -> Response:
        refused = await closed(token, request)
        if refused is not None:
            return refused
        return await _made(await _typed(request), first, passwords)

    return router


async def _made(typed: TypedAccount, first: FirstRunPort, passwords: Passwords) -> Response:
    try:
        first.check(typed.username, typed.password)
        if typed.again != typed.password:
            raise Invalid("again", Reason("passwords_differ"))
        await first.found(typed.username, await passwords.hash(typed.password))
    except Invalid as invalid:
        return _shown(typed, invalid)
    except (NotFirst, NotUnique):
        return _over("used")
    except (StoreError, Unavailable):
        return _not_now()
    name = escape(typed.username)
    return _page("Done", _DONE.format(name=name), 200)


async def _typed(request: Request) -> TypedAccount:
    """Parse the form; a body that is not our form counts as an empty one."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        given = parse_qs(body, max_num_fields=10, keep_blank_values=True)
    except ValueError:
        return TypedAccount()
    fields = {name: given.get(name, [""])[-1] for name in TypedAccount.__struct_fields__}
    return (
        TypedAccount(**fields)
        if all(len(v) <= _LONGEST for v in fields.values())
        else TypedAccount()
    )


def _shown(typed: TypedAccount, wrong: Invalid | None = None) -> Response:
    fields = [
        ("username", "User name", f'value="{escape(typed.username)}" autocomplete="username"',
         "Letters, digits and . _ @ -"),
        ("password", "Password", 'type="password" autocomplete="new-password"',
         "8 characters or more."),
        ("again", "Password again", 'type="password" autocomplete="new-password"',
         "The same once more."),
    ]  # fmt: skip
    body = "".join(_field(*field, wrong) for field in fields)
    return _page("The first administrator", _FORM.format(fields=body), 422 if wrong else 200)


def _field(name: str, label: str, more: str, hint: str, wrong: Invalid | None) -> str:
    is_wrong = wrong is not None and wrong.field == name
    marks = f' aria-describedby="{name}-said"'
    if is_wrong:
        marks += ' aria-invalid="true" autofocus'
    return _FIELD.format(
        name=name, label=label, more=more, marks=marks,
        said=escape(wrong.text) if wrong is not None and is_wrong else hint,
        role=' role="alert"' if is_wrong else "",
    )  # fmt: skip


def _over(state: State) -> Response:
    status, told = _CLOSED[state]
    return _page("This link does not work", told, status)


def _not_now() -> Response:
    told = "<p>The database does not answer at the moment. Try again.</p>"
    return _page("Not now", told, 503, {"Retry-After": "1"})


def _page(title: str, body: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return HTMLResponse(_PAGE.format(title=title, body=body), status, headers)
