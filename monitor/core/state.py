"""Everything that an encounter remembers, as plain data: what a snapshot holds and nothing else."""

from typing import Final

from msgspec import Struct, field

from monitor.core.alarms.episodes import EpisodeBook
from monitor.core.alarms.repeated import Repeated
from monitor.core.alarms.signal import AlarmBook
from monitor.core.alarms.sustained import Sustained
from monitor.core.protocol.baseline import BaselineReadings
from monitor.core.protocol.limit import AlarmLimit
from monitor.core.protocol.protocol import Protocol
from monitor.core.protocol.schedule import Schedule
from monitor.core.quality.arrivals.arrivals import Arrivals
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.consistency import Cuff
from monitor.core.quality.cuffs.cuff_memory import CuffMemory
from monitor.core.quality.cuffs.pressures import Pressure
from monitor.core.quality.cuffs.turns import Turn, Turns
from monitor.core.quality.rate_doubts import Memory
from monitor.core.quality.stream import Follower
from monitor.core.vocabulary.events import Baseline, Event
from monitor.core.vocabulary.inputs import Contact, Dose, Facts
from monitor.core.vocabulary.words import FaultCondition, Kind, Phase, Priority

SNAPSHOT_VERSION: Final = 2


class Newest(Struct):
    """The newest believed value of a vital sign. received: receipt; cause: why it is suspect."""

    value: float
    effective: float
    received: float
    cause: str


class Trouble(Struct):
    """Readings that say that a sensor is in trouble. Times are measurement times.

    since      the first of them
    row        since when none was good; None: the newest is
    dead       since when all were impossible; None: the newest is not
    good       since when all are good; None: the newest is not
    count      how many there were, or how many events; `counted`: of them in this row
    reached    the priority that it has come to, after a dose; None: it is nothing yet
    """

    since: float
    row: float | None = None
    dead: float | None = None
    good: float | None = None
    count: int = 0
    counted: int = 0
    reached: Priority | None = None
    reason: str = ""


class Expecting(Struct):
    """One vital sign since the last dose, against the course that is expected of it.

    higher, later   measurement time of the first reading in a row that was
    peak            the highest clean value while it was expected to be high
    """

    higher: float | None = None
    later: float | None = None
    peak: float | None = None


class Hole(Struct):
    """Numbers of one boot that did not arrive, all or some of first to last; since: noticed."""

    boot: str
    first: int
    last: int
    since: float


class Fault(Struct):
    """What the service cannot do; since: for how much of this session."""

    since: float
    reason: str


class CheckMade(Struct, frozen=True):
    """When somebody made a check, and who."""

    at: float
    by: str


class Supervisor(Struct, frozen=True):
    """Who supervises, since when, and to whom it is offered; "": nobody."""

    name: str = ""
    since: float = 0.0
    offered_to: str = ""


class Told(Struct):
    """A contact was told of an alarm: when last, and how often since it began or worsened."""

    at: float
    rounds: int


class Telling(Struct):
    """An alarm that nobody has acknowledged, and who was told of it.

    since      from when contacts count their delay
    begun      when it came on or last worsened: what was sent before says too little of it
    told       contact -> when it was told
    sooner     contact -> when to tell it instead of at its time, because another cannot be told
    declined   contact -> when it said that it cannot take it up
    kept_back  contacts that are told of nothing in this session's mode, as far as anybody said
    """

    priority: Priority
    kind: Kind
    onset: float
    since: float
    begun: float = 0.0
    told: dict[int, Told] = {}
    sooner: dict[int, float] = {}
    declined: dict[int, float] = {}
    kept_back: tuple[int, ...] = ()


class Failures(Struct, omit_defaults=True):
    """A cuff's measurements that failed. count: in a row; at, reason: of the newest."""

    count: int = 0
    at: float = 0.0
    reason: str = ""


class Stored(Struct, omit_defaults=True):
    """What a cuff handed over from its memory lately. count: since `at`, its first of a burst."""

    at: float = 0.0
    newest: float = 0.0
    count: int = 0
    reason: str = ""


class Single(Struct, frozen=True):
    """One measurement that is no pressure: a temperature, or a heart rate that was typed.

    device   "": it was typed
    cause    what speaks against its value; `unproven`: why it may be of another time or person
    turn     when it was judged; None: an older version did not say
    """

    device: str
    value: float
    effective: float
    heard: float
    received: float
    cause: str = ""
    unproven: str = ""
    turn: Turn | None = None


class PatientUser(Struct, frozen=True):
    """Which user of a shared cuff the patient is. by: who said so; "": the first live reading."""

    user: int
    by: str = ""


class Source(Struct):
    """One device, as far as it was heard: what came, how its clock goes, what it sent lately.

    cuff, failures, stored   of a cuff; users: all that it has named
    """

    arrivals: Arrivals = field(default_factory=Arrivals)
    clock: DeviceClock = field(default_factory=DeviceClock)
    memory: Memory = field(default_factory=Memory)
    cuff: CuffMemory = field(default_factory=CuffMemory)
    failures: Failures = field(default_factory=Failures)
    stored: Stored = field(default_factory=Stored)
    users: list[int] = []


