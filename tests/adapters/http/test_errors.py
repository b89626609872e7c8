"""Each error has one status, as its module's table states, and its text reaches the client."""

import re

import pytest
from fastapi import APIRouter

from monitor.adapters.http import errors
from monitor.adapters.http.errors import Busy, Conflict, Invalid, TooOften, Unavailable, Unknown
from monitor.core.vocabulary.reasons import Reason
from tests.adapters.http.asgi import client_of, routed

SAID = "There is a patient K-1 already."
WHY = Reason("exists_already", {"thing": "patient", "name": "K-1"})
BECAUSE = {"code": WHY.code, "facts": WHY.facts}
TAKEN = Reason("id_of_service")
NOT = "is the name of an account or topic of the service; choose another."
RAISED: list[tuple[Exception, int, dict[str, object], str | None]] = [
    (Invalid("id", TAKEN), 422, {"detail": f"id: {NOT}", "fields": [
        {"field": "id", "text": NOT, "because": {"code": "id_of_service", "facts": {}}}]}, None),
    (Unknown(WHY), 404, {"detail": SAID, "because": BECAUSE}, None),
    (Conflict(WHY), 409, {"detail": SAID, "because": BECAUSE}, None),
    (TooOften(WHY, 17), 429, {"detail": SAID, "because": BECAUSE}, "17"),
    (Unavailable(WHY), 503, {"detail": SAID, "because": BECAUSE}, "1"),
    (Busy(), 503, {"detail": "Too many passwords are being checked. Try again.",
                   "because": {"code": "passwords_wait", "facts": {}}}, "2"),
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
    known = {type(error).__name__: status for error, status, *_ in RAISED[:-1]}
    assert {name: int(status) for name, status in rows} == known


@pytest.mark.parametrize(
    ("error", "kind"), [(Unknown(WHY), LookupError), (Invalid("a", WHY), ValueError)]
)
def test_code_that_knows_no_errors_of_ours_may_catch_these(
    error: Exception, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        raise error
