"""The register of devices: who may be in it, and the answer that has the credentials."""

from typing import Any

import pytest

from monitor.adapters.broker import access
from monitor.adapters.http.errors import Conflict, Invalid, Unknown
from monitor.adapters.store.questions.clinic import find_device
from monitor.service.desk.device_register import device_answer, new_device
from tests.service.desk.front import Front
from tests.service.rig import SITE, START


async def added(front: Front, name: str = "ring", site: str | None = None) -> Any:
    return await front.desk.add_device(name, kind="cuff", site=site, user=2, model="X", by="ada")


async def test_a_device_is_on_disk_and_known_to_the_broker_when_it_is_answered(
    front: Front,
) -> None:
    answer = await added(front)
    device = await front.store.read(find_device, "ring")
    assert device is not None
    assert (device.kind, device.site, device.user, device.model) == ("cuff", SITE, 2, "X")
    assert (front.identity.sites["ring"], front.identity.models["ring"]) == (SITE, "X")
    # Without a broker of our own no part checks a password.
    assert answer["mqtt"] == {
        "username": None, "password": None, "topic": f"dosing/v1/{SITE}/ring/readings",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "site", "field", "code"), [
    ("encounters", None, "id", "id_of_service"), ("Monitor", None, "id", "id_of_service"),
    ("ring", "elsewhere", "site", "site_not_served"),
])  # fmt: skip
async def test_a_name_of_ours_and_a_site_of_others_are_refused(
    front: Front, name: str, site: str | None, field: str, code: str
) -> None:
    with pytest.raises(Invalid) as no:
        await added(front, name, site)
    assert (no.value.field, no.value.because.code) == (field, code)
    assert await front.store.read(find_device, name) is None


@pytest.mark.parametrize(("sites", "site", "expected"), [
    (("a", "b"), None, "a"), (("a", "b"), "b", "b"), (("+",), None, "home"), (("+",), "c", "c"),
])  # fmt: skip
async def test_a_device_is_at_the_first_site_unless_another_is_given(
    fresh: str, sites: tuple[str, ...], site: str | None, expected: str
) -> None:
    front = Front(fresh, sites=sites)
    await front.furnish()
    assert (await added(front, site=site))["site"] == expected
    await front.end()


async def test_a_device_in_a_session_is_not_deactivated_and_a_free_one_is(front: Front) -> None:
    encounter = await front.opened("cuff")
    with pytest.raises(Conflict) as no:
        await front.desk.change_device("cuff", {"active": 0}, by="ada")
    assert str(no.value) == (f"Device cuff serves the open session {encounter}. Take it out first.")
    for active, since in ((0, START), (1, None)):
        await front.desk.change_device("spare", {"active": active}, by="ada", reason="broken")
        device = await front.store.read(find_device, "spare")
        assert device is not None
        assert device.deactivated_at == since


async def test_a_model_that_is_changed_is_known_to_the_entrance(front: Front) -> None:
    await front.desk.change_device("cuff", {"model": "X", "user": 1}, by="ada")
    assert front.identity.models == {"cuff": "X"}
    await front.desk.change_device("cuff", {"model": None}, by="ada")
    device = await front.store.read(find_device, "cuff")
    assert device is not None
    assert (device.user, device.model, front.identity.models) == (1, None, {})


async def test_of_a_device_that_does_not_exist_nothing_is_changed_or_renewed(
    front: Front,
) -> None:
    with pytest.raises(Unknown, match=r"^There is no device ring.$"):
        await front.desk.change_device("ring", {"user": 1}, by="ada")
    with pytest.raises(Unknown, match=r"^There is no device ring.$"):
        await front.desk.renew_device("ring", by="ada")


async def test_without_passwords_there_is_none_to_renew(front: Front) -> None:
    answer: Any = await front.desk.renew_device("cuff", by="ada")
    device = await front.store.read(find_device, "cuff")
    assert device is not None
    assert (answer["mqtt"]["password"], device.secret_hash) == (None, None)


def test_a_password_is_in_the_answer_once_and_kept_as_its_hash() -> None:
    device, password = new_device("ring", "cuff", SITE, START, enforced=True)
    assert device.secret_hash is not None
    assert access.matches(password, device.secret_hash)
    assert password not in device.secret_hash
    mqtt: Any = device_answer(device, password)["mqtt"]
    assert (mqtt["username"], mqtt["password"]) == ("ring", password)
    _, another = new_device("ring", "cuff", SITE, START, enforced=True)
    assert another != password
