"""Escalation of alarms as pure policy: whom to notify, when, when again, and when to stop.

The browser is the first step: every page shows an alarm immediately. While the alarm is
unacknowledged, contacts are notified one after another, each after the delay of the contact plus
that of the protocol, and then repeatedly. Only an acknowledgement ends that, or the end of an alarm
that does not latch. When an alarm worsens, all contacts are notified anew.

This module does not send. A `Notice` is a decision; the service knows the addresses, sends, and
reports the outcome (`NoticeReported`): after a failed delivery the next contact is notified sooner,
and the failure is an alarm of its own. A contact who cannot take an alarm declines
(`NoticeDeclined`): the next one is notified immediately, and that contact not again while another
is left.
"""

from collections.abc import Container, Iterator, Sequence
from math import inf
from typing import Final, TypedDict

from monitor.core.notices import notice_failed
from monitor.core.notices.on_duty import concerned, on_duty, on_duty_from, within
from monitor.core.protocol.protocol import Escalation
from monitor.core.state import State
from monitor.core.state.escalation import LastNotice, PendingAlarm
from monitor.core.vocabulary.events import Alarm, AlarmChanged, Closed, Event, Notice
from monitor.core.vocabulary.inputs import Contact, ContactsChanged, NoticeDeclined, NoticeReported
from monitor.core.vocabulary.reasons import NONE, Reason, plain
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.words import Change, Priority

# An alarm that was raised late, from old readings, was on no page until now: the contacts' delays
# count from its onset, but at most from this long before it was raised.
LATE_S: Final = 30.0
QUIET: Final = Reason("quiet_hours")

# The effect of each transition on the notices of an alarm.
STARTS: Final[frozenset[Change]] = frozenset({"raised", "escalated"})
GOES_ON: Final[frozenset[Change]] = frozenset({"deescalated", "latched"})
ENDS: Final[frozenset[Change]] = frozenset({"acknowledged", "cleared", "ended"})


def follow(state: State, events: Sequence[Event], now: float) -> tuple[list[Event], float | None]:
    """Begin, change or end the notices of the alarms in `events`.

    Return the notices now due, and when the next one is (see `deadline`).
    """
    for event in events:
        if type(event) is AlarmChanged:
            _move(state, event)
        elif type(event) is Closed:
            state.escalation.end_all()
    return _fall_due(state, now) if state.escalation.pending else ([], None)


def _move(state: State, event: AlarmChanged) -> None:
    alarm = event.alarm
    if event.transition in STARTS:
        since = event.at
        before = state.escalation.pending.get(alarm.id)
        if before is not None:
            # It is unacknowledged: that it is worse now must not delay any notice.
            since = before.since
        elif event.transition == "raised" and alarm.acknowledged_at is None:
            since = max(alarm.onset, event.at - LATE_S)
        pending = PendingAlarm(alarm.priority, alarm.kind, alarm.onset, since, begun=event.at)
        state.escalation.begin(alarm.id, pending)
        _hasten_unattended(state, pending, event.at)
    elif event.transition in ENDS:
        state.escalation.end(alarm.id)
    else:
        state.escalation.go_on(alarm.id, alarm.priority)


def _hasten_unattended(state: State, telling: PendingAlarm, at: float) -> None:
    """Notify the first contact of a high alarm immediately if no one is at a page to see it."""
    others = {c.id for c in state.escalation.contacts if not c.user}
    told = others & telling.told.keys()
    if state.supervision.unattended_since is not None and telling.priority == "high" and not told:
        _hasten(state, telling, at)


def _hasten(state: State, telling: PendingAlarm, at: float, but: int | None = None) -> None:
    """Notify now the next contact that was not notified yet. but: the contact that failed.

    A user's own contacts do not count: it is another person's turn. If a contact declined and all
    were notified, the one notified longest ago is notified again: each of them may rely on another
    one to come.
    """
    able = [c for c in _able(state, telling, at) if c.id != but]
    for contact in able:
        if contact.id not in telling.told:
            telling.sooner.setdefault(contact.id, at)
            return
    again = [c for c in able if c.id not in state.escalation.unreached] if telling.declined else []
    if again:
        telling.sooner[min(again, key=lambda c: telling.told[c.id].at).id] = at


