"""Seals of this service: valid after a restart, for one purpose and one text only."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adapters.store import Store
from monitor.service.notices.seals import Seals
from tests.service.notices.notified import Notified

UNLOADED: Final = Seals(Store("sqlite:///none.db"))


@pytest_asyncio.fixture
async def store(fresh: str) -> AsyncIterator[Store]:
    rig = Notified(fresh)
    await rig.begin()
    yield rig.store
    await rig.end()


async def loaded(store: Store) -> Seals:
    seals = Seals(store)
    await seals.load()
    seals.url = "http://127.0.0.1:8000"
    return seals


async def test_what_was_sealed_before_a_restart_is_valid_after_it(store: Store) -> None:
    before, after = await loaded(store), await loaded(store)
    link = before.link("e1-n1-a")
    assert link.startswith("http://127.0.0.1:8000/n/e1-n1-a.")
    assert after.unsealed(link.rpartition("/")[2]) == "e1-n1-a"
    assert after.signing_key(3) == before.signing_key(3)
    assert after.push_key == before.push_key
    assert before.vapid not in (before.push_key, "")


async def test_a_service_with_another_key_believes_no_link_of_ours(store: Store) -> None:
    ours = await loaded(store)
    assert Seals(store).unsealed(ours.link("m").rpartition("/")[2]) is None


async def test_each_contact_has_a_key_of_its_own(store: Store) -> None:
    seals = await loaded(store)
    keys = [seals.signing_key(contact) for contact in (1, 2, 12)]
    assert len(set(keys)) == 3
    assert all(bytes.fromhex(key.decode()) for key in keys)


@pytest.mark.parametrize("wrong", [
    "", ".", "e1-n1", "e1-n1.", "e1-n1.\ud800", "e1-n1.\N{LATIN SMALL LETTER E WITH ACUTE}",
])  # fmt: skip
def test_a_link_that_is_not_whole_is_none_of_ours(wrong: str) -> None:
    assert UNLOADED.unsealed(wrong) is None


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=20), st.integers(0, 60))
def test_a_changed_link_is_none_of_ours(message: str, place: int) -> None:
    seals = UNLOADED
    token = seals.link(message).removeprefix("/n/")
    assert seals.unsealed(token) == message
    at = place % len(token)
    other = "A" if token[at] != "A" else "B"
    assert seals.unsealed(token[:at] + other + token[at + 1 :]) is None


def test_a_seal_for_another_purpose_opens_no_link() -> None:
    seals = UNLOADED
    assert seals.unsealed(f"m.{seals.seal('grant m')}") is None
    assert seals.unsealed(f"m.{seals.seal('m')}") is None
