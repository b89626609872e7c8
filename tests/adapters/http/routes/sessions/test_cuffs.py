"""Facts about a cuff's readings, as a person gives them."""

import httpx
import msgspec
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from monitor.adapters.http.guard.sign_ins import Person
from monitor.adapters.http.ports.desk import OpenEncounterRequest
from monitor.adapters.http.routes.sessions.cuffs import cuffs
from monitor.adapters.live.hub import Hub
from monitor.adapters.store import Store
from monitor.adapters.store.questions.clinic import Device, Patient, add_device, add_patient
from monitor.core.vocabulary.inputs import CuffUser, MeasuredNow
from tests.adapters.http.asgi import THEO, client_of, routed
from tests.adapters.http.desk import SmallDesk


@pytest_asyncio.fixture
async def desk(store: Store) -> SmallDesk:
    """A desk with the open session e1, which cuff-1 serves."""
    desk = SmallDesk(store, Hub(CollectorRegistry()))
    await store.write(add_patient, Patient(id="p", label="K-1", created_at=desk.time))
    await store.write(
        add_device, Device(id="cuff-1", kind="cuff", site="home", created_at=desk.time)
    )
    request = OpenEncounterRequest(
        patient_id="p", protocol="sl_home", device_ids=("cuff-1",), mode="real", risk_factors=(),
        emergency={},
    )  # fmt: skip
    await desk.open_encounter(request, by="theo")
    return desk


async def post(
    desk: SmallDesk, path: str, body: dict[str, object], person: Person = THEO
) -> httpx.Response:
    async with client_of(routed(cuffs(desk), person=person)) as client:
        return await client.post(f"/api/v1/encounters/{path}", json=body)


async def test_what_a_person_knows_is_recorded_by_name_and_answered_with_the_status(
    desk: SmallDesk,
) -> None:
    live = await post(desk, "e1/measured-now", {"key": desk.unknown})
    whose = await post(desk, "e1/devices/cuff-1/user", {"user": 2})
    assert live.json() == whose.json()
    assert live.content == msgspec.json.encode(await desk.status("e1"))
    assert desk.said == [MeasuredNow(desk.unknown, "theo"), CuffUser("cuff-1", 2, "theo")]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("e1/measured-now", {"key": "another"}, 409),  # it is no longer of unknown age
        ("e1/measured-now", {"key": ""}, 422),
        ("e1/measured-now", {}, 422),
        ("e1/measured-now", {"key": "a", "by": "vera"}, 422),
        ("e9/measured-now", {"key": "a"}, 404),
        ("e%00/measured-now", {"key": "a"}, 404),
        ("e1/devices/cuff-1/user", {"user": 254}, 200),
        ("e1/devices/cuff-1/user", {"user": 255}, 422),  # as a cuff says that it knows no user
        ("e1/devices/cuff-1/user", {"user": -1}, 422),
        ("e1/devices/cuff-1/user", {"user": "1"}, 422),
        ("e1/devices/cuff-2/user", {"user": 1}, 404),
        ("e1/devices/a%20b/user", {"user": 1}, 404),
        ("e9/devices/cuff-1/user", {"user": 1}, 404),
    ],
)
async def test_what_cannot_be_is_refused(
    desk: SmallDesk, path: str, body: dict[str, object], status: int
) -> None:
    answer = await post(desk, path, body)
    assert answer.status_code == status, answer.text


async def test_who_looks_on_says_nothing_of_a_cuff(desk: SmallDesk) -> None:
    vera = Person("vera", "viewer", "s", 0.0)
    acts: list[tuple[str, dict[str, object]]] = [
        ("e1/measured-now", {"key": desk.unknown}),
        ("e1/devices/cuff-1/user", {"user": 1}),
    ]
    for path, body in acts:
        assert (await post(desk, path, body, vera)).status_code == 403
    assert desk.said == []