# --- inputs ---------------------------------------------------------------------------------------


def contacts_changed(state: State, given: ContactsChanged, now: float) -> list[Event]:
    in_order = sorted(given.contacts, key=lambda c: (c.after_s, c.order, c.id))
    state.escalation.set_contacts(tuple(in_order))
    known = {contact.id for contact in state.escalation.contacts}
    events: list[Event] = []
    for gone in [c for c in state.escalation.unreached if c not in known]:
        events += notice_failed.contact_gone(state, gone, now)
    return events + notice_failed.fall_due(state, now)


def attended_changed(state: State, now: float) -> None:
    """Hasten the notices of all alarms: the last page with a watching user is gone."""
    for telling in state.escalation.pending.values():
        _hasten_unattended(state, telling, now)


def reported(state: State, given: NoticeReported, now: float) -> list[Event]:
    """Take the outcome of a notice. A failure is an alarm and hastens the next contact's notice."""
    contact = next((c for c in state.escalation.contacts if c.id == given.contact), None)
    if contact is None:
        return []
    if given.ok:
        over = notice_failed.contact_reached(state, contact.id, now)
        return over + notice_failed.fall_due(state, now)
    notice_failed.contact_fails(state, contact.id, given.because or plain(given.why), now)
    telling = state.escalation.pending.get(given.alarm_id)
    if telling is not None:
        _hasten(state, telling, now, but=contact.id)
    return notice_failed.fall_due(state, now)


def declined(state: State, given: NoticeDeclined, now: float) -> list[Event]:
    """Take a contact's refusal of an alarm: the next one is notified immediately."""
    telling = state.escalation.pending.get(given.alarm_id)
    if telling is None:
        raise Refused(Reason("taken_before"))
    telling.declined[given.contact] = now
    telling.kept_back = given.kept_back
    _hasten(state, telling, now)
    return []


def nobody_left(state: State) -> list[str]:
    """Return the alarms that a contact declined and for which no other contact is left."""
    return [
        alarm_id
        for alarm_id, telling in state.escalation.pending.items()
        if telling.declined and not _left(state, telling)
    ]


# --- contacts -------------------------------------------------------------------------------------


def _left(state: State, telling: PendingAlarm) -> list[Contact]:
    """Return the reachable contacts that have not declined.

    The supervisor's own telephone does not count: it is no other person.
    """
    everybody = _turns(state, telling, concerned(state))
    return [c for c in everybody if c.person and c.id not in state.escalation.unreached]


def _able(state: State, telling: PendingAlarm, at: float) -> list[Contact]:
    """Return the contacts on duty whose turn it can be, in the order of their delays."""
    out = {*telling.declined, *telling.kept_back}
    return _turns(state, telling, on_duty(state, concerned(state), at, out))


def _turns(state: State, telling: PendingAlarm, of: list[Contact]) -> list[Contact]:
    """Return the contacts among `of` whose turn it can be."""
    out = {*telling.declined, *telling.kept_back}
    told_of = _told_of(telling, of, dosed=bool(state.session.doses))
    return [c for c in told_of if not c.user and c.id not in out]


def _told_of(telling: PendingAlarm, of: list[Contact], *, dosed: bool) -> list[Contact]:
    """Return the contacts among `of` that are notified of such an alarm at all.

    Before the dose no one is notified about equipment; low alarms go to contacts that want them.
    """
    if telling.kind == "technical" and not dosed:
        return []
    return [c for c in of if c.low] if telling.priority == "low" else of


# --- times ----------------------------------------------------------------------------------------


def deadline(state: State) -> float | None:
    """Return when the next notice is due if no alarm is acknowledged; None: no notice is."""
    return _due(state, -inf)[1]


