"""The process: start every part, run them as named tasks of one group, and end in order.

If one task dies, the process dies, visibly and with the reason, and its supervisor starts it again:
half a monitor would look like a whole one.
"""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from prometheus_client import CollectorRegistry

from monitor.adapters.broker.own import WINDOW, OwnBroker
from monitor.adapters.deliver import Pusher, Rules, Sender, prepare
from monitor.adapters.http import Caps, Doors, Passwords, create_app, listen, serve
from monitor.adapters.http.doors.reached import Reached
from monitor.adapters.http.guard.accounts import Accounts
from monitor.adapters.http.guard.sign_ins import SignIns
from monitor.adapters.http.listings import Records
from monitor.adapters.http.routes.live import watch_sign_ins
from monitor.adapters.live.hub import Hub, Seating
from monitor.adapters.mqtt import (
    AiomqttPort,
    BrokerUnreachable,
    Canary,
    Strangers,
    accepts_anonymous,
)
from monitor.adapters.store import Claim, Entry, Holder, Store, StoreError
from monitor.codecs.topics import ROOT, Topics
from monitor.config import Config, ConfigError
from monitor.core.sentences.english import english
from monitor.core.vocabulary.inputs import Interrupted
from monitor.core.vocabulary.reasons import Reason
from monitor.service.clock import Clock
from monitor.service.desk.desk import SessionActs
from monitor.service.health.attendance import Attendance
from monitor.service.health.broker_heard import Hearing
from monitor.service.health.canary import CanarySession
from monitor.service.health.dead_man import Ping
from monitor.service.health.lag import Lag
from monitor.service.health.readiness import Operation
from monitor.service.ingest.acks.restoring import restore_acks
from monitor.service.ingest.device_accounts import Identity, canary_topic
from monitor.service.ingest.messages import Ingest
from monitor.service.ingest.turns.intake import Intake
from monitor.service.ingest.unconfirmed import UnconfirmedMessages
from monitor.service.notices.notice_acts import NoticeDesk
from monitor.service.notices.notices import Notices
from monitor.service.process import interpreter, logs
from monitor.service.process.watchdog import Watchdog
from monitor.service.sessions.open_sessions import Ward
from monitor.service.sessions.publishing import StatusPublisher
from monitor.service.sessions.restart import interrupted, rebuild
from monitor.service.setup.first_run import FirstRun
from monitor.service.setup.which_database import NAMED, others, place_of

log = structlog.get_logger(__name__)

TICK_S: Final = 1.0
CLAIM_S: Final = 0.2
NOT_RUNNING: Final = Reason("not_running")
# This machine. At any other address, of 127.0.0.0/8 too, strangers may be.
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
ASKED_S: Final = 5.0


class Ended(Exception):
    """A task ended that must run for ever."""


