"""The canary: once a minute, a session without a patient sends a test reading through all parts.

Its reading goes to the broker and returns as any device's would, is decoded, raises a high alarm in
a separate encounter, reaches the seat of a page, and leaves as a notice through the outbox to an
address of ours. The page shows how long that takes. If the reading does not arrive, the hop that
lost it is named: broker and database have alarms of their own, and so have notices.
"""

import asyncio
import secrets
from typing import Final

import msgspec
import structlog
from msgspec import Struct
from prometheus_client import CollectorRegistry, Gauge

from monitor.adapters.deliver import CANARY_URL
from monitor.adapters.live.hub import Hub
from monitor.adapters.live.seat import Seat
from monitor.adapters.mqtt import Arrival, MqttPort
from monitor.adapters.store import NoticeRow, StoreError
from monitor.codecs import Undecodable, decode
from monitor.codecs.contract.wire import transition_json
from monitor.codecs.topics import CANARY, device_topic
from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.events import AlarmChanged, Event, Notice
from monitor.core.vocabulary.inputs import Contact, ContactsChanged, Dose, Facts, Observed, Override
from monitor.service.clock import Clock
from monitor.service.notices.contact_book import CANARY_ID
from monitor.service.notices.ledger import NoticeLedger
from monitor.service.sessions.open_sessions import Ward

log = structlog.get_logger(__name__)

EVERY_S: Final = 60.0
STEP_S: Final = 5.0
SBP, DBP = 190, 115
_ME: Final = "canary"
_GOES_AHEAD: Final = Override(_ME, "the service tries itself")


class Flight(Struct, frozen=True, kw_only=True):
    """One pass through all parts. at: epoch s; steps: hop -> its seconds; why: reason it failed."""

    at: float
    ok: bool
    steps: dict[str, float]
    why: str = ""

    @property
    def total(self) -> float:
        return sum(self.steps.values())


class CanaryLost(Exception):
    """The test reading was lost. hop: the part that lost it."""

    def __init__(self, hop: str, why: str) -> None:
        self.hop = hop
        super().__init__(why)


class CanarySession:
    """The flights of the canary: `run` starts one a minute, `fly` one now; ingest calls `heard`.

    newest     the newest flight; None: before the first
    flown_at   end of the newest flight, real seconds
    """

    def __init__(
        self, clock: Clock, hub: Hub, ward: Ward, ledger: NoticeLedger, site: str,
        registry: CollectorRegistry,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._hub = hub
        self._ward = ward
        self._ledger = ledger
        self._site = site
        self._turn = asyncio.Lock()
        self._awaited: tuple[int, asyncio.Future[list[Event]]] | None = None
        self.port: MqttPort | None = None
        self.newest: Flight | None = None
        self.flown_at: float | None = None
        self._gauge = Gauge(
            "dosing_monitor_canary_session_seconds",
            "From a reading of the canary session to its notice; 0 while it does not arrive",
            registry=registry,
        )

    async def run(self) -> None:
        while True:
            await self.fly()
            await asyncio.sleep(EVERY_S)

    async def fly(self) -> Flight:
        """Fly once through all parts, in about ten seconds at most."""
        async with self._turn:
            steps: dict[str, float] = {}
            try:
                await self._through(steps)
            except CanaryLost as lost:
                log.error("canary_lost", hop=lost.hop, reason=str(lost))  # noqa: TRY400
                flight = Flight(at=self._clock.now(), ok=False, steps=steps, why=str(lost))
                if lost.hop == "notice":
                    self._ward.fault("notice_failed", str(lost))
            else:
                flight = Flight(at=self._clock.now(), ok=True, steps=steps)
                self._ward.fault_over("notice_failed")
            self.newest, self.flown_at = flight, self._clock.real()
            self._gauge.set(flight.total if flight.ok else 0.0)
            return flight

    def heard(self, message: Arrival, now: float) -> None:
        """Decode and decide the reading that returned from the broker, like any other."""
        if self._awaited is None:
            return
        number, answer = self._awaited
        try:
            decoded = decode(
                "native", message.payload, device=CANARY, issued=now, replayed=message.retained
            )
        except Undecodable:
            return
        mine = [o for o in decoded.observations if o.seq == number]
        if mine and not answer.done():
            answer.set_result(self._encounter(now).apply(Observed(mine[0]), now))

    async def _through(self, steps: dict[str, float]) -> None:
        began = self._clock.real()

        def arrived(hop: str) -> None:
            nonlocal began
            now = self._clock.real()
            steps[hop], began = now - began, now

        events = await self._reading()
        arrived("reading")
        alarms = [e for e in events if isinstance(e, AlarmChanged) and e.alarm.priority == "high"]
        notices = [e for e in events if isinstance(e, Notice)]
        if not alarms or not notices:
            raise CanaryLost("decision", "its reading was decided upon wrongly")
        await self._seat(alarms[0])
        arrived("live")
        await self._notice(notices[0])
        arrived("notice")

    async def _reading(self) -> list[Event]:
        if self.port is None or not self.port.connected:
            raise CanaryLost("reading", "there is no connection to the broker")
        number = secrets.randbelow(2**31)
        answer: asyncio.Future[list[Event]] = asyncio.get_running_loop().create_future()
        self._awaited = number, answer
        body = msgspec.json.encode({"seq": number, "sbp": SBP, "dbp": DBP})
        self.port.publish(device_topic(self._site, CANARY, "readings"), body)
        try:
            async with asyncio.timeout(STEP_S):
                return await answer
        except TimeoutError:
            raise CanaryLost("reading", "its reading did not come back from the broker") from None
        finally:
            self._awaited = None

    def _encounter(self, now: float) -> Encounter:
        facts = Facts(protocol="sl_home", mode="test", devices={CANARY: "cuff"})
        encounter, _ = Encounter.open(_ME, facts, PRESETS["sl_home"], now, _ME)
        me = Contact(id=CANARY_ID, name=_ME, after_s=0.0)
        encounter.apply(ContactsChanged((me,)), now)
        encounter.apply(Dose(now, "none", "none", 1.0, _ME, _GOES_AHEAD), now)
        return encounter

    async def _seat(self, change: AlarmChanged) -> None:
        """Send the alarm to a seat as to a page, without a user there."""
        seat = Seat(self._hub, _ME, _ME, "viewer")
        body = msgspec.json.encode(transition_json(change, _ME)).decode()
        messages = seat.messages()
        try:
            async with asyncio.timeout(STEP_S):
                await anext(messages)
                seat.alarm(_ME, body)
                if change.alarm.id not in await anext(messages):
                    raise CanaryLost("live", "its alarm did not reach the live view")
        except TimeoutError:
            raise CanaryLost("live", "its alarm did not reach the live view") from None
        finally:
            await messages.aclose()  # type: ignore[attr-defined]

    async def _notice(self, notice: Notice) -> None:
        row = NoticeRow(
            id=_ME, message=_ME, encounter="", alarm="", contact=CANARY_ID, name=_ME,
            channel=CANARY_URL.partition(":")[0], channel_index=0, priority=notice.priority,
            kind=notice.kind, onset=notice.onset, queued_at=notice.at, at=notice.at, purpose="test",
        )  # fmt: skip
        try:
            rows = await self._ledger.send([row], within=STEP_S)
        except StoreError as error:
            raise CanaryLost("notice", str(error)) from None
        if [r.state for r in rows] != ["sent"]:
            raise CanaryLost("notice", "its notice was not sent")