def following(state: State, but: Container[int] = ()) -> tuple[str, Contact, float] | None:
    """Return alarm, contact and time of the next notice if unacknowledged; None: no notice.

    but: contacts to leave out
    """
    waiting = (each for each in _to_tell(state) if each[1].id not in but)
    return min(waiting, key=lambda each: each[2], default=None)


def _fall_due(state: State, now: float) -> tuple[list[Event], float | None]:
    """Return the notices that are due by now, one per alarm and contact, and when the next is."""
    due, first = _due(state, now)
    if not due:
        return [], first
    return [_notice(state, *each, now) for each in due], deadline(state)


def _notice(
    state: State, alarm_id: str, telling: PendingAlarm, contact: Contact, now: float
) -> Notice:
    before = telling.told.get(contact.id)
    attempts = before.attempts + 1 if before else 1
    telling.told[contact.id] = LastNotice(now, attempts)
    quiet = telling.priority == "low" and within(contact.quiet, now)
    return Notice(
        at=now, number=state.escalation.next_notice(), alarm_id=alarm_id, contact=contact.id,
        round=attempts, priority=telling.priority, kind=telling.kind, onset=telling.onset,
        because=QUIET if quiet else NONE, **_since(state.alarms.find(alarm_id)),
    )  # fmt: skip


class _Since(TypedDict, total=False):
    began: Priority | None
    priority_since: float | None
    called_at: float | None


def _since(alarm: Alarm | None) -> _Since:
    """Return fields for the text of a notice; they have no effect on its time."""
    if alarm is None:
        return {}
    anew = alarm.called_at != alarm.raised_at
    return {
        "began": alarm.began, "priority_since": alarm.priority_since,
        "called_at": alarm.called_at if anew else None,
    }  # fmt: skip


def _due(state: State, now: float) -> tuple[list[tuple[str, PendingAlarm, Contact]], float | None]:
    """Return the notices that are due by now, and when the first of the others is."""
    due: list[tuple[str, PendingAlarm, Contact]] = []
    first = inf
    everybody = concerned(state)
    for alarm_id, telling, contact, planned in _plans(state, everybody):
        if planned >= first and planned > now:  # a rota only delays
            continue
        at = on_duty_from(state, everybody, contact, planned, telling.declined)
        if at is None:
            continue
        if at <= now:
            due.append((alarm_id, telling, contact))
        else:
            first = min(first, at)
    return due, None if first == inf else first


def _to_tell(state: State) -> Iterator[tuple[str, Contact, float]]:
    """Return the next notices, each with its time."""
    everybody = concerned(state)
    for alarm_id, telling, contact, planned in _plans(state, everybody):
        at = on_duty_from(state, everybody, contact, planned, telling.declined)
        if at is not None:
            yield alarm_id, contact, at


def _plans(
    state: State, everybody: list[Contact]
) -> Iterator[tuple[str, PendingAlarm, Contact, float]]:
    """Return the next notices, each with its time without the rota."""
    dosed = bool(state.session.doses)
    for alarm_id, telling in state.escalation.pending.items():
        rule = state.session.protocol.escalation.of(telling.priority)
        spared = telling.declined if telling.declined and _left(state, telling) else ()
        for contact in _told_of(telling, everybody, dosed=dosed):
            planned = _planned(rule, telling, contact)
            if planned is not None and contact.id not in spared:
                yield alarm_id, telling, contact, planned


def _planned(rule: Escalation, telling: PendingAlarm, contact: Contact) -> float | None:
    """Return when the next notice to a contact is due, without its rota; None: no notice."""
    told = telling.told.get(contact.id)
    if told is None:
        planned = telling.since + contact.after_s + rule.delay_s
        return min(planned, telling.sooner.get(contact.id, planned))
    again = telling.sooner.get(contact.id, told.at)
    if again > told.at:
        return again
    return told.at + rule.repeat_s if rule.repeat_s else None