class Service:
    """All parts of one process, connected. `start`, `run` until cancelled, `stop`."""

    def __init__(self, config: Config, clock: Clock | None = None) -> None:
        self.config = config
        self.clock = clock or Clock(config.clock_speed)
        self.registry = CollectorRegistry()
        self.store = Store(config.database_url)
        # With an external broker the folder is not used.
        self.claim = Claim(config.database_url, None if config.mqtt_url else Path(config.data))
        seating = Seating(per_sign_in=config.pages_per_sign_in, per_user=config.pages_per_user)
        self.hub = Hub(self.registry, seating)
        self.publisher = StatusPublisher(self.clock, self.hub, config.site[0].replace("+", "home"))
        self.ward = Ward(self.clock, self.store, self.publisher, self.registry)
        self.topics = Topics(config.site, config.sources, clock=self.clock.following)
        window = config.mqtt_window if config.mqtt_url else WINDOW
        self.holding = UnconfirmedMessages(self.clock, self.ward, self.store, window)
        self.ingest = Ingest(
            self.clock, self.ward, self.store, self.publisher, self.topics, self.holding,
            self.registry,
        )  # fmt: skip
        self.lag = Lag(self.clock.real, self.registry)
        self.intake = Intake(
            self.clock, self.ward, self.store, self.ingest, self.registry,
            rate=config.device_rate, backlog=config.device_backlog,
        )  # fmt: skip
        self.hearing = Hearing(self.clock, self.ward, self.lag.lateness)
        self.operation = Operation(
            self.clock, self.store, self.hearing, self.holding, self.registry
        )
        self.identity = Identity(config, self.store)
        self.desk = SessionActs(
            self.clock, self.store, self.ward, self.ingest, self.publisher, self.operation,
            self.identity, config.site,
        )  # fmt: skip
        rules = Rules(allow=config.notice_allow)
        if config.notice_schemes:
            rules = Rules(frozenset(s.lower() for s in config.notice_schemes), config.notice_allow)
        pusher = Pusher(config.public_url or "mailto:nobody@dosing-monitor.invalid")
        self.notices = Notices(
            self.clock, self.store, self.ward, Sender(rules, time.time, pusher), self.registry
        )
        self.outbox = NoticeDesk(self.clock, self.store, self.ward, self.notices, rules)
        self.canary = CanarySession(
            self.clock, self.hub, self.ward, self.notices.ledger,
            config.site[0].replace("+", "home"), self.registry,
        )  # fmt: skip
        self.ping = Ping(config.ping_url, self.clock, self.operation.wrong, self.registry)
        self.attendance = Attendance(self.clock, self.hub, self.ward)
        self.watchdog = Watchdog()
        self.place = place_of(config)  # looked up before this process creates files
        self.folder = Path(config.data).absolute()
        self.first_run = FirstRun(self.store, self.folder)
        self.broker: OwnBroker | None = None
        self.listening = asyncio.Event()
        self._socket: Any = None
        self._bind()

    # --- late bindings ------------------------------------------------------------------------
    #
    # Two parts that need each other cannot both be given to the other's constructor. All such
    # bindings are in these methods, and nowhere else.

    def _bind(self) -> None:
        """Bind the parts of the constructor; none of them runs yet."""
        self.ingest.intake = self.holding.lanes = self.intake
        self.ingest.sites, self.ingest.models = self.identity.sites, self.identity.models
        self.ingest.canary = self.canary.heard
        self.ward.telling = self.notices.ledger.decided
        self.desk.opening.briefed = self.notices.book.brief
        operation = self.operation
        operation.claim, operation.lag = self.claim, self.lag
        operation.canary, operation.ping = self.canary, self.ping

    def _bind_broker(self, broker: OwnBroker) -> None:
        """Bind our own broker, which needs the schema of the database."""
        self.broker = self.operation.broker = broker

    def _bind_address(self, url: str) -> None:
        """Bind the address of the page, before a session that was open decides: its notices name
        it."""
        self.notices.seals.url = self.desk.links = url

    def _bind_port(self, port: AiomqttPort) -> None:
        """Bind the connection to the broker."""
        self.hearing.port = self.ingest.port = self.publisher.port = self.holding.port = port
        self.canary.port = port

    # --- start and stop -----------------------------------------------------------------------

    async def start(self) -> None:
        """Set up all parts, and find all errors of the set-up before a person relies on us."""
        # Before the port: a second service with these settings finds it taken too, but does not
        # learn by which process. Before the schema: two services must not upgrade it.
        me = Holder.this_process(since=time.time())
        await asyncio.to_thread(self.claim.take, me)
        self._socket = listen(self.config.http_host, self.config.http_port)
        self.claim.say(http=self.address)
        await asyncio.to_thread(self.store.migrate)
        await asyncio.gather(asyncio.to_thread(prepare), asyncio.to_thread(Passwords.prepare))
        open_to_all = ""
        if self.config.mqtt_url:
            open_to_all = await self._check_broker()
        else:
            self._bind_broker(self.identity.own_broker(self.config))
        self.store.start(
            asyncio.get_running_loop(), self.ingest.committed, self._database_fault,
            self.ingest.refused, self.claim,
        )  # fmt: skip
        self._bind_address(self.config.public_url.rstrip("/") or self.address)
        await self._load()
        if open_to_all and not self.ward.sessions:
            raise ConfigError(open_to_all)
        self._bind_port(self._port(await self.identity.client_id()))
        await self.first_run.begin(
            self.config.public_url or self.address, sys.stdout if sys.stdout.isatty() else None
        )

    @property
    def address(self) -> str:
        host, port = self._socket.getsockname()[:2]
        return f"http://{host}:{port}"

    async def run(self) -> None:
        """Run until cancelled, or until a part fails."""
        async with asyncio.TaskGroup() as group:
            for name, task in self._tasks():
                group.create_task(_for_ever(name, task), name=name)
            self.listening.set()

    async def stop(self) -> None:
        """Write the known state to disk, within three seconds even if the database hangs."""
        self.claim.say(ending=True)
        self.first_run.end()
        if waiting := self.intake.finish(within=1.0):
            log.error("not_judged", readings=waiting)
        now = self.clock.now()
        for session in self.ward.sessions.values():
            body = session.encounter.snapshot()
            self.store.append(Entry(encounter_id=session.id, at=now, snapshot=body))
        left = await self.store.stop(within=2.5)
        if left:
            log.error("not_on_disk", entries=left)
        await asyncio.to_thread(self.claim.release)

    # --- parts --------------------------------------------------------------------------------

    def _tasks(self) -> Sequence[tuple[str, Coroutine[Any, Any, None]]]:
        real = Accounts(self.store, time.time, self.registry)
        sign_ins = SignIns(real, self.hub, self.config.sign_in_hours * 3600)
        app = create_app(
            desk=self.desk, outbox=self.outbox, accounts=real,
            records=Records(self.store, self.clock.now),
            hub=self.hub, sign_ins=sign_ins, registry=self.registry,
            allowed_origins=self.config.origins, first_run=self.first_run,
            reached=Reached(
                self.config.http_host, self.config.public_url, self.config.metrics_token
            ),
        )  # fmt: skip
        tasks = [
            ("claim", self._keep_claim()),
            ("mqtt", self._mqtt()),
            ("lag", self.lag.run()),
            ("hearing", self._hear()),
            ("holding", self.holding.run()),
            ("intake", self.intake.run()),
            ("floods", self.intake.watch()),
            ("web", serve(app, self._socket, self._doors())),
            ("live", self.hub.run(self.desk)),
            ("sign-ins", watch_sign_ins(sign_ins, lambda: bool(self.ward.running))),
            ("deadlines", self.ward.deadlines.run()),
            ("housekeeping", self._housekeeping()),
            ("watchdog", self.watchdog.run()),
            ("devices", self.identity.run()),
            ("notices", self.notices.run()),
            ("contacts", self.notices.book.keep()),
            ("canary", self._fly()),
            ("ping", self.ping.run()),
        ]
        if self.broker is not None:
            tasks.append(("broker", self.broker.run()))
        return tasks

    def _doors(self) -> Doors:
        caps = Caps(
            connections=self.config.http_connections, per_address=self.config.http_per_address
        )
        return Doors(time.monotonic, caps, self.config.trusted_proxies, self.registry)

    async def _keep_claim(self) -> None:
        """Watch the claim on the database. Raises Claimed when another service has it: two
        services that decide are worse than one that stops."""
        held = True
        while self.claim.lost is None:
            if held != self.claim.held:
                held = self.claim.held
                if held:
                    log.info("claim_back")
                else:
                    log.warning("claim_away", reason=self.claim.reason)
            await asyncio.sleep(CLAIM_S)
        log.critical("claim_lost", reason=str(self.claim.lost))
        raise self.claim.lost

    async def _mqtt(self) -> None:
        if self.broker is not None:
            await self.broker.ready.wait()
        assert self.hearing.port is not None
        await self.hearing.port.run()

    async def _hear(self) -> None:
        if self.broker is not None:
            await self.broker.ready.wait()
        await self.hearing.run()

    async def _fly(self) -> None:
        await self.hearing.heard.wait()
        await self.canary.run()

    async def _housekeeping(self) -> None:
        """Once a second: confirmations to devices, check of attendance, retained statuses."""
        self.operation.detecting = True
        while True:
            self.ingest.confirm()
            await self.attendance.look()
            self.first_run.look()
            logs.settle()
            await self.publisher.statuses(list(self.ward.sessions.values()))
            await asyncio.sleep(TICK_S)

    async def _load(self) -> None:
        """Load devices, protocols, and the sessions that were open."""
        await self.desk.opening.load()
        await self.identity.load()
        for left in await interrupted(self.store):
            session = rebuild(left, self.ingest.sites)
            self.clock.not_before(session.encounter.state.now)
            self.ward.admit(session)
            restore_acks(self.ingest.acks, session.encounter, left.lost, self.clock.now())
        await self.notices.load()
        self._tell_of_the_gap()
        # If the store still fails, the first commit reports it again.
        self.ward.fault_over("storage_fault")
        # If it continues, the next three ends of a connection report it again.
        self.ward.fault_over("broker_contested")
        if self._elsewhere is None:  # no later check of such a broker would end the fault
            self.ward.fault_over("broker_open")
        log.info("restored", sessions=len(self.ward.sessions))

    def _tell_of_the_gap(self) -> None:
        """Record in every session since when it was not watched; decide the events that are due."""
        sessions, now = list(self.ward.sessions.values()), self.clock.now()
        # The process lived until the newest entry of any session.
        lived = max((session.encounter.state.now for session in sessions), default=now)
        for session in sessions:
            self.ward.apply(
                session, Interrupted(lived, now, english(NOT_RUNNING), NOT_RUNNING), now
            )

    async def _check_broker(self) -> str:
        """Return an error for the administrator if the broker accepts anonymous clients; "" if it
        does not, as far as this can be determined now. It is tested again before any of its
        messages counts."""
        url, host = self.config.mqtt_url, self._elsewhere
        if host is None:
            return ""
        try:
            async with asyncio.timeout(ASKED_S):
                anonymous = await accepts_anonymous(url, ca_file=self.config.mqtt_ca or None)
        except (BrokerUnreachable, TimeoutError) as error:
            log.warning("broker_unreachable", reason=str(error) or "no answer")
            return ""
        if not anonymous:
            return ""
        return (
            f"The broker at {host} lets in clients without credentials. Forbid that in its "
            "configuration (mosquitto: allow_anonymous false)."
        )

    @property
    def _elsewhere(self) -> str | None:
        """The host of a broker that is not on loopback; None: there is no such broker."""
        host = urlsplit(self.config.mqtt_url).hostname or ""
        return None if not host or host in LOOPBACK else host

    def _port(self, client_id: str) -> AiomqttPort:
        own = self.broker
        ca_file = self.config.mqtt_ca or None
        strangers = None
        if self._elsewhere is not None:
            strangers = Strangers(self.config.mqtt_url, ca_file, self.hearing.strangers)
        return AiomqttPort(
            self.identity.our_url(own) if own else self.config.mqtt_url, client_id=client_id,
            filters=self.topics.filters(), persistent=own.persistent if own else True,
            on_message=self.ingest.arrived, on_connection=self.hearing.said,
            on_contest=self.hearing.contested, strangers=strangers,
            misplaced=self._misplaced, swept=self.topics.unretained(),
            canary=Canary(canary_topic(client_id)), ca_file=ca_file,
            clock=self.clock.real, lateness=self.lag.lateness,
        )  # fmt: skip

    def _misplaced(self, topic: str) -> bool:
        """Return whether no retained message belongs on this topic: on one for readings, or for
        the status of a device that is not registered."""
        about = self.topics.parse(topic)
        if about is None or not topic.startswith(f"{ROOT}/") or about.kind == "clock":
            return False
        return about.kind == "readings" or about.device not in self.identity.sites

    def _database_fault(self, error: StoreError | None) -> None:
        if error is None:
            log.info("database_back")
        else:
            log.error("database_fault", reason=str(error))
        self.holding.database_said(error)


