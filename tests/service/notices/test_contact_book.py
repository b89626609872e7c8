"""The contacts: as they are on disk, as much of them as the core may know, and in its time."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio

from monitor.adapters.store.questions.browsers import add_browser, list_browsers
from monitor.adapters.store.questions.contacts import Preferences, Shift, Wanted, change_contact
from monitor.adapters.store.questions.users import add_user
from monitor.core.vocabulary.inputs import Contact
from monitor.core.vocabulary.reasons import NONE, Reason
from monitor.service.notices.contact_book import AHEAD_S, BROWSERS, CANARY_ID
from tests.service.notices.notified import HERE, Notified
from tests.service.rig import START

FAR: Final = "jsons://hooks.example.invalid/x"
KEYS: Final = ("cDI1NmRo", "c2l4dGVlbiBieXRlcyEh")
DAY_S: Final = 24 * 3600.0


@pytest_asyncio.fixture
async def rig(fresh: str) -> AsyncIterator[Notified]:
    rig = Notified(fresh)
    await rig.begin()
    yield rig
    await rig.end()


def known(rig: Notified, name: str = "e1") -> list[Contact]:
    """Return the contacts that the core of this session knows."""
    return [*rig.ward.sessions[name].encounter.state.escalation.contacts]


# --- look-ups -------------------------------------------------------------------------------------


async def test_an_address_is_found_by_its_contact_and_its_place_or_not_at_all(
    rig: Notified,
) -> None:
    anna = await rig.contact(HERE, FAR, preferences=Preferences(zone="Europe/Berlin"))
    book = rig.notices.book
    assert [book.address(anna.id, index) for index in (0, 1, 2)] == [HERE, FAR, ""]
    assert (book.has(anna.id, FAR), book.has(anna.id, FAR + "y")) == (True, False)
    assert (book.zone(anna.id), book.zone(99)) == ("Europe/Berlin", "UTC")
    assert (book.find(99), book.address(99, 0), book.has(99, HERE)) == (None, "", False)


async def test_the_canary_is_found_and_is_on_no_list(rig: Notified) -> None:
    book = rig.notices.book
    assert book.address(CANARY_ID, 0)
    await rig.contact()
    await rig.session()
    assert CANARY_ID not in book.contacts
    assert [contact.name for contact in known(rig)] == ["Anna"]


async def test_the_browsers_of_a_user_are_one_contact_for_the_users_own_sessions(
    rig: Notified,
) -> None:
    for user in ("thea", "theo"):
        await rig.store.write(add_user, user, "therapist", "hash", START)
    for user, path in (("thea", "a"), ("thea", "b"), ("theo", "c")):
        endpoint = f"https://push.example.invalid/{path}"
        await rig.store.write(add_browser, user, endpoint, *KEYS, START)
    await rig.notices.book.load()
    found = {one.preferences.user: one for one in rig.notices.book.contacts.values()}
    assert {user: len(one.urls) for user, one in found.items()} == {"thea": 2, "theo": 1}
    assert all(one.id < BROWSERS for one in found.values())
    await rig.session()
    assert {(one.user, one.person, one.after_s) for one in known(rig)} == {
        ("thea", False, 0.0), ("theo", False, 0.0),
    }  # fmt: skip


async def test_a_browser_that_unsubscribed_is_forgotten_and_no_other_address_is(
    rig: Notified,
) -> None:
    await rig.store.write(add_user, "thea", "therapist", "hash", START)
    await rig.store.write(add_browser, "thea", "https://push.example.invalid/a", *KEYS, START)
    anna = await rig.contact()
    (browser,) = [one for one in rig.notices.book.contacts.values() if one.id < BROWSERS]
    await rig.notices.book.withdraw(HERE)
    assert set(rig.notices.book.contacts) == {anna.id, browser.id}
    await rig.notices.book.withdraw(browser.urls[0])
    assert set(rig.notices.book.contacts) == {anna.id}
    assert await rig.store.read(list_browsers) == []


# --- briefing -------------------------------------------------------------------------------------


async def test_a_change_reaches_every_session_and_no_change_none(rig: Notified) -> None:
    anna = await rig.contact()
    first, second = await rig.session("e1"), await rig.session("e2")
    rig.monotonic += 60
    await rig.notices.book.reload()
    assert [one.briefed_at for one in (first, second)] == [START, START]
    wanted = Wanted(name="Anne", urls=(HERE,), order=0, after_s=30.0)
    await rig.store.write(change_contact, anna.id, wanted)
    await rig.notices.book.reload()
    assert [one.briefed_at for one in (first, second)] == [START + 60] * 2
    assert [(one.name, one.after_s) for one in known(rig, "e2")] == [("Anne", 30.0)]


async def test_the_core_knows_no_address_and_duty_as_times_of_the_next_days(
    rig: Notified,
) -> None:
    """The session begins at 11:00 in Berlin, on a Monday."""
    nights = Shift(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "22:00", "06:00")
    mornings = Shift(("mon",), "08:00", "12:00")
    await rig.contact(preferences=Preferences(
        zone="Europe/Berlin", rota=(mornings,), quiet=(nights,), user="thea", low=True,
    ))  # fmt: skip
    await rig.contact(name="Bert", order=1)
    await rig.session()
    anna, bert = known(rig)
    assert HERE not in str(anna)
    assert (anna.user, anna.low, anna.person) == ("thea", True, True)
    assert anna.duty == ((START - 3 * 3600, START + 3600),)
    evening = START + 11 * 3600
    assert anna.quiet[:2] == (
        (evening, evening + 8 * 3600), (evening + DAY_S, evening + DAY_S + 8 * 3600),
    )  # fmt: skip
    assert anna.quiet[-1][0] < START + AHEAD_S
    assert (bert.duty, bert.quiet) == (None, ()), "always on duty"


@pytest.mark.parametrize(("urls", "simulated", "kept_back"), [
    ((FAR,), False, True),
    ((FAR,), True, False),
    ((HERE,), False, False),
    ((FAR, HERE), False, False),
])  # fmt: skip
async def test_a_test_session_notifies_only_this_machine_and_those_who_want_it(
    rig: Notified, urls: tuple[str, ...], simulated: bool, kept_back: bool
) -> None:
    about: dict[str, Any] = {"preferences": Preferences(simulated=simulated)}
    contact = await rig.contact(*urls, **about)
    session = await rig.session()
    assert session.kept_back == (frozenset({contact.id}) if kept_back else frozenset())
    why = rig.notices.book.not_of_this_mode(session, contact, FAR)
    assert why == (NONE if simulated else Reason("other_mode", {"mode": "test"}))
