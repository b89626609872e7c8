"""The registered devices, as the entrance and the service's own broker know them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.broker import access
from monitor.adapters.store.questions.clinic import Device, add_device
from monitor.config import Config
from monitor.service.ingest import device_accounts
from monitor.service.ingest.device_accounts import (
    CLIENT_ID_LENGTH,
    OURSELVES,
    Identity,
    canary_topic,
    taken_names,
)
from tests.service.rig import SITE, START, Rig


@pytest_asyncio.fixture
async def rig(fresh: str) -> AsyncIterator[Rig]:
    rig = Rig(fresh)
    await rig.begin()
    yield rig
    await rig.end()


def device(name: str, **about: object) -> Device:
    return Device(**{"id": name, "kind": "cuff", "site": SITE, "created_at": START} | about)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "taken"), [
    ("encounters", True), ("Encounters", True), ("monitor", True), ("health", True),
    ("broker-user", True), ("BROKER-USER", True), ("strap", False), ("monitor2", False),
])  # fmt: skip
def test_no_device_has_the_name_of_a_topic_or_of_an_account_of_ours(name: str, taken: bool) -> None:
    config = Config(mqtt_url="mqtt://Broker-User:word@127.0.0.1")
    assert (name.lower() in taken_names(config)) == taken


@pytest.mark.parametrize("url", ["", "mqtt://127.0.0.1", "no url"])
def test_without_a_user_of_a_broker_only_our_own_names_are_taken(url: str) -> None:
    assert taken_names(Config(mqtt_url=url)) == {"encounters", "monitor", "health", "simulators"}


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_topic_of_the_canary_is_always_the_same_and_does_not_have_the_client_id(
    one: str, other: str
) -> None:
    topic = canary_topic(f"id {one}")
    assert topic == canary_topic(f"id {one}")
    assert (topic == canary_topic(f"id {other}")) == (one == other)
    assert f"id {one}" not in topic
    assert topic.startswith("dosing/v1/canary/")


async def test_the_client_id_is_kept_for_the_sites_in_any_order(rig: Rig) -> None:
    async def client_id(*sites: str) -> str:
        return await Identity(Config(site=sites), rig.store).client_id()

    first = await client_id("a", "b")
    assert len(first) == CLIENT_ID_LENGTH
    assert first.isalnum()
    assert await client_id("b", "a") == first
    assert await client_id("a") != first


async def test_all_devices_are_loaded_page_by_page_with_their_sites_and_models(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_accounts, "DEVICES_AT_ONCE", 2)
    for n in range(5):
        model = "X" if n % 2 else None
        await rig.store.write(add_device, device(f"d{n}", site=f"s{n}", model=model))
    identity = Identity(Config(), rig.store)
    await identity.load()
    assert identity.sites == {f"d{n}": f"s{n}" for n in range(5)}
    assert identity.models == {"d1": "X", "d3": "X"}
    identity.changed(device("d1", site="s9"))
    assert (identity.sites["d1"], identity.models) == ("s9", {"d3": "X"})


async def test_the_broker_admits_us_and_each_active_device_with_a_password_of_its_own(
    rig: Rig, tmp_path: Path
) -> None:
    secret = access.hashed("word")
    for one in (
        device("cuff", secret_hash=secret), device("gate", secret_hash=secret, kind="gateway"),
        device("gone", secret_hash=secret, deactivated_at=START), device("open"),
        device("old", secret_hash="a hash of an older version"),
    ):  # fmt: skip
        await rig.store.write(add_device, one)
    config = Config(data=str(tmp_path / "data"), broker="amqtt")
    identity = Identity(config, rig.store)
    assert not identity.enforced
    broker = identity.own_broker(config)
    assert identity.enforced
    await identity.load()

    def admitted() -> set[str]:
        text = (tmp_path / "data" / "broker" / access.PASSWORDS).read_text()
        return {line.partition(":")[0] for line in text.splitlines()}

    assert admitted() == {OURSELVES, "cuff", "gate"}
    identity.changed(device("cuff", secret_hash=secret, deactivated_at=START))
    assert admitted() == {OURSELVES, "gate"}
    ours = identity.our_url(broker)
    assert ours.startswith(f"mqtt://{OURSELVES}:")
    assert ours.endswith(broker.url.removeprefix("mqtt://"))
