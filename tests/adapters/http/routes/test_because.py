"""Every refusal over HTTP has its reason as data beside the sentence."""

from typing import Any, Final

import httpx
import msgspec
import pytest

from monitor.core.sentences.english import english
from monitor.core.vocabulary.reasons import Reason
from tests.adapters.http.conftest import PASSWORD, Service

PATIENT: Final = {"label": "K-1"}
# user, method, address, body, status, code, and the field of a 422
REFUSALS: Final[list[tuple[str | None, str, str, Any, int, str, str]]] = [
    (None, "GET", "/me", None, 401, "sign_in_first", ""),
    (None, "POST", "/login", {"username": "theo", "password": "wrong"}, 401, "sign_in_wrong", ""),
    ("theo", "POST", "/confirm", {"password": "wrong"}, 403, "not_your_password", ""),
    ("theo", "GET", "/users", None, 403, "role_too_small", ""),
    ("theo", "GET", "/alarms/e1-1/notices", None, 404, "no_such_id", ""),
    ("theo", "GET", "/encounters/%20/journal", None, 404, "no_such_id", ""),
    ("ada", "PATCH", "/users/nobody", {"phone": "112"}, 404, "no_such_name", ""),
    ("theo", "POST", "/patients", PATIENT, 409, "exists_already", ""),
    ("theo", "POST", "/patients", {"label": "k-1"}, 409, "looks_alike", ""),
    ("ada", "PATCH", "/users/ada", {"disabled": True}, 409, "last_admin", ""),
    ("theo", "POST", "/patients", PATIENT | {"birth_year": 2099}, 422, "year_ahead", "birth_year"),
    ("theo", "POST", "/patients", PATIENT | {"risk_factors": ["tea"]}, 422, "each_one_of",
     "risk_factors"),
    ("theo", "GET", "/patients?after=1.x", None, 422, "foreign_cursor", "after"),
    ("theo", "POST", "/me/password", {"password": PASSWORD, "new_password": PASSWORD}, 422,
     "same_password", "new_password"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("user", "method", "address", "body", "status", "code", "field"),
    REFUSALS,
    ids=[f"{row[5]} {row[2]}" for row in REFUSALS],
)
async def test_a_refusal_has_its_reason_as_data(
    service: Service, user: str | None, method: str, address: str, body: Any, status: int,
    code: str, field: str,
) -> None:  # fmt: skip
    async with service.client("theo") as client:
        assert (await client.post("/api/v1/patients", json=PATIENT)).status_code == 201
    async with service.client(user) as client:
        answer = await client.request(method, f"/api/v1{address}", json=body)
    assert answer.status_code == status, answer.text
    said = answer.json()
    if field:
        (said,) = said["fields"]
        assert (said["field"], said["text"]) == (field, words(said))
    else:
        assert said["detail"] == words(said)
    assert said["because"]["code"] == code


def words(said: dict[str, Any]) -> str:
    return english(msgspec.convert(said["because"], Reason))


async def test_what_only_the_form_of_a_request_forbids_has_no_reason(
    therapist: httpx.AsyncClient,
) -> None:
    (problem,) = (await therapist.post("/api/v1/patients", json={})).json()["fields"]
    assert problem == {"field": "label", "text": "is missing"}
