"""The link of a notice: to whom it opens, for how long, and the one act that it allows."""

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from monitor.adapters.http.errors import Unknown
from monitor.adapters.http.ports.notices import Linked
from monitor.adapters.store.questions.contacts import ContactRow
from monitor.adapters.store.questions.encounters import read_journal
from monitor.adapters.store.questions.users import add_user
from monitor.core.vocabulary.events import Alarm, AlarmChanged
from monitor.core.vocabulary.inputs import Acknowledged, TakeOver
from monitor.core.vocabulary.words import Change
from monitor.service.notices.links import LINK_S, mark
from monitor.service.sessions.open_session import Session
from tests.core.refusing import refused
from tests.service.notices.notified import HERE, Notified
from tests.service.rig import START


@pytest_asyncio.fixture
async def rig(fresh: str) -> AsyncIterator[Notified]:
    rig = Notified(fresh)
    await rig.begin()
    await rig.notices.seals.load()
    yield rig
    await rig.end()


async def called(rig: Notified, session: Session) -> str:
    """Call for help; return the id of the alarm."""
    alarm = rig.help(session)
    await rig.store.flush()
    return alarm


async def changes(rig: Notified, session: Session, transition: Change) -> list[Alarm]:
    """Return the alarms on the session's record as they were at these transitions."""
    await rig.store.flush()
    events = [e for step in await rig.store.read(read_journal, session.id) for e in step.events]
    changed = [e for e in events if isinstance(e, AlarmChanged)]
    return [change.alarm for change in changed if change.transition == transition]


async def test_a_link_is_read_from_its_rows_and_its_first_opening_is_noted(
    rig: Notified,
) -> None:
    anna = await rig.contact()
    session = await rig.session()
    alarm = await called(rig, session)
    (row,) = await rig.rows(session)
    linked = await rig.linked(row, opened=False)
    assert (linked.state, linked.contact, linked.name) == ("open", anna.id, "Anna")
    assert (linked.encounter, set(linked.alarms)) == (session.id, {alarm})
    assert linked.pin_hash is None
    assert [one.seen_at for one in await rig.rows(session)] == [None]
    for later in (30.0, 60.0):
        rig.monotonic = 100.0 + later
        await rig.linked(row)
    assert [one.seen_at for one in await rig.rows(session)] == [START + 30]


@pytest.mark.parametrize("token", ["", "none", "e1-n1.wrong"])
async def test_a_link_that_is_none_of_ours_opens_nothing(rig: Notified, token: str) -> None:
    with pytest.raises(Unknown, match="no such notice"):
        await rig.outbox.linked(token, opened=True)


async def test_a_link_that_is_ours_of_a_message_that_is_not_on_disk_opens_nothing(
    rig: Notified,
) -> None:
    token = rig.notices.seals.link("e1-n1").rpartition("/")[2]
    with pytest.raises(Unknown, match="no such notice"):
        await rig.outbox.linked(token, opened=True)


async def test_of_several_alarms_alike_the_page_has_one_line(rig: Notified) -> None:
    await rig.contact()
    session = await rig.session()
    await called(rig, session)
    (row,) = await rig.rows(session)
    (line,) = (await rig.linked(row)).lines
    assert line.startswith("High priority, ")
    again = msgspec.structs.replace(row, id="again", alarm=f"{session.id}-77")
    rig.notices.ledger.put_down([again])
    await rig.store.flush()
    assert (await rig.linked(row)).lines == (f"2 alarms. {line}",)


@pytest.mark.parametrize(("after", "state"), [(LINK_S, "open"), (LINK_S + 1, "expired")])
async def test_a_link_works_for_a_day(rig: Notified, after: float, state: str) -> None:
    await rig.contact()
    session = await rig.session()
    await called(rig, session)
    (row,) = await rig.rows(session)
    rig.monotonic += after
    linked = await rig.linked(row)
    assert linked.state == state
    if state == "expired":
        with refused("This link is expired"):
            await rig.outbox.use(linked, by="Anna")


