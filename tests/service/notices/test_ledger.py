"""Notices on a real store, sent to a real server on this machine."""

import asyncio
import base64
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from prometheus_client import CollectorRegistry

from monitor.adapters.deliver import Pusher, Rules, Sender
from monitor.adapters.http.errors import Invalid, TooOften
from monitor.adapters.http.ports.notices import Linked
from monitor.adapters.live.hub import Hub
from monitor.adapters.store import NoticeRow
from monitor.adapters.store.questions.browsers import add_browser, list_browsers
from monitor.adapters.store.questions.contacts import (
    Preferences,
    Wanted,
    add_contact,
    change_contact,
)
from monitor.adapters.store.questions.notices import notices_of_encounter
from monitor.adapters.store.questions.users import add_user
from monitor.core.vocabulary.events import Notice
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    AskForHelp,
    Close,
    Dose,
    NoticeReported,
    Observed,
    Override,
    Symptom,
    TakeOver,
)
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import Observation
from monitor.service.health.attendance import Attendance
from monitor.service.notices import rota
from monitor.service.notices.notice_acts import TESTS_BY_A_USER, TESTS_TO_A_CONTACT, NoticeDesk
from monitor.service.notices.notices import Notices
from monitor.service.sessions.open_session import Session
from tests.core.refusing import refused
from tests.parts import wait_until
from tests.parts.sinks import HttpSink
from tests.service.rig import START, Rig

RULES: Final = Rules(allow=("json://127.0.0.1", "webpush://127.0.0.1"))
GOES_AHEAD: Final = Override("thea", "a test")


class Office(Rig):
    """A ward with notices; `sink` receives them."""

    def __init__(self, url: str, sink: HttpSink) -> None:
        super().__init__(url)
        self.sink = sink
        sender = Sender(RULES, lambda: START, Pusher("mailto:nobody@example.com"))
        self.notices = Notices(self.clock, self.store, self.ward, sender, CollectorRegistry())
        self.notices.seals.url = "http://127.0.0.1"
        self.ward.telling = self.notices.ledger.decided
        self.outbox = NoticeDesk(self.clock, self.store, self.ward, self.notices, RULES)

    async def contact(self, *paths: str, **wants: float) -> int:
        urls = tuple(path if "://" in path else self.sink.url(path) for path in paths)
        wanted = Wanted(name="Anna", urls=urls, order=0, after_s=wants.get("after_s", 0.0))
        made = await self.store.write(add_contact, wanted, START)
        await self.notices.book.reload()
        return made.id

    async def dosed(self, name: str) -> Session:
        session = await self.open(name)
        self.notices.book.brief(session)
        dose = Dose(self.clock.now(), "ketamine", "sublingual", 1.0, "thea", GOES_AHEAD)
        self.ward.apply(session, dose, self.clock.now())
        return session

    def help(self, session: Session) -> str:
        self.ward.apply(session, AskForHelp("sitter"), self.clock.now())
        return f"{session.id}-{session.encounter.state.alarms.issued}"

    async def linked(self, row: NoticeRow) -> Linked:
        """Open the link of that message and return its content."""
        token = self.notices.seals.link(row.message).rpartition("/")[2]
        return await self.outbox.linked(token, opened=True)

    async def ledger(self, session: Session) -> list[NoticeRow]:
        await self.store.flush()
        return await self.store.read(notices_of_encounter, session.id)

    async def states(self, session: Session) -> list[str]:
        return [row.state for row in await self.ledger(session)]


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    sink = HttpSink()
    yield sink
    sink.close()


@pytest_asyncio.fixture
async def office(tmp_path: Path, sink: HttpSink) -> AsyncIterator[Office]:
    office = Office(f"sqlite:///{tmp_path / 'ward.db'}", sink)
    await office.begin()
    await office.notices.load()
    running = asyncio.create_task(office.notices.run())
    yield office
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await office.end()


async def test_a_session_that_is_being_closed_takes_nothing_more_and_stops_nothing(
    office: Office,
) -> None:
    """While its last commit waits for the database it is still among the sessions."""
    session = await office.dosed("e1")
    given = Close("thea", GOES_AHEAD)
    session.encounter.apply(given, office.clock.now())
    assert session.id in office.ward.sessions
    office.clock.follow(START + 60)
    office.clock.run(START + 60, 1.0)
    await Attendance(office.clock, Hub(CollectorRegistry()), office.ward).look()
    office.ward.fault("storage_fault", "full")
    office.ward.fault_over("storage_fault")
    await office.contact("ok")
    office.notices.book.brief(await office.dosed("e2"))
    assert office.ward.running == [office.ward.sessions["e2"]]


