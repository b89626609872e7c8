"""One middleware or a few routes at a time, without a server and its other parts."""

from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.adapters.http.guard.sign_ins import Person
from monitor.adapters.http.guard.trail import Trail
from monitor.adapters.http.schema import answers

THEO = Person("theo", "therapist", "s", 0.0)
ADA = Person("ada", "admin", "s", 0.0)


class Inner:
    """The app behind a middleware: keeps the body of each request that reaches it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body() if scope["type"] == "http" else b""
        self.bodies.append(body)
        await Response("reached")(scope, receive, send)


def client_of(
    app: ASGIApp, address: str = "203.0.113.7", url: str = "http://127.0.0.1", **headers: str
) -> httpx.AsyncClient:
    """Return a client of the app that connects from this address."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=True, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url=url, headers=headers)


def routed(*routers: APIRouter, person: Person = THEO, trail: Trail | None = None) -> ASGIApp:
    """Return an app of these routes in which this person is signed in."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    answers.install(app)
    app.state.trail = trail
    for router in routers:
        app.router.routes += router.routes

    async def signed_in(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["person"] = person
        await app(scope, receive, send)

    return signed_in


def request_of(address: str = "203.0.113.7", **scope: Any) -> Request:
    """Return a request from this address. scope: more of it; its headers as a dictionary."""
    headers = scope.pop("headers", {})
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "scheme": "http"} | scope
    return Request(scope | {"client": (address, 4711), "headers": raw})


def in_words(body: Any) -> Any:
    """Return the body of a response without its reasons as data."""
    if isinstance(body, dict):
        return {name: in_words(value) for name, value in body.items() if name != "because"}
    return [in_words(one) for one in body] if isinstance(body, list) else body
