"""The devices of a session: what is watched of each, and what each has sent."""

from collections.abc import Iterator

from msgspec import Struct, field

from monitor.core.quality.arrivals.arrivals import Arrivals
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.cuffs.cuff_memory import CuffMemory
from monitor.core.quality.rate_doubts import Memory
from monitor.core.vocabulary.reasons import NONE, Reason
from monitor.core.vocabulary.words import Priority


class SensorTrouble(Struct):
    """Readings that show a sensor in trouble. Times are measurement times.

    since      the first of them
    run        since when none was good; None: the newest is
    dead       since when all were impossible; None: the newest is not
    good       since when all are good; None: the newest is not
    count      number of them, or of events; `counted`: of events in this run
    reached    the priority that it has come to, after a dose; None: it raises nothing yet
    """

    since: float
    run: float | None = None
    dead: float | None = None
    good: float | None = None
    count: int = 0
    counted: int = 0
    reached: Priority | None = None
    because: Reason = NONE


class Hole(Struct):
    """Numbers of one boot that did not arrive, all or some of first to last; since: receipt."""

    boot: str
    first: int
    last: int
    since: float


class Failures(Struct, omit_defaults=True):
    """A cuff's failed measurements. count: in a row; at, because: of the newest."""

    count: int = 0
    at: float = 0.0
    because: Reason = NONE


class Stored(Struct, omit_defaults=True):
    """Readings that a cuff lately handed over from its memory. count: since `at`, the first of a
    burst; newest: measurement time."""

    at: float = 0.0
    newest: float = 0.0
    count: int = 0
    because: Reason = NONE


class Source(Struct):
    """What a device has sent: arrivals, clock, and what its newest readings were.

    cuff, failures, stored   of a cuff; users: all user numbers that it has named
    """

    arrivals: Arrivals = field(default_factory=Arrivals)
    clock: DeviceClock = field(default_factory=DeviceClock)
    memory: Memory = field(default_factory=Memory)
    cuff: CuffMemory = field(default_factory=CuffMemory)
    failures: Failures = field(default_factory=Failures)
    stored: Stored = field(default_factory=Stored)
    users: list[int] = []


class SessionDevice(Struct, omit_defaults=True):
    """What is watched of one device, for as long as it belongs to the session.

    kind      "": it does not belong to the session, and has sent something
    offline   since when it is known to be away; None: it is not
    flooding  since when it sends more than any real one does; None: it does not
    lagging   receipt of the first of its newest readings in a row that were late
    battery   its charge as last reported, percent
    hole      numbers of its readings that are waited for
    troubles  "condition|device|vital sign" -> readings that say so
    """

    kind: str = ""
    offline: float | None = None
    flooding: float | None = None
    lagging: float | None = None
    battery: int | None = None
    hole: Hole | None = None
    troubles: dict[str, SensorTrouble] = {}


class SessionDevices(Struct):
    """known    device -> what is watched of it
    sources  device ("": people) -> what it has sent. It outlives the device's leaving: what came
             twice must not count twice when the device is back.
    unkeyed  number of readings that had no key of their own
    """

    known: dict[str, SessionDevice] = {}
    sources: dict[str, Source] = {}
    unkeyed: int = 0

    # --- membership -------------------------------------------------------------------------

    @property
    def registered(self) -> dict[str, str]:
        """Device -> kind, of those that belong to the session."""
        return {device: known.kind for device, known in self.known.items() if known.kind}

    @property
    def cuffs(self) -> tuple[str, ...]:
        return tuple(device for device, known in self.known.items() if known.kind == "cuff")

    def kind(self, device: str) -> str:
        """ "" where it does not belong to the session."""
        known = self.known.get(device)
        return "" if known is None else known.kind

    def register(self, device: str, kind: str) -> None:
        self._watched(device).kind = kind

    def remove(self, device: str) -> SessionDevice | None:
        """It leaves; return what was watched of it, or None if it did not belong here."""
        known = self.known.get(device)
        if known is None or not known.kind:
            return None
        del self.known[device]
        return known

    def _watched(self, device: str) -> SessionDevice:
        known = self.known.get(device)
        if known is None:
            known = self.known[device] = SessionDevice()
        return known

    # --- what it has sent -------------------------------------------------------------------

    def source(self, device: str) -> Source:
        source = self.sources.get(device)
        if source is None:
            source = self.sources[device] = Source()
        return source

    def begin_anew(self, device: str) -> None:
        """It may be another one under this name. What it sent stays known, lest it count twice."""
        source = self.sources.get(device)
        if source is not None:
            self.sources[device] = Source(arrivals=source.arrivals)

    def next_unkeyed(self) -> int:
        self.unkeyed += 1
        return self.unkeyed

    # --- what is watched of it --------------------------------------------------------------

    def set_battery(self, device: str, percent: int) -> None:
        self._watched(device).battery = percent

    def is_offline(self, device: str) -> bool:
        known = self.known.get(device)
        return known is not None and known.offline is not None

    def offline(self) -> Iterator[tuple[str, float]]:
        """Each that is away, and since when."""
        for device, known in self.known.items():
            if known.offline is not None:
                yield device, known.offline

    def set_offline(self, device: str, since: float) -> None:
        """The first time counts."""
        known = self._watched(device)
        if known.offline is None:
            known.offline = since

    def set_online(self, device: str) -> None:
        if device in self.known:
            self.known[device].offline = None

    def flooding_since(self, device: str) -> float | None:
        known = self.known.get(device)
        return None if known is None else known.flooding

    def flooding(self) -> Iterator[tuple[str, float]]:
        for device, known in self.known.items():
            if known.flooding is not None:
                yield device, known.flooding

    def set_flooding(self, device: str, since: float | None) -> None:
        """None: it is over."""
        self._watched(device).flooding = since

    def lags(self, device: str) -> bool:
        known = self.known.get(device)
        return known is not None and known.lagging is not None

    def lag(self, device: str, now: float) -> float:
        """A reading of it is late; return since when all are."""
        known = self._watched(device)
        if known.lagging is None:
            known.lagging = now
        return known.lagging

    def catch_up(self, device: str) -> None:
        self._watched(device).lagging = None

    def hole(self, device: str) -> Hole | None:
        known = self.known.get(device)
        return None if known is None else known.hole

    def holes(self) -> Iterator[tuple[str, Hole]]:
        for device, known in self.known.items():
            if known.hole is not None:
                yield device, known.hole

    def set_hole(self, device: str, hole: Hole | None) -> None:
        """None: it is filled, or lost."""
        self._watched(device).hole = hole

    def wait_again(self, device: str, since: float) -> None:
        """The wait for a hole begins anew."""
        hole = self.hole(device)
        if hole is not None:
            hole.since = max(hole.since, since)

    # --- trouble with its sensor -----------------------------------------------------------

    def troubles(self) -> Iterator[tuple[str, SensorTrouble]]:
        for known in self.known.values():
            yield from known.troubles.items()

    def trouble(self, key: str) -> SensorTrouble | None:
        """key: see `SessionDevice.troubles`."""
        known = self.known.get(key.split("|")[1])
        return None if known is None else known.troubles.get(key)

    def begin_trouble(self, key: str, effective: float) -> SensorTrouble:
        """The one that there is, or a new one."""
        return self._watched(key.split("|")[1]).troubles.setdefault(key, SensorTrouble(effective))

    def end_trouble(self, key: str) -> None:
        del self.known[key.split("|")[1]].troubles[key]
