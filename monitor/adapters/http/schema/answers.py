"""JSON responses, and all error responses: always {"detail": sentence}, never a traceback."""

from typing import Any, Final, get_args

import msgspec
import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.adapters.http.errors import Busy, Conflict, Invalid, TooOften, Unavailable, Unknown
from monitor.adapters.http.schema.responses import Because, Condition
from monitor.adapters.store import Page
from monitor.adapters.store.tables import store_errors as store
from monitor.core.sentences.english import english, why_not
from monitor.core.vocabulary.inputs import Fact
from monitor.core.vocabulary.labels import DEVICE_ID, USER_NAME
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import GateRefused, Refused

PREFIX: Final = "/api/v1"
FIELDS_NAMED: Final = 10
KINDS: Final = frozenset({*get_args(Fact), "dose", "reading", "device"})
AGAIN: Final = {"Retry-After": "1"}
WHEN_THERE_IS_ROOM: Final = {"Retry-After": "5"}
NO_DATABASE: Final = Reason("no_database")

log = structlog.get_logger(__name__)


class FieldProblem(BaseModel):
    """`because`: the text as data, unless it is about the form of the request."""

    field: str
    text: str
    because: Because | None = None


class Refusal(BaseModel):
    """The body of every error. `because`: the reason as data; `unmet`: of a shut gate; `fields`:
    with 422 only; `code`: for errors that a program can resolve by itself."""

    detail: str
    because: Because | None = None
    code: str | None = None
    fields: list[FieldProblem] | None = None
    unmet: list[Condition] | None = None


# Each route has all of these. Named and not given as a model, which each route would build anew:
# that was most of the time in which the routes are made.
_NAMED: Final = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    code: {"content": _NAMED, "description": text}
    for code, text in (
        (401, "Nobody is signed in, or an act wants the password again (`code` password_again)"),
        (403, "The role is too small, the page is of another origin, or a password must be set"),
        (404, "What the address names does not exist"),
        (409, "What is there already forbids it; a shut gate lists `unmet`"),
        (408, "The head or body did not arrive in time"),
        (413, "The body is longer than 64 KiB"),
        (421, "The service does not go by the name in `Host`"),
        (422, "A field is missing, unknown or out of bounds"),
        (429, "Too many attempts to sign in or test notices; `Retry-After` says how long"),
        (431, "The first line and headers are longer than 32 KiB, or too many"),
        (503, "The database does not answer, or every place is taken"),
    )
}


def refuses(code: int) -> dict[int | str, dict[str, Any]]:
    """Return the response of one route that puts the model of refusals into the document."""
    return {code: {"model": Refusal, "description": REFUSALS[code]["description"]}}


def api_router(*tags: str, **how: Any) -> APIRouter:
    """Return a router for routes of the API, with their prefix and the errors common to them all.

    how: further arguments of `APIRouter`
    """
    return APIRouter(prefix=PREFIX, tags=[*tags], responses=REFUSALS, **how)


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, headers, "application/json")


def listing(page: Page[dict[str, Any]], **more: object) -> Response:
    return answer({"items": page.items, "count": page.count, "next": page.next, **more})


def everything(items: list[dict[str, Any]]) -> Response:
    """A listing that is never cut."""
    return listing(Page(items, len(items), None))


def refusal(
    status: int, detail: str, headers: dict[str, str] | None = None, **more: object
) -> Response:
    return answer({"detail": detail, **more}, status, headers)


def no_database() -> Response:
    return because(503, NO_DATABASE, AGAIN)


def because(
    status: int, reason: Reason, headers: dict[str, str] | None = None, **more: object
) -> Response:
    """Return a refusal with its reason as a sentence and as data."""
    return refusal(status, english(reason), headers, because=reason, **more)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = {404: "There is nothing here.", 405: "This address does not take that method."}.get(
        error.status_code, str(error.detail)
    )
    return refusal(error.status_code, detail, dict(error.headers or {}))


