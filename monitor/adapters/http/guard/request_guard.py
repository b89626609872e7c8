"""Authentication before every route under /api/v1, and a required role on each route.

`RequestGuard` authenticates before a route is even looked up, so a route that a developer forgets
to guard is still shut. A route of `Guarded` cannot exist without a role.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.sign_ins import Person, SignIns
from monitor.adapters.http.guard.trail import Read
from monitor.adapters.http.schema.answers import because, no_database
from monitor.adapters.store.tables.audits import ORIGIN
from monitor.adapters.store.tables.store_errors import StoreError
from monitor.core.vocabulary.reasons import Facts, Reason
from monitor.core.vocabulary.words import Role

API: Final = "/api/v1/"
LOGIN: Final = "/api/v1/login"
LIVE: Final = "/api/v1/live"
FIRST: Final = "/first/"
LOGOUT: Final = "/api/v1/logout"
ME: Final = "/api/v1/me"
CONFIRM: Final = "/api/v1/confirm"
NEW_ONE: Final = "/api/v1/me/password"
# Open to every signed-in user, however long ago the sign-in was.
AT_ANY_TIME: Final = frozenset({LOGOUT, CONFIRM, NEW_ONE})
# With these codes a program, and the page, can distinguish these refusals from a missing sign-in
# and from a role that is too low.
AGAIN_CODE: Final = "password_again"
NEW_CODE: Final = "new_password"
FOREIGN: Final = Reason("page_of_another_origin")
SIGN_IN_FIRST: Final = Reason("sign_in_first")
CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}
ASKED_AGAIN: Final = Reason("password_again")
ASKED_NEW: Final = Reason("new_password_first")
FAILED: Final = 400
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OTHER_SITES: Final = frozenset({"cross-site", "same-site"})
ROLE: Final = "x-role"
READS: Final = "x-reads"

_DEFAULT_PORTS: Final = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


class RequestGuard:
    """ASGI middleware: refuses foreign origins (403), requests without a sign-in (401), acts after
    a sign-in so old that the password is required again (401), and users who must set a new
    password (403)."""

    def __init__(
        self, app: ASGIApp, sign_ins: SignIns, origins: frozenset[str], cookies: Cookies
    ) -> None:
        self._app = app
        self._sign_ins = sign_ins
        self._origins = origins
        self._cookies = cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ORIGIN.set((scope.get("client") or ("",))[0])
        guarded = scope["type"] in {"http", "websocket"} and scope["path"].startswith(API)
        if guarded:
            refused = await self._refused(scope)
            if refused is not None:
                await refused(scope, receive, send)
                return
        elif scope["type"] == "http" and scope["path"].startswith(FIRST) and self._foreign(scope):
            await because(403, FOREIGN)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        cookie = self._cookies.sign_in(scope)
        if self._forged(scope, headers, cookie):
            return because(403, FOREIGN)
        if scope["type"] == "http" and scope["path"] == LOGIN:
            return None
        try:
            person = await self._sign_ins.find(
                bearer(headers) or cookie, watches=scope["type"] == "websocket"
            )
        except StoreError:
            return no_database()
        if person is None:
            return because(401, SIGN_IN_FIRST, CHALLENGE)
        scope.setdefault("state", {})["person"] = person
        return _not_before(person, scope)

    def _forged(self, scope: Scope, headers: Headers, cookie: str) -> bool:
        """Whether a foreign page sent this request: a browser adds the cookie to such a request
        too, but the origin shows it."""
        if scope["type"] == "http":
            changes = scope["method"] not in READING
            if not changes or not (cookie or scope["path"] == LOGIN):
                return False
        origin = headers.get("origin")
        if origin is None:
            # No browser omits the origin in a request that changes something.
            return headers.get("sec-fetch-site") in OTHER_SITES
        return origin not in self._origins and not _own(origin, headers.get("host", ""), scope)

    def _foreign(self, scope: Scope) -> bool:
        """Whether a foreign page sent this form, for forms that need no script. Their own page
        sends no referrer, so a browser sends "null" as its origin too; `Sec-Fetch-Site` reveals
        which it is."""
        if scope["method"] in READING:
            return False
        headers = Headers(scope=scope)
        if headers.get("sec-fetch-site") in OTHER_SITES:
            return True
        origin = headers.get("origin", "null")
        known = origin == "null" or origin in self._origins
        return not known and not _own(origin, headers.get("host", ""), scope)


def _not_before(person: Person, scope: Scope) -> Response | None:
    """Return the refusal if the person must first give the password again or set a new one; None:
    this request may pass."""
    reads = scope["type"] == "websocket" or scope["method"] in READING
    if scope["path"] in AT_ANY_TIME or (reads and scope["path"] == ME):
        return None
    if not person.proven:
        # A page that watches continues to look on.
        return None if reads else because(401, ASKED_AGAIN, CHALLENGE, code=AGAIN_CODE)
    if person.must_change:
        return because(403, ASKED_NEW, code=NEW_CODE)
    return None


def bearer(headers: Headers) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _own(origin: str, host: str, scope: Scope) -> bool:
    """Whether the page came from the same host and port that the request goes to."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    secure = scope.get("scheme") in {"https", "wss"}
    if not parts.netloc or parts.scheme not in {"http", "https"}:
        return False
    if secure and parts.scheme != "https":
        return False
    return _with_port(parts.netloc, parts.scheme) == _with_port(host, parts.scheme)


def _with_port(netloc: str, scheme: str) -> str:
    netloc = netloc.lower()
    _, colon, port = netloc.rpartition(":")
    return netloc if colon and port.isdigit() else f"{netloc}:{_DEFAULT_PORTS[scheme]}"


def role(name: Role, reads: Read | None = None) -> dict[str, str]:
    """`openapi_extra` of a route: the least role, and the kind of restricted read to record in the
    audit. Both are in the OpenAPI document too."""
    return {ROLE: name} if reads is None else {ROLE: name, READS: reads}


class Guarded(APIRoute):
    """A route with a required role. The role is checked before the body, so a user without it
    learns nothing about valid input."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        extra = self.openapi_extra or {}
        needed: Role = extra[ROLE]
        reads: Read | None = extra.get(READS)
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            person = who(request)
            if not person.may(needed):
                roles: Facts = {"role": needed, "own": person.role}
                return because(403, Reason("role_too_small", roles))
            response = await handle(request)
            if reads is not None and response.status_code < FAILED:
                of = request.path_params.get("encounter_id", "")
                request.app.state.trail.shown(person, reads, (of,))
            return response

        return guarded


def who(request: Request) -> Person:
    """The signed-in person of a request that passed `RequestGuard`."""
    person = request.state.person
    assert isinstance(person, Person)
    return person
