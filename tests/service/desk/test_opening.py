"""A session is opened with all that its core has to know, or not at all and with the reason."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters.http.errors import Conflict, Invalid
from monitor.adapters.store.questions.clinic import Patient, add_patient
from monitor.adapters.store.questions.encounters import find_encounter
from monitor.core.vocabulary.symptoms import RISK_FACTORS
from monitor.service.sessions.open_session import Session
from tests.service.desk.front import Front, wanted
from tests.service.rig import START


@pytest_asyncio.fixture
async def front(fresh: str) -> AsyncIterator[Front]:
    """Besides p there is a patient with two risk factors on file."""
    front = Front(fresh)
    await front.furnish()
    factors = tuple(RISK_FACTORS)[:2]
    patient = Patient(id="q", label="K-2", birth_year=1990, risk_factors=factors, created_at=START)
    await front.store.write(add_patient, patient)
    yield front
    await front.end()


@pytest.mark.parametrize(("wants", "field"), [
    ({"patient_id": "nobody"}, "patient_id"),
    ({"protocol": "none"}, "protocol"),
    ({"risk_factors": ("smokes",)}, "risk_factors"),
])  # fmt: skip
async def test_what_does_not_exist_is_the_fault_of_its_field_and_opens_nothing(
    front: Front, wants: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as no:
        await front.desk.open_encounter(wanted("cuff", **wants), by="thea")
    assert no.value.field == field
    assert (front.ward.sessions, front.ward.serving) == ({}, {})


async def test_by_a_clock_that_is_not_real_only_tests_are_opened(fresh: str) -> None:
    front = Front(fresh, pretended=True)
    await front.furnish()
    with pytest.raises(Invalid, match=r"^mode: The service's clock is not real"):
        await front.desk.open_encounter(wanted(mode="real"), by="thea")
    assert await front.opened(mode="demo")
    await front.end()


async def test_a_session_begins_with_the_facts_of_its_patient_and_of_the_request(
    front: Front,
) -> None:
    first, second, third = tuple(RISK_FACTORS)[:3]
    encounter = await front.opened(
        "strap", "cuff", patient_id="q", mode="real", risk_factors=(third, first)
    )
    facts = front.ward.sessions[encounter].encounter.state.session.facts
    assert facts.risk_factors == (first, second, third)
    assert (facts.birth_year, facts.mode) == (1990, "real")
    assert facts.devices == {"strap": "heart_rate", "cuff": "cuff"}
    assert list(front.ward.serving) == ["strap", "cuff"]
    assert "-" not in encounter, "the id of an alarm is this, a dash and a number"


@pytest.mark.parametrize(("emergency", "sitter", "reachable"), [
    ({}, False, False),
    ({"sitter": "B."}, True, False),
    ({"address": "1 Example Lane"}, False, False),
    ({"phone": "555"}, False, False),
    ({"address": "1 Example Lane", "phone": "555"}, False, True),
    ({"address": "", "phone": "555", "sitter": ""}, False, False),
])  # fmt: skip
async def test_help_can_come_only_to_an_address_with_a_telephone(
    front: Front, emergency: dict[str, str], sitter: bool, reachable: bool
) -> None:
    encounter = await front.opened(emergency=emergency)
    facts = front.ward.sessions[encounter].encounter.state.session.facts
    assert (facts.sitter, facts.reachable) == (sitter, reachable)


async def test_an_opening_is_on_disk_before_its_contacts_are_briefed(front: Front) -> None:
    briefed: list[Session] = []
    front.desk.opening.briefed = briefed.append
    encounter = await front.opened("cuff", patient_id="q")
    assert [session.id for session in briefed] == [encounter]
    record = await front.store.read(find_encounter, encounter)
    assert record is not None
    with pytest.raises(Conflict, match=rf"^Device cuff serves the open session {encounter}.$"):
        await front.opened("cuff")
    assert len(briefed) == 1