async def _for_ever(name: str, task: Coroutine[Any, Any, None]) -> None:
    await task
    raise Ended(f"{name} ended")


@contextlib.asynccontextmanager
async def _until_signalled() -> AsyncIterator[asyncio.Event]:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    yield stop
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)


Beside = Callable[[], Coroutine[Any, Any, None]]


async def run(service: Service, *beside: Beside) -> None:
    """Run the service and the tasks beside it until a signal requests the stop."""
    async with _until_signalled() as stop:
        await service.start()
        interpreter.tune()
        _say_of_a_new_database(service)
        log.info(
            "serving", http=service.address, database=service.store.where,
            data=str(service.folder),
        )  # fmt: skip
        running = asyncio.create_task(_group(service, beside), name="service")
        asked = asyncio.create_task(stop.wait(), name="signal")
        try:
            await asyncio.wait((running, asked), return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
            await service.stop()


def _say_of_a_new_database(service: Service) -> None:
    """Report a new database: an empty one watches no one, so it should be the intended one."""
    if not service.place.new:
        return
    found = [str(file) for file in others(service.place)]
    if found:
        log.warning(
            "another_database_is_there", made=service.store.where, found=found,
            do=f"if one of these was meant, stop, and start in its folder or name it in {NAMED}",
        )  # fmt: skip
    else:
        log.info("database_made", database=service.store.where)


async def _group(service: Service, beside: Sequence[Beside]) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(service.run(), name="parts")
        for task in beside:
            group.create_task(task(), name="beside")
