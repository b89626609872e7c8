"""Every answer and every refusal is JSON, and a refusal says in words which field is wrong."""

from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from structlog.testing import capture_logs

from monitor.adapters.http.schema.answers import (
    PREFIX,
    REFUSALS,
    answer,
    api_router,
    everything,
    listing,
    refusal,
    refuses,
)
from monitor.adapters.store import Page
from monitor.adapters.store.tables import store_errors as store
from monitor.core.vocabulary.labels import DEVICE_ID, USER_NAME
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import GateRefused, Refused, Unmet
from tests.adapters.http.asgi import client_of, in_words, routed


def _even(value: int) -> int:
    if value % 2:
        raise ValueError("Must be even")
    return value


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[str, Field(min_length=1, max_length=4)] = "x"
    pin: Annotated[str, Field(min_length=4)] = "1234"
    device: Annotated[str, Field(pattern=f"^{DEVICE_ID}$")] = "d"
    user: Annotated[str, Field(pattern=f"^{USER_NAME}$")] = "u"
    word: Annotated[str, Field(pattern="^[a-z]*$")] = ""
    number: Annotated[float, Field(gt=0, lt=100, allow_inf_nan=False)] = 1.0
    whole: Annotated[int, Field(ge=1, le=9)] = 1
    flag: bool = True
    kind: Literal["cuff", "strap", "scale"] = "cuff"
    names: Annotated[list[Annotated[str, Field(min_length=2)]], Field(min_length=1, max_length=2)]
    even: Annotated[int, AfterValidator(_even)] = 2


ROUTER = APIRouter()


@ROUTER.post("/things")
@ROUTER.post("/corrections")
async def typed(body: Body) -> None:
    """Accept a body."""


async def post(path: str, body: dict[str, Any] | bytes) -> httpx.Response:
    """Post bytes, or a body that is whole but for these fields."""
    async with client_of(routed(ROUTER)) as client:
        if isinstance(body, bytes):
            headers = {"Content-Type": "application/json"}
            return await client.post(path, content=body, headers=headers)
        return await client.post(path, json={"names": ["ab"]} | body)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("text", "", "must not be empty"), ("text", "xxxxx", "must have at most 4 characters"),
        ("text", 5, "must be a text"), ("pin", "1", "must have at least 4 characters"),
        ("device", "a/b", "must be 1 to 64 letters, digits, _ or -"),
        ("user", "no one", "must be 1 to 64 letters, digits or any of . _ @ -"),
        ("word", "A", "holds what it must not"), ("number", "1", "must be a number"),
        ("number", 0, "must be above 0"), ("number", 100, "must be below 100"),
        ("whole", 0, "must be at least 1"), ("whole", 10, "must be at most 9"),
        ("whole", 1.5, "must be a whole number"), ("flag", 1, "must be true or false"),
        ("kind", "hat", "must be one of cuff, strap, scale"), ("names", "ab", "must be a list"),
        ("names", [], "must name at least 1"), ("names", ["ab"] * 3, "must name at most 2"),
        ("even", 3, "must be even"), ("other", 1, "is not a field of this request"),
    ],
)  # fmt: skip
async def test_a_wrong_field_is_named_with_its_bounds_and_without_its_value(
    field: str, value: object, said: str
) -> None:
    refused = await post("/things", {field: value})
    assert (refused.status_code, refused.json()) == (
        422, {"detail": f"{field}: {said}.", "fields": [{"field": field, "text": said}]},
    )  # fmt: skip


async def test_a_missing_field_an_element_and_the_whole_body_are_named() -> None:
    assert (await post("/things", b"{}")).json()["detail"] == "names: is missing."
    inner = await post("/things", {"names": ["ab", "c"]})
    assert inner.json()["detail"] == "names.1: must have at least 2 characters."
    assert (await post("/things", b"")).json()["detail"] == "body: is missing."
    broken = await post("/things", b"{")
    assert (broken.status_code, broken.json()) == (400, {"detail": "The body is not JSON."})


async def test_at_most_ten_fields_are_named() -> None:
    refused = await post("/things", {f"x{n}": n for n in range(30)})
    assert [one["field"] for one in refused.json()["fields"]] == [f"x{n}" for n in range(10)]


