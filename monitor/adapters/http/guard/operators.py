"""Access to /metrics and /docs, which name no patient but reveal how this service is built and
loaded.

Allowed are a sign-in of any role, the configured token (a scraper cannot sign in), and a program on
this machine: a request over loopback without a proxy's forwarding headers. A page in a browser on
this machine cannot borrow that: see `hosts`.
"""

import hmac
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from monitor.adapters.http.doors.reached import is_loopback
from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.request_guard import CHALLENGE, bearer
from monitor.adapters.http.guard.sign_ins import SignIns
from monitor.adapters.http.schema.answers import refusal

HANDED_ON: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
                    "x-real-ip", "via")  # fmt: skip
SETTING: Final = "DOSING_MONITOR_METRICS_TOKEN"


class Operators:
    def __init__(self, sign_ins: SignIns, cookies: Cookies, token: str = "") -> None:
        self._sign_ins = sign_ins
        self._cookies = cookies
        self._token = token.encode()

    async def refused(self, request: Request) -> Response | None:
        """Return the refusal; None: the request is allowed."""
        headers = request.headers
        if _from_here(request, headers):
            return None
        given = bearer(headers)
        if self._token and hmac.compare_digest(given.encode("utf-8", "replace"), self._token):
            return None
        if await self._sign_ins.find(given or self._cookies.sign_in(request.scope)) is not None:
            return None
        return refusal(
            401,
            "From another machine, or through a proxy, this wants a sign-in, or as a bearer token "
            f"that of {SETTING}.",
            CHALLENGE,
        )


def _from_here(request: Request, headers: Headers) -> bool:
    if request.client is None or any(name in headers for name in HANDED_ON):
        return False
    return is_loopback(request.client.host)