class State(Struct, kw_only=True):
    """One encounter.

    now        the latest time that was handed in
    own_limits "condition priority" -> what somebody set for this session; its source says who
    retaken    vital sign -> by whom and when its baseline was taken again, after a dose;
               `frozen`: what it was at the dose
    silence    vital sign that should come -> receipt of its newest believed reading (or since
               when it is expected); pressures are watched as "sbp"
    offline    device -> since when it is known to be away
    flooding   device -> since when it sends more than any real one does
    batteries  device -> its charge as it last told it, percent
    blind      vital sign whose silence was told -> the same as in `silence`, at that moment
    lagging    device whose newest reading was late -> receipt of the first such in a row
    expecting  vital sign -> what is found against its expected course
    service_faults   what the service cannot do now
    unwatched_until  up to when it is on the record that nobody watched; None: it never is
    following  vital sign that comes as a stream -> source -> what its readings do
    sources    device ("": people) -> what is remembered of it; `cuff`: the newest pressure of any
    users      shared cuff -> which of its users the patient is
    troubles   "condition|device|vital sign" -> readings that say so
    holes      device -> the readings that are waited for; `passed`: boot and number up to which
               holes are settled
    clean      vital sign -> the newest value that nothing speaks against; but heart rates, which
               are in `rates`, by source, with doubtful ones of late in `doubted_rates`
    recent     vital sign -> [(measurement time, value)], thinned, for the trend
    singles    vital sign -> its measurements one by one, temperatures and what was typed
    turns      in which order pressures and singles were judged
    struck     rows of typed readings that were struck out
    amended    which doses were recorded otherwise, from 1
    corrections   how many there were, of anything
    unfounded  vital signs whose baseline was measured after the dose, as is known by now: limits
               lean on it for want of a better one, and no gate does
    confirm_at when to ask the cuffs to repeat; `confirmed_at`: when they were last asked to;
               `confirmed_by`: until when that repeat was wanted;
               `confirm_for`: measurement time of the newest crossing for which they are asked
    in_doubt   the newest pressure is, and another may not be; doubted_at: when one was last
               wanted for that
    checks     check -> who made it last; taken back: not in it
    contacts   who can be told, in the order in which they are
    tellings   alarm -> who was told of it, while nobody has acknowledged it
    noticed    how many notices there were
    unreached  contact -> since when notices to it fail, and why
    unattended_since   since when nobody watches; None: somebody does, or it is not known
    unkeyed    readings that had no key of their own
    owed       decided, not told yet: the act by which they came was refused
    """

    id: str
    facts: Facts
    protocol: Protocol
    opened_at: float
    now: float
    phase: Phase = "preparation"
    devices: dict[str, str] = {}
    doses: list[Dose] = []
    baseline: dict[str, Baseline] = {}
    retaken: dict[str, str] = {}
    frozen: dict[str, Baseline] = {}
    readings: BaselineReadings = field(default_factory=BaselineReadings)
    thresholds: list[Sustained | Repeated] = []
    own_limits: dict[str, AlarmLimit] = {}
    alarms: AlarmBook
    episodes: EpisodeBook = field(default_factory=EpisodeBook)
    sources: dict[str, Source] = {}
    users: dict[str, PatientUser] = {}
    following: dict[str, dict[str, Follower]] = {}
    cuff: Cuff | None = None
    troubles: dict[str, Trouble] = {}
    holes: dict[str, Hole] = {}
    passed: dict[str, tuple[str, int]] = {}
    newest: dict[str, Newest] = {}
    clean: dict[str, Newest] = {}
    rates: dict[str, Newest] = {}
    doubted_rates: dict[str, list[Newest]] = {}
    recent: dict[str, list[tuple[float, float]]] = {}
    singles: dict[str, list[Single]] = {}
    turns: Turns = field(default_factory=Turns)
    struck: list[str] = []
    amended: list[int] = []
    corrections: int = 0
    unfounded: list[str] = []
    pressures: list[Pressure] = []
    silence: dict[str, float] = {}
    offline: dict[str, float] = {}
    flooding: dict[str, float] = {}
    batteries: dict[str, int] = {}
    blind: dict[str, float] = {}
    lagging: dict[str, float] = {}
    expecting: dict[str, Expecting] = {}
    service_faults: dict[FaultCondition, Fault] = {}
    unwatched_until: float | None = None
    schedule: Schedule = field(default_factory=Schedule)
    confirm_at: float | None = None
    confirm_by: float = 0.0
    confirmed_at: float | None = None
    confirmed_by: float = 0.0
    confirm_for: float | None = None
    in_doubt: bool = False
    doubted_at: float | None = None
    checks: dict[str, CheckMade] = {}
    supervisor: Supervisor = Supervisor()
    contacts: tuple[Contact, ...] = ()
    tellings: dict[str, Telling] = {}
    noticed: int = 0
    unreached: dict[int, Fault] = {}
    unattended_since: float | None = None
    unkeyed: int = 0
    owed: list[Event] = []
    paused_until: float | None = None
    closed_at: float | None = None

    @property
    def dosed_at(self) -> float | None:
        return self.doses[0].at if self.doses else None

    @property
    def counted(self) -> list[Pressure]:
        """The pressures that nobody has set aside with a baseline."""
        since = self.readings.since.get("sbp")
        return [p for p in self.pressures if since is None or p.effective > since]

    @property
    def proven(self) -> list[Pressure]:
        """The pressures that are of now and of the patient, doubtful ones among them."""
        return [p for p in self.pressures if not p.unproven]

    @property
    def age(self) -> int | None:
        """In years at the opening."""
        return self.facts.age(self.opened_at)

    @property
    def last_dose_at(self) -> float | None:
        return self.doses[-1].at if self.doses else None