async def test_rounds_that_were_missed_together_are_one_notice(office: Office) -> None:
    await office.contact("ok")
    session = await office.dosed("e1")
    office.help(session)
    await wait_until(lambda: len(office.sink.got) == 1)
    office.clock.follow(START + 7200)
    office.ward.advance(session, office.clock.now())
    await wait_until(lambda: len(office.sink.got) >= 2)
    mine = [row for row in await office.ledger(session) if row.alarm.endswith("-1")]
    assert len(mine) == 2
    told = office.sink.got[1].json
    # One alarm, and all others that two hours without a device cause.
    alarms = {row.alarm for row in await office.ledger(session) if row.message == told["id"]}
    assert told["alarms"] == len(alarms)
    assert told["round"] == 41


async def test_of_what_was_taken_as_low_and_rose_the_notice_and_its_link_say_so(
    office: Office,
) -> None:
    await office.contact("ok")
    session = await office.dosed("e1")
    low = ""
    for t, sbp in ((60, 152), (130, 153), (430, 184)):
        office.clock.follow(START + t)
        office.ward.advance(session, START + t)
        typed = Observation(issued=START + t, values={"sbp": sbp}, by="thea")
        office.ward.apply(session, Observed(typed), START + t)
        if t == 130:
            (low,) = [a.id for a in session.encounter.state.alarms if a.condition == "sbp_high"]
            office.ward.apply(session, Acknowledged(low, "thea"), START + t)
    await wait_until(lambda: office.sink.got)
    told = office.sink.got[0].json["message"]
    began, rose = (rota.local(START + t, "UTC") for t in (60, 430))
    clock = rota.beside(START + 430, START, "UTC")
    since = f"since {rose}, began {began.partition(' ')[0]} as low."
    assert since in told
    assert f"Nobody has acknowledged it since {clock}." in told
    high = [row for row in await office.ledger(session) if row.alarm == low]
    assert {row.priority for row in high} == {"high"}
    lines = (await office.linked(high[-1])).lines
    assert any(since in line for line in lines), lines


async def test_a_number_that_was_sent_and_never_written_is_not_given_again(
    office: Office, tmp_path: Path, sink: HttpSink
) -> None:
    await office.contact("ok")
    session = await office.dosed("e1")
    office.help(session)
    later = Office(f"sqlite:///{tmp_path / 'ward.db'}", sink)
    later.start()
    later.notices.book.contacts = dict(office.notices.book.contacts)
    # The same decision again, by a process that does not know of the first.
    (notice,) = await office.ledger(session)
    rows = later.notices.ledger.decided(session, [_again(notice)], START)
    assert [row.id for row in rows] != [notice.id]
    assert [row.message for row in rows] != [notice.message]
    await later.store.stop()


def _again(row: NoticeRow) -> Notice:
    return Notice(
        at=START, number=1, alarm_id=row.alarm, contact=row.contact, round=1, priority="high",
        kind="physiological", onset=START,
    )  # fmt: skip


async def test_a_contact_that_is_changed_meanwhile_is_told_nowhere_else(office: Office) -> None:
    """The first address is dead, the second accepted; once the first is gone, its retry ends."""
    contact = await office.contact("broken", "ok")
    session = await office.dosed("e1")
    office.help(session)
    await wait_until(lambda: office.sink.at("ok"))
    await wait_until(lambda: office.sink.at("broken"))
    wanted = Wanted(name="Anna", urls=(office.sink.url("ok"),), order=0, after_s=0.0)
    await office.store.write(change_contact, contact, wanted)
    await office.notices.book.reload()

    async def given_up() -> bool:
        return sorted(await office.states(session)) == ["failed", "sent"]

    await wait_until(given_up, 20)
    assert len(office.sink.at("ok")) == 1
    (dead,) = [row for row in await office.ledger(session) if row.state == "failed"]
    assert (dead.channel_index, dead.detail) == (0, "this contact was changed or removed")


async def test_of_a_medium_alarm_the_next_channel_is_used_when_the_first_fails(
    office: Office,
) -> None:
    await office.contact("broken", "second", "third")
    session = await office.dosed("e1")
    office.ward.apply(session, Symptom("vomiting", "thea"), office.clock.now())
    office.clock.follow(START + 121)
    office.ward.advance(session, office.clock.now())
    await wait_until(lambda: office.sink.at("second"))

    async def settled() -> bool:
        return await office.states(session) == ["cancelled", "sent", "cancelled"]

    await wait_until(settled, 20)
    assert office.sink.at("third") == []
    (tried, *_) = await office.ledger(session)
    assert tried.detail == "another channel took it; before that, it answered 500"
    assert session.encounter.state.escalation.unreached == {}