async def test_the_kind_of_a_correction_is_no_field() -> None:
    router = APIRouter()

    class Dose(BaseModel):
        kind: Literal["dose"]
        amount: int

    class Reading(BaseModel):
        kind: Literal["reading"]
        dose: int

    @router.post("/corrections")
    @router.post("/others")
    async def corrected(body: Annotated[Dose | Reading, Field(discriminator="kind")]) -> None:
        """Accept a correction."""

    async with client_of(routed(router)) as client:
        for path, body, field in (
            ("/corrections", {"kind": "dose"}, "amount"),
            ("/others", {"kind": "dose"}, "dose.amount"),
            ("/corrections", {"kind": "reading"}, "dose"),
        ):  # fmt: skip
            refused = await client.post(path, json=body)
            assert refused.json()["fields"] == [{"field": field, "text": "is missing"}]


SITTER, PRESENT = Reason("no_sitter"), Reason("pressure_absent", {"vital": "sbp"})
GATE = GateRefused(Reason("dose_waits"), (Unmet("sitter", SITTER), Unmet("sbp", PRESENT)))
RAISED: list[tuple[Exception, int, dict[str, Any]]] = [
    (Refused(Reason("opened_twice")), 409, {"detail": "A session is opened once."}),
    (GATE, 409, {
        "detail": "The dose waits: A sitter is named: none. A present clean systolic pressure: "
        "none.",
        "unmet": [
            {"id": "sitter", "text": "A sitter is named: none."},
            {"id": "sbp", "text": "A present clean systolic pressure: none."},
        ],
    }),
    (store.NotUnique("user", "vera"), 409, {"detail": "There is a user vera already."}),
    (store.Alike("vera", "vera"), 409, {"detail": "There is a patient vera already."}),
    (store.DeviceBusy("c", "e1"), 409, {"detail": "Device c has an open encounter already: e1."}),
    (store.Deactivated("c"), 409, {"detail": "Device c is deactivated: activate it first."}),
    (store.Missing("contact", "7"), 404, {"detail": "There is no contact 7."}),
    (store.BadCursor(), 422, {
        "detail": "after: The cursor is not one that a listing gave out.",
        "fields": [{"field": "after", "text": "The cursor is not one that a listing gave out."}],
    }),
    (store.StoreError("disk full: /secret"), 503, {
        "detail": "The database does not answer at the moment. Try again."}),
]  # fmt: skip


@pytest.mark.parametrize(("error", "status", "body"), RAISED)
async def test_what_the_core_and_the_store_refuse_has_a_status(
    error: Exception, status: int, body: dict[str, Any]
) -> None:
    router = APIRouter()

    @router.get("/")
    async def fails() -> None:
        raise error

    async with client_of(routed(router)) as client:
        with capture_logs() as lines:
            refused = await client.get("/")
    assert (refused.status_code, in_words(refused.json())) == (status, body)
    assert refused.headers.get("Retry-After") == ("1" if status == 503 else None)
    assert [line["error"] for line in lines] == ([str(error)] if status == 503 else [])


async def test_an_address_or_a_method_that_is_not_there_is_refused_in_words() -> None:
    async with client_of(routed(ROUTER)) as client:
        nothing, wrong = await client.get("/nothing"), await client.get("/things")
    assert (nothing.status_code, nothing.json()) == (404, {"detail": "There is nothing here."})
    assert wrong.json() == {"detail": "This address does not take that method."}
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "POST")


def test_answers_are_json_and_a_listing_says_what_follows() -> None:
    page: Page[dict[str, Any]] = Page([{"a": 1}], 5, "c")
    assert answer({"a": None}, 201, {"X-A": "1"}).headers["X-A"] == "1"
    assert answer({}, 201).status_code == 201
    assert answer({}).headers["Content-Type"] == "application/json"
    assert listing(page, more=2).body == b'{"items":[{"a":1}],"count":5,"next":"c","more":2}'
    assert everything([{"a": 1}]).body == b'{"items":[{"a":1}],"count":1,"next":null}'
    assert refusal(409, "No.", code="again").body == b'{"detail":"No.","code":"again"}'


def test_every_route_of_the_api_has_its_prefix_and_the_same_refusals() -> None:
    router = api_router("a", "b", deprecated=True)
    assert (router.prefix, router.tags, router.deprecated) == (PREFIX, ["a", "b"], True)
    assert set(router.responses) == {401, 403, 404, 408, 409, 413, 421, 422, 429, 431, 503}
    assert refuses(404)[404]["description"] == REFUSALS[404]["description"]
