"""People's acts on notices: what a contact may be, who is on duty, and tests of a session's own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from monitor.adapters.http.errors import Invalid, TooOften, Unknown
from monitor.adapters.store.questions.browsers import list_browsers
from monitor.adapters.store.questions.contacts import Day, Preferences, Shift, Wanted
from monitor.adapters.store.questions.users import add_user
from monitor.core.vocabulary.inputs import TakeOver
from monitor.service.notices import notice_acts
from monitor.service.notices.links import mark
from monitor.service.notices.notice_acts import TEST_APART_S
from tests.service.notices.notified import HERE, Notified
from tests.service.rig import START

KEYS = ("cDI1NmRo", "c2l4dGVlbiBieXRlcyEh")


@pytest_asyncio.fixture
async def rig(fresh: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Notified]:
    """Nothing is sent here, so a test need not wait for its result."""
    monkeypatch.setattr(notice_acts, "TEST_S", 0.01)
    rig = Notified(fresh)
    await rig.begin()
    yield rig
    await rig.end()


@pytest.mark.parametrize(("urls", "zone", "field", "said"), [
    ((HERE,), "UTC", None, ""),
    ((), "UTC", None, ""),
    ((HERE, "json://10.0.0.1/x"), "UTC", "urls", "address 2 cannot be used: "),
    (("file:///etc/passwd",), "UTC", "urls", "address 1 cannot be used: "),
    ((HERE,), "Mars/Olympus", "zone", "Mars/Olympus is not the name of a time zone"),
])  # fmt: skip
async def test_a_contact_is_checked_and_a_wrong_address_named_by_its_place(
    rig: Notified, urls: tuple[str, ...], zone: str, field: str | None, said: str
) -> None:
    wanted = Wanted(
        name="Anna", urls=urls, order=0, after_s=0.0, preferences=Preferences(zone=zone)
    )
    if field is None:
        rig.outbox.check(wanted)
        return
    with pytest.raises(Invalid) as no:
        rig.outbox.check(wanted)
    assert no.value.field == field
    assert no.value.text.startswith(said)
    assert not [url for url in urls if url in no.value.text], "there may be a secret in it"


@pytest.mark.parametrize(("day", "begins", "ends", "on_duty"), [
    ("mon", "10:00", "12:00", True),  # it is 10:00
    ("mon", "08:00", "10:00", False),
    ("mon", "08:00", "10:01", True),
    ("mon", "10:01", "12:00", False),
    ("tue", "08:00", "12:00", False),
])  # fmt: skip
async def test_a_user_is_on_duty_by_the_rota_of_the_users_own_contact(
    rig: Notified, day: Day, begins: str, ends: str, on_duty: bool
) -> None:
    rota = (Shift((day,), begins, ends),)
    await rig.contact(preferences=Preferences(user="thea", rota=rota))
    await rig.contact(name="no rota", preferences=Preferences(user="theo"))
    await rig.contact(name="no user", preferences=Preferences(rota=rota))
    assert rig.outbox.on_duty() == ({"thea"} if on_duty else frozenset())


async def test_a_test_has_a_row_for_each_address_of_each_contact(rig: Notified) -> None:
    anna, bert = await rig.contact(HERE, HERE + "2"), await rig.contact(name="Bert")
    await rig.contact(name="Carl")
    rows = await rig.outbox.test([anna.id, bert.id], "", by="ada")
    assert [(row.name, row.channel_index, row.purpose, row.addresses) for row in rows] == [
        ("Anna", 0, "test", mark(anna)), ("Anna", 1, "test", mark(anna)),
        ("Bert", 0, "test", mark(bert)),
    ]  # fmt: skip
    assert len({row.message for row in rows}) == 2, "one link for each contact"


async def test_of_a_session_all_are_tested_who_would_be_notified_of_it_now(
    rig: Notified,
) -> None:
    await rig.contact()
    off_duty = Preferences(rota=(Shift(("tue",), "08:00", "12:00"),))
    await rig.contact(name="Bert", preferences=off_duty)
    # A browser of the supervisor would be notified too, and is not tested.
    await rig.store.write(add_user, "thea", "therapist", "hash", START)
    await rig.outbox.add_browser("thea", "https://93.184.216.34/a", *KEYS)
    session = await rig.session()
    rig.ward.apply(session, TakeOver("thea"), START)
    rows = await rig.outbox.test(None, session.id, by="ada")
    assert [(row.name, row.encounter) for row in rows] == [("Anna", session.id)]


async def test_no_test_is_sent_if_one_of_its_contacts_or_its_session_is_unknown(
    rig: Notified,
) -> None:
    anna = await rig.contact()
    with pytest.raises(Unknown, match="contact of that id"):
        await rig.outbox.test([anna.id, 99], "", by="ada")
    with pytest.raises(Unknown, match="no open session"):
        await rig.outbox.test(None, "e0", by="ada")
    assert await rig.outbox.test([anna.id], "", by="ada"), "nothing counted as sent"


async def test_the_same_test_is_refused_for_a_moment_for_that_session_only(
    rig: Notified,
) -> None:
    anna = await rig.contact()
    await rig.outbox.test([anna.id], "e1", by="ada")
    await rig.outbox.test([anna.id], "e2", by="ada")
    rig.monotonic += TEST_APART_S - 0.1
    with pytest.raises(TooOften, match="moment ago") as no:
        await rig.outbox.test([anna.id], "e1", by="mara")
    assert no.value.wait == 1
    rig.monotonic += 0.1
    assert await rig.outbox.test([anna.id], "e1", by="mara")


async def test_a_browser_is_notified_from_its_subscription_on_until_its_user_ends_it(
    rig: Notified,
) -> None:
    for user in ("thea", "theo"):
        await rig.store.write(add_user, user, "therapist", "hash", START)
    endpoint = "https://93.184.216.34/a"
    with pytest.raises(Invalid) as no:
        await rig.outbox.add_browser("thea", "https://10.0.0.1/a", *KEYS)
    assert no.value.field == "endpoint"
    await rig.outbox.add_browser("thea", endpoint, *KEYS)
    assert [one.preferences.user for one in rig.notices.book.contacts.values()] == ["thea"]
    await rig.outbox.drop_browser("theo", endpoint)
    assert len(await rig.store.read(list_browsers)) == 1
    await rig.outbox.drop_browser("thea", endpoint)
    assert rig.notices.book.contacts == {}