async def test_what_is_acknowledged_while_it_waits_for_its_turn_is_not_sent(
    office: Office,
) -> None:
    """A channel sends four at a time; these hang, and the fifth waits."""
    await office.contact("gate")
    sessions = [await office.dosed(f"e{n}") for n in range(6)]
    alarms = [office.help(session) for session in sessions]
    await wait_until(lambda: len(office.sink.got) == 4)
    for session, alarm in zip(sessions, alarms, strict=True):
        office.ward.apply(session, Acknowledged(alarm, "thea"), office.clock.now())
    office.sink.open_gate()

    async def settled() -> bool:
        states = [state for session in sessions for state in await office.states(session)]
        return "queued" not in states and states.count("sent") == 4

    await wait_until(settled, 20)
    assert len(office.sink.got) == 4
    assert [s for s in sessions if await office.states(s) == ["cancelled"]] == sessions[4:]


async def test_a_link_takes_no_alarm_that_came_on_anew_or_worsened_since(office: Office) -> None:
    await office.contact("ok")
    session = await office.dosed("e1")
    typed = Observation(issued=START, values={"sbp": 190, "dbp": 92}, by="thea")
    office.ward.apply(session, Observed(typed), START)
    (alarm,) = [a.id for a in session.encounter.state.alarms if a.condition == "sbp_high"]
    (first,) = [row for row in await office.ledger(session) if row.alarm == alarm]
    assert (await office.linked(first)).state == "open"
    office.ward.apply(session, Acknowledged(alarm, "thea"), START)
    office.clock.follow(START + 601)
    office.ward.advance(session, START + 601)

    def presence() -> str:
        standing = session.encounter.state.alarms.find(alarm)
        return standing.presence if standing is not None else "gone"

    assert presence() == "on"
    linked = await office.linked(first)
    assert linked.state == "over"
    with pytest.raises(Refused):
        await office.outbox.use(linked, by="thea")
    assert presence() == "on"
    (second,) = [row for row in await office.ledger(session) if row.alarm == alarm][1:]
    await office.outbox.use(await office.linked(second), by="thea")
    assert presence() == "acknowledged"


