"""An override covers the conditions that its author saw, and none that came since."""

import random
from typing import Any

import httpx
import pytest

from tests.adapters.http.conftest import Service, open_encounter

DOSE = {"drug": "ketamine", "route": "sublingual", "amount_mg": 100}
READINGS = (
    {"sbp": 124, "dbp": 78}, {"sbp": 168, "dbp": 78}, {"sbp": 188, "dbp": 116}, {"hr": 72},
    {"hr": 134}, {"sbp": 124, "dbp": 78, "hr": 70},
)  # fmt: skip
RANK = ("low", "medium", "high")


def goes_past(named: list[str], condition: str) -> bool:
    """Return True if the condition, or its alarm at a higher priority, is among those named."""
    if condition in named:
        return True
    kind, _, rest = condition.partition(":")
    alarm, _, priority = rest.rpartition(":")
    higher = RANK[RANK.index(priority) + 1 :] if kind == "alarm" else ()
    return any(f"alarm:{alarm}:{each}" in named for each in higher)


class Form:
    """A page's form for one act, with the conditions shown when it was opened or last refused."""

    def __init__(self, client: httpx.AsyncClient, route: str, act: str) -> None:
        self.client, self.route, self.act = client, route, act
        self.seen: list[str] = []

    async def unmet(self) -> list[str]:
        status = (await self.client.get(self.route)).json()
        dosed = status["dosed_at"] is not None
        if self.act == "close" and not dosed:
            return ["reason"]
        gate = "discharge" if self.act == "close" else "booster" if dosed else "hold"
        found = [g["unmet"] for g in status["gates"] if g["gate"] == gate]
        return [one["id"] for one in found[0]]

    async def send(self) -> httpx.Response:
        path = "doses" if self.act == "dose" else "close"
        body: dict[str, Any] = dict(DOSE) if self.act == "dose" else {}
        body |= {"override_reason": f"past {self.seen}", "overrides": self.seen}
        return await self.client.post(f"{self.route}/{path}", json=body)


@pytest.mark.parametrize("seed", range(12))
async def test_nothing_is_recorded_past_a_condition_that_the_form_did_not_show(
    service: Service, therapist: httpx.AsyncClient, seed: int
) -> None:
    pick = random.Random(seed)  # noqa: S311 - a walk that is the same each time
    encounter = await open_encounter(therapist, f"K-{seed}", "cuff-1")
    route = f"/api/v1/encounters/{encounter}"
    form, refused, recorded = Form(therapist, route, "dose"), 0, 0
    for _ in range(60):
        act = pick.choice(("reading", "reading", "wait", "symptom", "take", "open", "send", "send"))
        if act == "reading":
            await therapist.post(f"{route}/observations", json=pick.choice(READINGS))
        elif act == "wait":
            service.desk.time += pick.choice((5.0, 70.0, 400.0))
            await therapist.post(f"{route}/notes", json={"text": "what fell due is decided"})
        elif act == "symptom":
            await therapist.post(f"{route}/symptoms", json={"symptom": "chest_pain"})
        elif act == "take":
            for alarm in (await therapist.get(route)).json()["alarms"]:
                await therapist.post(f"/api/v1/alarms/{alarm['id']}/acknowledge", json={})
        elif act == "open":
            form = Form(therapist, route, pick.choice(("dose", "dose", "dose", "close")))
            form.seen = await form.unmet()
        else:
            unmet = await form.unmet()
            answer = await form.send()
            assert answer.is_success == all(goes_past(form.seen, one) for one in unmet)
            refused, recorded = refused + answer.is_error, recorded + answer.is_success
            if answer.is_error:
                assert answer.status_code == 409
                form.seen = [one["id"] for one in answer.json()["unmet"]]
                assert form.seen == unmet
            elif form.act == "close":
                break
    assert recorded + refused
    journal = (await therapist.get(f"{route}/journal", params={"limit": 1000})).json()["items"]
    given = [row["body"]["override"] for row in journal if row["type"] in ("dose", "close")]
    assert len([o for o in given if o]) >= recorded
    assert all(o["reason"] == f"past {o['conditions']}" for o in given if o and "conditions" in o)


async def test_a_program_that_names_nothing_goes_past_whatever_does_not_hold(
    therapist: httpx.AsyncClient, encounter: str
) -> None:
    route = f"/api/v1/encounters/{encounter}"
    named = DOSE | {"override_reason": "A test", "overrides": []}
    assert (await therapist.post(f"{route}/doses", json=named)).status_code == 409
    assert (await therapist.post(f"{route}/doses", json=named | {"overrides": None})).is_success


async def test_a_refusal_and_its_conditions_have_their_reasons_as_data(
    therapist: httpx.AsyncClient, encounter: str
) -> None:
    answer = (await therapist.post(f"/api/v1/encounters/{encounter}/doses", json=DOSE)).json()
    assert answer["because"] == {"code": "dose_waits", "facts": {}}
    texts = " ".join(one["text"] for one in answer["unmet"])
    assert answer["detail"] == f"The dose waits: {texts}"
    first = answer["unmet"][0]
    assert first["text"] == "2 clean pressure readings a minute apart: 0 of 2."
    assert first["because"] == {
        "code": "baseline_short", "facts": {"wanted": 2, "count": 0, "too_soon": 0},
    }  # fmt: skip


async def test_conditions_without_a_reason_are_refused(
    therapist: httpx.AsyncClient, encounter: str
) -> None:
    answer = await therapist.post(
        f"/api/v1/encounters/{encounter}/doses", json=DOSE | {"overrides": ["hr"]}
    )
    assert answer.status_code == 422
    assert "overrides needs an override_reason" in answer.text
