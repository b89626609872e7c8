"""Which devices may come into a session, and why another may not."""

import pytest

from monitor.adapters.http.errors import Conflict, Invalid
from monitor.adapters.store.questions.clinic import Device
from monitor.service.desk.free_devices import users_of
from tests.service.desk.front import GOES_AHEAD, Front
from tests.service.rig import SITE


async def test_free_devices_are_found_in_the_order_of_the_request(front: Front) -> None:
    assert await front.free.find("add", []) == []
    found = await front.free.find("add", ["spare", "strap"])
    assert [(one.id, one.kind) for one in found] == [("spare", "cuff"), ("strap", "heart_rate")]


async def test_a_device_of_another_process_is_known_to_the_entrance_from_then_on(
    front: Front,
) -> None:
    del front.ingest.sites["cuff"]
    await front.free.find("add", ["cuff"])
    assert front.ingest.sites["cuff"] == SITE


async def test_a_device_that_is_not_registered_is_the_fault_of_its_field(front: Front) -> None:
    with pytest.raises(Invalid) as no:
        await front.free.find("device_ids", ["strap", "ring"])
    assert (no.value.field, no.value.text) == (
        "device_ids", "There is no device ring. Register it first.",
    )  # fmt: skip


async def test_a_deactivated_device_is_not_free_until_it_is_active_again(front: Front) -> None:
    await front.desk.change_device("cuff", {"active": 0}, by="ada")
    with pytest.raises(Conflict, match=r"^Device cuff is deactivated: activate it first.$"):
        await front.free.find("add", ["cuff"])
    await front.desk.change_device("cuff", {"active": 1}, by="ada")
    assert await front.free.find("add", ["cuff"])


async def test_a_device_of_an_open_session_is_free_once_that_is_closed(front: Front) -> None:
    first = await front.opened("cuff")
    with pytest.raises(Conflict, match=rf"^Device cuff serves the open session {first}.$"):
        await front.free.find("add", ["strap", "cuff"])
    await front.desk.close(first, GOES_AHEAD, alert=True, by="thea")
    assert await front.free.find("add", ["cuff"])


def test_only_users_on_file_are_returned_the_first_user_too() -> None:
    devices = [
        Device(id=f"d{user}", kind="cuff", site=SITE, created_at=0.0, user=user)
        for user in (0, 2, None)
    ]
    assert users_of(devices) == {"d0": 0, "d2": 2}