async def test_a_link_works_while_the_database_takes_nothing_and_undoes_nothing(
    office: Office, tmp_path: Path
) -> None:
    await office.contact("ok")
    session = await office.dosed("e1")
    await office.store.flush()
    with closing(sqlite3.connect(tmp_path / "ward.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        office.help(session)
        await wait_until(lambda: office.sink.got)
        await wait_until(lambda: [n.state for n in session.notices.values()] == ["sent"])
        (row,) = session.notices.values()
        assert (await office.linked(row)).state == "open"
        other.execute("ROLLBACK")
    (row,) = await office.ledger(session)
    assert (row.state, row.seen_at) == ("sent", START)


async def test_a_test_confirms_only_the_addresses_that_it_went_to(office: Office) -> None:
    contact = await office.contact("ok")
    (old,) = await office.outbox.test([contact], "", by="ada")
    wanted = Wanted(name="Anna", urls=(office.sink.url("other"),), order=0, after_s=0.0)
    await office.store.write(change_contact, contact, wanted)
    await office.notices.book.reload()
    linked = await office.linked(old)
    assert linked.state == "changed"
    with refused("other addresses"):
        await office.outbox.use(linked, by="Anna")
    with refused("nobody else was told"):
        await office.outbox.decline(linked, by="Anna")
    (new,) = await office.outbox.test([contact], "e0", by="ada")
    await office.outbox.use(await office.linked(new), by="Anna")
    assert office.notices.book.contacts[contact].confirmed_at is not None


async def test_test_notices_are_limited_for_each_contact_and_each_user(office: Office) -> None:
    anna, bert, carl, dora = [await office.contact(path) for path in ("ok", "b", "c", "d")]

    async def tried(contact: int, times: int, by: str = "ada") -> None:
        for n in range(times):
            await office.outbox.test([contact], f"e{n}", by=by)

    await tried(anna, TESTS_TO_A_CONTACT)
    for by in ("ada", "mara"):
        with pytest.raises(
            TooOften, match="Anna was sent 12 test notices in the last 10 min"
        ) as no:
            await office.outbox.test([bert, anna], "e99", by=by)
        assert 500 < no.value.wait <= 600
    # Those that were refused were not sent.
    assert {got.path for got in office.sink.got} == {"/ok"}
    assert len(office.sink.got) == TESTS_TO_A_CONTACT
    await tried(bert, 1)
    with pytest.raises(TooOften, match="moment ago"):
        await tried(bert, 1)
    await tried(carl, TESTS_TO_A_CONTACT)
    await tried(dora, TESTS_TO_A_CONTACT)
    left = TESTS_BY_A_USER - 3 * TESTS_TO_A_CONTACT - 1
    for n in range(left):
        await office.outbox.test([bert], f"f{n}", by="ada")
    with pytest.raises(TooOften, match="You sent 40 test notices"):
        await office.outbox.test([bert], "f99", by="ada")
    await office.outbox.test([bert], "f99", by="mara")


@pytest.mark.parametrize("url", [
    "ntfys://ntfy.sh/one/two", "mailtos://me:word@example.com?to=a@example.com,b@example.com",
])  # fmt: skip
async def test_an_address_has_one_recipient(office: Office, url: str) -> None:
    with pytest.raises(Invalid, match="2 recipients"):
        office.outbox.check(Wanted(name="Anna", urls=(url,), order=0, after_s=0.0))


async def test_a_test_session_is_told_to_who_wants_that(office: Office) -> None:
    session = await office.dosed("e1")
    assert session.encounter.state.session.facts.mode == "test"
    wanted = Wanted(
        name="Far", urls=("jsons://hooks.example.invalid/x",), order=0, after_s=60.0,
        preferences=Preferences(simulated=False),
    )  # fmt: skip
    await office.store.write(add_contact, wanted, START)
    await office.notices.book.reload()
    office.help(session)
    assert session.private(START, None)["next_notice"] is None
    office.clock.follow(START + 60)
    office.ward.advance(session, START + 60)
    assert await office.states(session) == ["cancelled"]
    await office.contact("ok", after_s=90.0)
    coming: Any = session.private(START + 60, None)["next_notice"]
    assert (coming["contact"], coming["alarm"]) == ("Anna", "e1-1")


@pytest.mark.parametrize(("path", "after"), [("ok", "sent"), ("broken", "failed")])
async def test_an_error_in_one_notice_ends_neither_the_others_nor_the_service(
    office: Office, path: str, after: str
) -> None:
    """The page's memory of the first session is broken, so a report of its notices is an error. If
    the channel refused it, the report of that error is an error too."""
    await office.contact(path)
    broken, whole = await office.dosed("e1"), await office.dosed("e2")
    office.help(broken)
    broken.notices = None  # type: ignore[assignment]
    await wait_until(lambda: len(office.sink.got) == 1)
    office.help(whole)

    async def tried() -> bool:
        return (await office.states(whole))[:1] in (["sent"], ["retrying"])

    await wait_until(tried, 20)
    assert await office.states(broken) == [after], "the disk has it, though the page has not"


async def test_a_contact_that_works_again_is_reached_in_all_sessions_but_a_broken_one(
    office: Office,
) -> None:
    contact = await office.contact("ok")
    sessions = [await office.dosed(f"e{n}") for n in range(3)]
    for session in sessions:
        alarm = office.help(session)
        given = NoticeReported(alarm, contact, ok=False, why="no answer")
        office.ward.apply(session, given, office.clock.now())
    alarms, sessions[0].encounter.state.alarms = sessions[0].encounter.state.alarms, None  # type: ignore[assignment]
    await office.outbox.test([contact], "", by="ada")
    left = [session.id for session in sessions if session.encounter.state.escalation.unreached]
    sessions[0].encounter.state.alarms = alarms
    assert left == ["e0"]


async def test_a_browser_that_subscribed_anew_is_not_forgotten_with_its_old_keys(
    office: Office,
) -> None:
    """The first attempt is refused; before the next one, the same browser sends new keys."""
    await office.store.write(add_user, "thea", "therapist", "hash", START)

    async def subscribe() -> str:
        key = _p256dh()
        endpoint = f"http://127.0.0.1:{office.sink.port}/broken"
        await office.store.write(add_browser, "thea", endpoint, key, "c2l4dGVlbiBieXRlcyEh", START)
        await office.notices.book.reload()
        return key

    await subscribe()
    session = await office.dosed("e1")
    office.ward.apply(session, TakeOver("thea"), office.clock.now())
    office.help(session)
    await wait_until(lambda: office.sink.at("broken"))
    key = await subscribe()

    async def given_up() -> bool:
        return set(await office.states(session)) == {"failed"}

    await wait_until(given_up, 20)
    await office.store.flush()
    assert [row.p256dh for row in await office.store.read(list_browsers)] == [key]


def _p256dh() -> str:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")
