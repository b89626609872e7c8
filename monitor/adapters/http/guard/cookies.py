"""Cookies, and the connections on which they are safe.

On a page reached by HTTPS a cookie is `Secure` and its name begins with `__Host-`: no other host of
the domain and no attacker on an unencrypted line can set it. A request counts as HTTPS if it came
by HTTPS or names the host of an HTTPS public URL; the proxy that ends TLS before us need not be
trusted for that. On loopback or without encryption the plain name is used, and read only there.
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
    """public_url: the address under which people reach the page; "": not configured."""

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
        """The token that the browser keeps; "" if there is no token."""
        given = cookie_parser(Headers(scope=scope).get("cookie", ""))
        return given.get(self.name(SESSION, scope), "")

    def set(
        self, response: Response, name: str, value: str, scope: Scope, lasts_s: int | None = None
    ) -> None:
        """Set a cookie. lasts_s None: until the browser exits; the store decides when it expires,
        and use postpones that."""
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
