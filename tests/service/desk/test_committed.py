"""A refusal of the store becomes a sentence for the person whose act it was."""

import pytest

from monitor.adapters.http.errors import Conflict, Invalid
from monitor.adapters.store import Deactivated, DeviceBusy, Missing, StoreError
from monitor.service.desk.committed import committed


async def refused(error: StoreError) -> None:
    raise error


async def test_an_act_that_is_on_disk_returns_its_result() -> None:
    async def act() -> str:
        return "done"

    assert await committed(act()) == "done"


@pytest.mark.parametrize(("error", "said"), [
    (DeviceBusy("cuff", "e-2"), "Device cuff serves another open session."),
    (Deactivated("cuff"), "Device cuff is deactivated: activate it first."),
])  # fmt: skip
async def test_a_device_that_is_not_free_is_a_conflict(error: StoreError, said: str) -> None:
    with pytest.raises(Conflict) as found:
        await committed(refused(error))
    assert str(found.value) == said


async def test_what_is_missing_is_named_as_the_field_that_named_it() -> None:
    with pytest.raises(Invalid) as found:
        await committed(refused(Missing("patient", "p9")))
    assert (found.value.field, found.value.text) == ("patient", "There is no patient p9.")


async def test_a_fault_of_the_database_is_no_fault_of_the_person() -> None:
    fault = StoreError("the disk is full")
    with pytest.raises(StoreError) as found:
        await committed(refused(fault))
    assert found.value is fault
