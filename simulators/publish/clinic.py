"""The acts of a clinic's staff in simulated sessions: admit, open, dose, and see others' acts."""

from collections.abc import Iterable
from typing import Final

from simulators.errors import Failed
from simulators.native import seconds
from simulators.publish.api import Api, Mode, Refused
from simulators.publish.link import Credentials
from simulators.sessions import Session
from simulators.terminal import note

RETRY_DOSE_S: Final = 60.0
TRIES: Final = 15


class Staff:
    """Performs the acts of many sessions through the API, each at its virtual time.

    `deadline` is when the next act is due; `act(now)` performs all that are due.
    """

    def __init__(self, api: Api, *, site: str, mode: Mode) -> None:
        self._api = api
        self._site = site
        self._mode: Mode = mode
        self._sessions: list[Session] = []
        self._patients: dict[str, str] = {}
        self._dose_at: dict[str, float] = {}
        self._tries: dict[str, int] = {}

    async def admit(self, sessions: Iterable[Session]) -> dict[str, Credentials | None]:
        """Register every patient and device of these; return credentials by device id."""
        credentials = {}
        for session in sessions:
            scenario = session.scenario
            self._patients[session.label] = await self._api.patient(
                session.label, scenario.birth_year, scenario.risk_factors
            )
            for device in session.devices:
                credentials[device.id] = await self._api.device(device.id, device.kind, self._site)
        return credentials

    def plan(self, sessions: Iterable[Session]) -> None:
        """Accept these sessions; their patients have been admitted."""
        self._sessions = list(sessions)
        self._dose_at = {s.label: s.dose_at for s in self._sessions if s.dose_at is not None}
        self._tries = dict.fromkeys(self._dose_at, TRIES)

    @property
    def deadline(self) -> float:
        """When the next opening or dose is due; inf: no act is due."""
        opens = [s.opens for s in self._sessions if not s.encounter]
        return min([*opens, *self._dose_at.values()], default=float("inf"))

    async def act(self, now: float) -> None:
        """Open the sessions and record the doses that are due."""
        for session in self._sessions:
            if not session.encounter and session.opens <= now:
                session.encounter = await self._open(session)
        for session in self._sessions:
            due = self._dose_at.get(session.label)
            if due is not None and due <= now and session.encounter:
                await self._dose(session, now)

    async def look_around(self, now: float) -> list[Session]:
        """Apply doses that other people recorded; return the sessions that were closed."""
        found = await self._api.open_encounters()
        gone = []
        for session in [s for s in self._sessions if s.encounter]:
            status = found.get(session.encounter)
            if status is None:
                self._sessions.remove(session)
                self._dose_at.pop(session.label, None)
                gone.append(session)
            elif status.get("dosed_at") and not session.dosed:
                self._dose_at.pop(session.label, None)
                session.dose(min(now, seconds(status["dosed_at"])))
        return gone

    async def _open(self, session: Session) -> str:
        devices = [device.id for device in session.devices]
        patient = self._patients[session.label]
        try:
            return await self._api.open(
                patient, session.scenario.protocol, devices, self._mode, session.emergency
            )
        except Refused as refused:
            if refused.status != 409:
                raise
            return await self._take_up(session, patient, refused)

    async def _take_up(self, session: Session, patient: str, refused: Refused) -> str:
        """Continue in the session that an earlier start of the same run left open."""
        for encounter, status in (await self._api.open_encounters()).items():
            if status.get("patient") == patient and status.get("mode") == self._mode:
                if status.get("dosed_at"):
                    self._dose_at.pop(session.label, None)
                    session.dose(max(session.opens, seconds(status["dosed_at"])))
                return encounter
        raise Failed(f"{refused}. Close that session, or use another --seed.")

    async def _dose(self, session: Session, now: float) -> None:
        given = session.scenario
        what = (session.encounter, given.drug, given.route, given.amount_mg)
        try:
            try:
                await self._api.dose(*what)
            except Refused as refused:
                if refused.status != 409 or not given.override:
                    raise
                await self._api.dose(*what, override=given.override)
        except Refused as refused:
            if refused.status != 409:
                raise
            self._try_again(session, now, refused)
        else:
            del self._dose_at[session.label]
            session.dose(now)

    def _try_again(self, session: Session, now: float, refused: Refused) -> None:
        # A person would measure and try again.
        self._tries[session.label] -= 1
        if self._tries[session.label]:
            self._dose_at[session.label] = now + RETRY_DOSE_S
        else:
            del self._dose_at[session.label]
            note(f"note: {session.label} goes without a dose: {refused}")
