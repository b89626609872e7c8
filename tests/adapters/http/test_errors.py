"""Each error has one status, as its module's table states, and its text reaches the client."""

import re

import pytest
from fastapi import APIRouter

from monitor.adapters.http import errors
from monitor.adapters.http.errors import Busy, Conflict, Invalid, TooOften, Unavailable, Unknown
from tests.adapters.http.asgi import client_of, routed

SAID = "There is a patient K-1 already."
RAISED: list[tuple[Exception, int, dict[str, object], str | None]] = [
    (Invalid("label", "is taken."), 422,
     {"detail": "label: is taken.", "fields": [{"field": "label", "text": "is taken."}]}, None),
    (Unknown(SAID), 404, {"detail": SAID}, None),
    (Conflict(SAID), 409, {"detail": SAID}, None),
    (TooOften(SAID, 17), 429, {"detail": SAID}, "17"),
    (Unavailable(SAID), 503, {"detail": SAID}, "1"),
    (Busy(), 503, {"detail": "Too many passwords are being checked. Try again."}, "2"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "status", "body", "wait"), RAISED)
async def test_an_error_is_answered_with_its_status_and_its_text(
    error: Exception, status: int, body: dict[str, object], wait: str | None
) -> None:
    router = APIRouter()

    @router.get("/")
    async def fails() -> None:
        raise error

    async with client_of(routed(router)) as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.json()) == (status, body)
    assert answer.headers.get("Retry-After") == wait


def test_the_table_of_the_module_states_the_same() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .* \| (\d+) \|$", errors.__doc__ or "", re.MULTILINE)
    known = {type(error).__name__: status for error, status, *_ in RAISED if error.args}
    assert {name: int(status) for name, status in rows} == known


@pytest.mark.parametrize(
    ("error", "kind"), [(Unknown(SAID), LookupError), (Invalid("a", "b"), ValueError)]
)
def test_code_that_knows_no_errors_of_ours_may_catch_these(
    error: Exception, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        raise error