async def test_a_link_acknowledges_once_and_names_the_person(rig: Notified) -> None:
    await rig.contact()
    session = await rig.session()
    alarm = await called(rig, session)
    (row,) = await rig.rows(session)
    linked = await rig.linked(row)
    await rig.outbox.use(linked, by="Anna")
    # An acknowledged call for help is over, so it is on no list any more.
    assert session.encounter.state.alarms.find(alarm) is None
    (acknowledged,) = [one.acknowledged_by for one in await changes(rig, session, "acknowledged")]
    assert acknowledged == "Anna"
    assert (await rig.linked(row)).state == "used"
    with refused(r"^This link is used; nothing was done by it"):
        await rig.outbox.use(linked, by="Bert")
    assert len(await changes(rig, session, "acknowledged")) == 1


async def test_a_link_is_over_once_a_person_has_the_alarm(rig: Notified) -> None:
    await rig.contact()
    session = await rig.session()
    alarm = await called(rig, session)
    (row,) = await rig.rows(session)
    await rig.ward.act(session, Acknowledged(alarm, "thea"), rig.clock.now())
    linked = await rig.linked(row)
    assert linked.state == "over"
    with refused("This link is over"):
        await rig.outbox.use(linked, by="Anna")
    with refused("waits for nobody any more"):
        await rig.outbox.decline(linked, by="Anna")


async def test_who_declines_is_told_who_is_notified_instead(rig: Notified) -> None:
    await rig.contact()
    await rig.contact(name="Bert", order=1, after_s=600.0)
    session = await rig.session()
    alarm = await called(rig, session)
    (row,) = await rig.rows(session)
    linked = await rig.linked(row)
    assert not linked.declined
    assert await rig.outbox.decline(linked, by="Anna") == ["Bert"]
    assert (await rig.linked(row)).declined
    assert await changes(rig, session, "acknowledged") == []
    told = {(one.name, one.alarm) for one in await rig.rows(session)}
    assert told == {("Anna", alarm), ("Bert", alarm)}


async def test_the_supervisor_is_named_with_the_number_on_file(rig: Notified) -> None:
    await rig.store.write(add_user, "thea", "therapist", "hash", START, "", "+49 555")
    await rig.store.write(add_user, "theo", "therapist", "hash", START)
    await rig.contact()
    session = await rig.session()
    await called(rig, session)
    (row,) = await rig.rows(session)
    for supervisor, phone in (("thea", "+49 555"), ("theo", "")):
        rig.ward.apply(session, TakeOver(supervisor, "a test"), START)
        linked = await rig.linked(row)
        assert (linked.supervisor, linked.phone) == (supervisor, phone)
    rig.ward.remove(session)
    assert (await rig.linked(row)).supervisor == ""


# --- grants ---------------------------------------------------------------------------------------


def link(message: str = "m", pin_hash: str | None = "hash") -> Linked:
    return Linked(
        message=message, purpose="alarm", state="open", encounter="e1", contact=1, name="Anna",
        pin_hash=pin_hash, lines=(),
    )  # fmt: skip


async def test_a_grant_is_for_its_link_and_its_pin_until_its_time(rig: Notified) -> None:
    grant = rig.outbox.grant(link())
    assert rig.outbox.granted(link(), grant)
    assert not rig.outbox.granted(link("other"), grant)
    assert not rig.outbox.granted(link(pin_hash="changed"), grant)
    until, _, seal = grant.partition(".")
    assert not rig.outbox.granted(link(), f"{int(until) + 1}.{seal}")
    past = 1_000_000_000
    assert not rig.outbox.granted(link(), f"{past}.{rig.outbox._grant_seal(link(), past)}")


async def test_without_a_pin_nothing_is_granted(rig: Notified) -> None:
    assert not rig.outbox.granted(link(pin_hash=None), rig.outbox.grant(link(pin_hash=None)))


@pytest.mark.parametrize("grant", ["", ".", "x.y", "-1.y", "\u0661.y", "9" * 12 + ".y", "1.\ud800"])
async def test_a_grant_that_is_not_whole_is_none(rig: Notified, grant: str) -> None:
    assert not rig.outbox.granted(link(), grant)


def test_the_mark_of_a_contact_is_that_of_its_addresses_in_order() -> None:
    def marked(*urls: str) -> str:
        return mark(ContactRow(id=1, name="A", urls=urls, order=0, after_s=0.0, created_at=START))

    one, two = HERE, f"{HERE}2"
    assert marked(one, two) == marked(one, two)
    assert len({marked(one), marked(two), marked(one, two), marked(two, one), marked()}) == 5
