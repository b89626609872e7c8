"""/docs: the routes as one plain page, made from the OpenAPI document.

It uses no foreign script or style, so the page's strict content policy applies to it too.
"""

from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, Response

from monitor.adapters.http.guard.operators import Operators
from monitor.adapters.http.guard.request_guard import API, ROLE, Guarded, role
from monitor.adapters.http.schema.answers import answer, api_router

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dosing Monitor: HTTP interface</title></head>
<body><h1>Dosing Monitor: HTTP interface</h1>
<p>Sign in with <code>POST /api/v1/login</code>; send the token as
<code>Authorization: Bearer TOKEN</code> or let the browser send its cookie. The full document for
machines is at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>, for those signed in.</p>
<table><thead>
<tr><th>Method</th><th>Address</th><th>Least role</th><th>Does</th></tr>
</thead><tbody>
"""
_ROW = "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n"


def routes(app: FastAPI, operators: Operators) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs(request: Request) -> Response:
        refused = await operators.refused(request)
        if refused is not None:
            return refused
        return HTMLResponse(_page(app.openapi()))

    return router


def machine_routes(app: FastAPI) -> APIRouter:
    router = api_router(include_in_schema=False, route_class=Guarded)

    @router.get("/openapi.json", openapi_extra=role("viewer"))
    async def openapi() -> Response:
        return answer(app.openapi())

    return router


def _page(document: dict[str, Any]) -> str:
    rows = [
        _ROW.format(
            method.upper(),
            escape(path),
            operation.get(ROLE, "anybody" if path.startswith(API) else "open"),
            escape(operation.get("description", "").replace("\n", " ")),
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "head"
    ]
    return _HEAD + "".join(rows) + "</tbody></table></body></html>\n"