async def _invalid(request: Request, error: Exception) -> Response:
    """Name the invalid fields. Their values are not repeated: one may be a secret, or NaN."""
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return refusal(400, "The body is not JSON.")
    # The kind of correction precedes the field's name in the location, and is no field.
    tagged = request.url.path.endswith("/corrections")
    fields = [
        {"field": _field(p["loc"], tagged=tagged), "text": _text(p)}
        for p in problems[:FIELDS_NAMED]
    ]
    detail = " ".join(f"{f['field']}: {f['text']}." for f in fields)
    return refusal(422, detail, fields=fields)


def _field(location: tuple[int | str, ...], *, tagged: bool) -> str:
    inner = [str(part) for part in location if part not in {"body", "query", "path"}]
    if tagged and inner and inner[0] in KINDS:
        del inner[0]
    return ".".join(inner) or "body"


# The text after the field's name, by the kind of problem, with its bounds.
_WORDS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this request",
    "string_type": "must be a text",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "holds what it must not",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be below {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "too_short": "must name at least {min_length}",
    "too_long": "must name at most {max_length}",
    "literal_error": "must be one of {expected}",
}
# The same for the patterns of request texts.
_FORMS: Final = {
    f"^{DEVICE_ID}$": "must be 1 to 64 letters, digits, _ or -",
    f"^{USER_NAME}$": "must be 1 to 64 letters, digits or any of . _ @ -",
}


def _text(problem: dict[str, Any]) -> str:
    kind, bounds = problem["type"], problem.get("ctx", {})
    if kind == "string_too_short" and bounds["min_length"] == 1:
        return "must not be empty"
    if kind == "string_pattern_mismatch" and bounds["pattern"] in _FORMS:
        return _FORMS[bounds["pattern"]]
    if kind == "literal_error":
        bounds = {"expected": str(bounds["expected"]).replace("'", "").replace(" or ", ", ")}
    if kind in _WORDS:
        return _WORDS[kind].format(**bounds)
    text = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return text[:1].lower() + text[1:]


async def _refused(_: Request, error: Exception) -> Response:
    if isinstance(error, GateRefused):
        unmet = [
            {"id": one.id, "text": english(one.because), "because": one.because}
            for one in error.unmet
        ]
        return refusal(409, why_not(error), because=error.because, unmet=unmet)
    assert isinstance(error, Refused)
    return refusal(409, why_not(error), because=error.because)


async def _field_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, Invalid)
    problem = {"field": error.field, "text": error.text, "because": error.because}
    return refusal(422, str(error), fields=[problem])


async def _unknown(_: Request, error: Exception) -> Response:
    assert isinstance(error, Unknown | store.OfCaller)
    return because(404, error.because)


async def _conflict(_: Request, error: Exception) -> Response:
    assert isinstance(error, Conflict | store.OfCaller)
    return because(409, error.because)


async def _cursor(_: Request, error: Exception) -> Response:
    assert isinstance(error, store.OfCaller)
    problem = {"field": "after", "text": str(error), "because": error.because}
    return refusal(422, f"after: {error}", fields=[problem])


async def _too_often(_: Request, error: Exception) -> Response:
    assert isinstance(error, TooOften)
    return because(429, error.because, {"Retry-After": str(error.wait)})


async def _busy(_: Request, error: Exception) -> Response:
    assert isinstance(error, Busy)
    return because(503, error.because, {"Retry-After": "2"})


async def _unavailable(_: Request, error: Exception) -> Response:
    assert isinstance(error, Unavailable)
    return because(503, error.because, AGAIN)


async def _database(_: Request, error: Exception) -> Response:
    log.error("database", error=str(error))
    return no_database()


def install(app: FastAPI) -> None:
    """Register the exception handlers of the app."""
    for kind, handler in (
        (HTTPException, _http),
        (RequestValidationError, _invalid),
        (Refused, _refused),
        (Invalid, _field_invalid),
        (Unknown, _unknown),
        (Conflict, _conflict),
        (TooOften, _too_often),
        (Unavailable, _unavailable),
        (Busy, _busy),
        (store.NotUnique, _conflict),
        (store.DeviceBusy, _conflict),
        (store.LastAdmin, _conflict),
        (store.Deactivated, _conflict),
        (store.Missing, _unknown),
        (store.BadCursor, _cursor),
        (store.StoreError, _database),
    ):
        app.add_exception_handler(kind, handler)
