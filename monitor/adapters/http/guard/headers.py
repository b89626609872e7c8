"""The outermost middleware: headers for every answer, and the last exception handler.

An exception in a route is our fault: it is logged with its type and place, never with its text
(which may contain values), and answered by a plain 500.
"""

from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.schema.answers import PREFIX, refusal

# Everything that the page needs comes from us; no site may frame it.
CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
ALWAYS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_KEPT: Final = "no-store"
# For the public URL's host only: we do not decide for the other services of its domain.
HTTPS_ONLY: Final = "max-age=31536000"

log = structlog.get_logger(__name__)


class SecurityHeaders:
    """ASGI middleware. Counts requests by the route's pattern, never by its path."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry, cookies: Cookies) -> None:
        self._app = app
        self._cookies = cookies
        self._requests = Counter(
            "dosing_monitor_http_requests",
            "Requests answered",
            ["method", "route", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "dosing_monitor_http_request_seconds",
            "Time to answer",
            ["route"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", NOT_KEPT)
                if self._cookies.at_home(scope):
                    headers["Strict-Transport-Security"] = HTTPS_ONLY
            await send(message)

        with self._seconds.time() as timer:
            try:
                await self._app(scope, receive, dressed)
            except Exception as error:  # noqa: BLE001  the last catch; see the module's text
                # Without the traceback's text, which may quote values.
                log.error("request failed", route=_route(scope), **where(error))  # noqa: TRY400
                if not status:
                    await refusal(500, "Something went wrong here. It has been logged.")(
                        scope, receive, dressed
                    )
            finally:
                timer.labels(_route(scope))
        self._requests.labels(_method(scope), _route(scope), str(status)).inc()


def where(error: BaseException) -> dict[str, str]:
    """Return an error's type and the innermost place that it comes from, without its text."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}.{code.co_name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {"error": type(error).__name__, "place": place}


def _route(scope: Scope) -> str:
    """Return the address of the route, with names for its parts and without the API's prefix."""
    path: str = getattr(scope.get("route"), "path", "other")
    return path.removeprefix(PREFIX)


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in {"GET", "HEAD", "POST"} else "other"
