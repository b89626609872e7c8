"""Cookies, and where they are safe.

Where the page is reached by HTTPS a cookie is `Secure` and its name begins with `__Host-`: no other
host of the domain and nobody on a line in the clear can set it. A request counts as one by HTTPS
where it came so, and where it names the host of an HTTPS public URL: what ends TLS before us need
not be trusted for that. On loopback or in the clear the plain name is used, and only there read.
"""

from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from monitor.adapters.http.doors.hosts import hostname, hostname_of

SESSION: Final = "dosing_monitor_session"
BOUND: Final = "__Host-"


class Cookies:
    """public_url: where people reach the page; "": nobody said."""

    def __init__(self, public_url: str = "") -> None:
        self._secure_host = hostname_of(public_url) if public_url.startswith("https:") else ""

    def at_home(self, scope: Scope) -> bool:
        """Whether the request names the host of the HTTPS public URL."""
        return bool(self._secure_host) and (
            hostname(Headers(scope=scope).get("host", "")) == self._secure_host
        )

    def secure(self, scope: Scope) -> bool:
        return scope.get("scheme") in {"https", "wss"} or self.at_home(scope)

    def name(self, name: str, scope: Scope) -> str:
        return BOUND + name if self.secure(scope) else name

    def sign_in(self, scope: Scope) -> str:
        """The token that the browser keeps; "" for none."""
        given = cookie_parser(Headers(scope=scope).get("cookie", ""))
        return given.get(self.name(SESSION, scope), "")

    def set(
        self, response: Response, name: str, value: str, scope: Scope, lasts_s: int | None = None
    ) -> None:
        """lasts_s None: while the browser runs; the store decides, and it moves on with use."""
        response.set_cookie(
            self.name(name, scope), value, max_age=lasts_s, path="/", httponly=True,
            samesite="strict", secure=self.secure(scope),
        )  # fmt: skip

    def keep_signed_in(self, response: Response, token: str, scope: Scope) -> None:
        self.set(response, SESSION, token, scope)

    def sign_out(self, response: Response, scope: Scope) -> None:
        response.delete_cookie(
            self.name(SESSION, scope), path="/", httponly=True, samesite="strict",
            secure=self.secure(scope),
        )  # fmt: skip
