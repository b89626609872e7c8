"""Corrections by people: looked up, decided in the core, and on disk before the answer.

In an open session a correction takes the path of every act. A closed session is rebuilt from its
record, corrected, and dropped again: one at a time.
"""

import asyncio
from contextlib import suppress
from typing import Final

from msgspec.structs import replace

from monitor.adapters.http.errors import Conflict, Invalid, Unknown
from monitor.adapters.http.ports.desk import (
    CorrectDoseRequest,
    CorrectFactRequest,
    CorrectReadingRequest,
)
from monitor.adapters.store import Entry, Missing, Store
from monitor.adapters.store import NotUnique as Taken
from monitor.adapters.store.questions.findings import find_typed
from monitor.adapters.store.tables.store_errors import Unfit
from monitor.codecs.times import iso
from monitor.core.vocabulary.inputs import (
    DECIDING,
    CorrectDose,
    CorrectFact,
    CorrectReading,
    Input,
    Said,
)
from monitor.core.vocabulary.reasons import Reason, plain
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.symptoms import RISK_FACTORS
from monitor.service.clock import Clock
from monitor.service.desk.committed import committed
from monitor.service.desk.opening import not_a_risk
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.open_sessions import Ward
from monitor.service.sessions.restart import interrupted_session, rebuild

_WHEREABOUTS: Final = ("address", "phone", "sitter", "local_number", "time_zone")
# The corrections that are no change of devices.
Recorded = CorrectFactRequest | CorrectDoseRequest | CorrectReadingRequest


class Corrections:
    """Applies corrections to open and closed sessions."""

    def __init__(self, clock: Clock, store: Store, ward: Ward) -> None:
        self._clock = clock
        self._store = store
        self._ward = ward
        self._closed: Final = asyncio.Lock()

    async def correct(self, encounter_id: str, request: Recorded, by: str) -> None:
        _check(request, float(self._clock.now()))
        session = self._ward.sessions.get(encounter_id)
        if session is None:
            await self._of_closed(encounter_id, request, by)
            return
        if not session.open:
            raise Conflict(Reason("session_closing"))
        act = await self._input(session, request, by)
        try:
            await committed(self._ward.act(session, act, self._clock.now()))
        except Taken as taken:
            raise Conflict(taken.because) from None
        except Unfit as unfit:
            raise Invalid("value", plain(f"{unfit}.")) from None
        self._follow(session, act)
        await self._elsewhere(session, act)

    async def _of_closed(self, encounter_id: str, request: Recorded, by: str) -> None:
        async with self._closed:
            left = await interrupted_session(self._store, encounter_id)
            if left is None:
                raise Unknown(Reason("no_such_session"))
            session = rebuild(left, {})
            act, now = await self._input(session, request, by), self._clock.now()
            events = session.encounter.apply(act, now)
            entry = Entry(encounter_id=encounter_id, at=now, input=act, events=events)
            try:
                await committed(self._store.commit(entry))
            except Taken as taken:
                raise Conflict(taken.because) from None
            except Unfit as unfit:
                raise Invalid("value", plain(f"{unfit}.")) from None
        self._follow(session, act)
        await self._elsewhere(session, act)

    async def _elsewhere(self, session: Session, act: Input) -> None:
        """Apply a fact that decides about limits to the patient's other open sessions, too: it is
        true of the patient. It is a separate act there, on the record of that session."""
        if not isinstance(act, CorrectFact) or act.fact not in DECIDING:
            return
        for other in [*self._ward.sessions.values()]:
            if other.patient != session.patient or other.id == session.id or not other.open:
                continue
            before = _said_of(other, act.fact)
            also = replace(act, before=before, after=_there(act, before))
            with suppress(Refused):  # it has this value already
                await committed(self._ward.act(other, also, self._clock.now()))

    def _follow(self, session: Session, act: Input) -> None:
        """Update the copies of a corrected fact outside the encounters."""
        if not isinstance(act, CorrectFact):
            return
        if act.fact in _WHEREABOUTS:
            session.emergency = _with(session.emergency, act.fact, str(act.after or ""))
            self._show(session)
        elif act.fact == "label":
            for other in self._ward.sessions.values():
                if other.patient == session.patient:
                    other.label = str(act.after)
                    self._show(other)

    def _show(self, session: Session) -> None:
        if session.id in self._ward.sessions:
            self._ward.show(session)

    async def _input(self, session: Session, request: Recorded, by: str) -> Input:
        if isinstance(request, CorrectDoseRequest):
            return CorrectDose(
                number=request.number, by=by, reason=request.reason, at=request.at,
                drug=request.drug, route=request.route, amount_mg=request.amount_mg,
            )  # fmt: skip
        if isinstance(request, CorrectReadingRequest):
            return await self._struck(session, request, by)
        before, about = _said_of(session, request.fact), {}
        if request.fact in ("address", "phone", "sitter"):
            after = _with(session.emergency, request.fact, str(request.value or ""))
            about = {
                "sitter": bool(after.get("sitter")),
                "reachable": bool(after.get("address") and after.get("phone")),
            }
        return CorrectFact(
            fact=request.fact, before=before, after=request.value, by=by, reason=request.reason,
            **about,
        )  # fmt: skip

    async def _struck(self, session: Session, request: CorrectReadingRequest, by: str) -> Input:
        try:
            typed = await self._store.read(find_typed, session.id, request.row)
        except Missing:
            raise Invalid("observation", Reason("no_such_reading")) from None
        if typed is None:
            raise Refused(Reason("sent_by_device"))
        return CorrectReading(
            keys=typed.keys, values=typed.values, effective=typed.effective, by=by,
            reason=request.reason,
        )  # fmt: skip


def _check(request: Recorded, now: float) -> None:
    """Raise `Invalid` for a correction that no session could accept."""
    if not isinstance(request, CorrectFactRequest):
        return
    if request.fact == "risk_factors":
        unknown = [word for word in _words(request.value) if word not in RISK_FACTORS]
        if unknown:
            raise Invalid("value", not_a_risk(unknown[0]))
    if request.fact == "birth_year" and request.value is not None:
        year = str(iso(now))[:4]
        if int(str(request.value)) > int(year):
            raise Invalid("value", Reason("year_ahead"))


def _words(said: Said) -> list[str]:
    return said if isinstance(said, list) else []


def _said_of(session: Session, fact: str) -> Said:
    facts = session.encounter.state.session.facts
    if fact == "label":
        return session.label
    if fact == "birth_year":
        return facts.birth_year
    if fact == "risk_factors":
        return list(facts.risk_factors)
    return session.emergency.get(fact, "")


def _there(act: CorrectFact, before: Said) -> Said:
    """Return the corrected value for a session that may list other risks: the correction removes
    and adds the same ones there."""
    if not isinstance(act.after, list):
        return act.after
    was, known = _words(act.before), _words(before)
    kept = [word for word in known if word not in was or word in act.after]
    return [*kept, *(word for word in act.after if word not in was and word not in kept)]


def _with(emergency: dict[str, str], name: str, said: str) -> dict[str, str]:
    return {key: text for key, text in (emergency | {name: said}).items() if text}
