"""The state of an encounter as plain data: exactly the content of a snapshot."""

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
    """Readings that indicate trouble with a sensor. Times are measurement times.

    since      time of the first such reading
    row        start of the present run without a good reading; None: the newest is good
    dead       start of the present run of impossible readings; None: the newest is possible
    good       start of the present run of good readings; None: the newest is not good
    count      number of such readings, or of events; `counted`: those of the present run
    reached    the priority reached, as it applies after a dose; None: no alarm yet
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
    """One vital sign since the last dose, compared with its expected course.

    higher, later   measurement time of the first reading in the present run that was so
    peak            the highest clean value while it was expected to be high
    """

    higher: float | None = None
    later: float | None = None
    peak: float | None = None


class Hole(Struct):
    """Missing numbers of one boot, all or some of first to last; since: when it was noticed."""

    boot: str
    first: int
    last: int
    since: float


class Fault(Struct):
    """A fault of the service or of a contact. since: its start, at the earliest the opening."""

    since: float
    reason: str


class CheckMade(Struct, frozen=True):
    """When a check was made, and by whom."""

    at: float
    by: str


class Supervisor(Struct, frozen=True):
    """The supervisor, since when, and the user to whom the supervision is offered; "": no one."""

    name: str = ""
    since: float = 0.0
    offered_to: str = ""


class Told(Struct):
    """Notices of an alarm to a contact: the last time, and the count since it began or worsened."""

    at: float
    rounds: int


class Telling(Struct):
    """An unacknowledged alarm and the contacts that were notified of it.

    since      start of the contacts' delays
    begun      when it came on or last worsened: an earlier notice understates it
    told       contact -> its notices
    sooner     contact -> earlier time for its notice, because another contact cannot be reached
    declined   contact -> when it answered that it cannot take the alarm
    kept_back  contacts that receive no notices in this session's mode, as far as is known
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
    """Failed measurements of a cuff. count: in a row; at, reason: of the newest."""

    count: int = 0
    at: float = 0.0
    reason: str = ""


class Stored(Struct, omit_defaults=True):
    """Records that a cuff sent from its memory lately. count: since `at`, the start of a burst."""

    at: float = 0.0
    newest: float = 0.0
    count: int = 0
    reason: str = ""


class Single(Struct, frozen=True):
    """One measurement that is not a pressure: a temperature, or a typed heart rate.

    device   "": typed
    cause    why its value is suspect; `unproven`: why it may be of another time or person
    turn     when it was judged; None: an older version did not record it
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
    """The patient's user number on a shared cuff. by: who set it; "": the first live reading."""

    user: int
    by: str = ""


class Source(Struct):
    """The state of one device: its arrivals, its clock, its recent readings.

    cuff, failures, stored   of a cuff; users: all user numbers that it has sent
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

    now        the latest time passed in
    own_limits "condition priority" -> a user's limit for this session; its source names the user
    retaken    vital sign -> by whom and when its baseline was taken again, after a dose;
               `frozen`: its baseline at the dose
    silence    expected vital sign -> receipt of its newest believed reading (or since when it is
               expected); pressures are watched as "sbp"
    offline    device -> since when it is known to be offline
    flooding   device -> since when it sends more than any real one does
    batteries  device -> its last reported charge, percent
    blind      vital sign whose silence was reported -> its value in `silence` at that moment
    lagging    device whose newest reading was late -> receipt of the first in that run
    expecting  vital sign -> the comparison with its expected course
    service_faults   present faults of the service
    unwatched_until  end of the recorded stretches without monitoring; None: there were none
    following  vital sign that comes as a stream -> source -> the course of its readings
    sources    device ("": people) -> its state; `cuff`: the newest pressure of any
    users      shared cuff -> the patient's user number on it
    troubles   "condition|device|vital sign" -> the readings that indicate it
    holes      device -> the readings that are waited for; `passed`: boot and number up to which
               holes are settled
    clean      vital sign -> its newest value without doubt; except heart rates, which are in
               `rates`, by source, with recent doubtful ones in `doubted_rates`
    recent     vital sign -> [(measurement time, value)], thinned, for the trend
    singles    vital sign -> its single measurements: temperatures and typed readings
    turns      the order in which pressures and singles were judged
    struck     rows of typed readings that were struck out
    amended    numbers of the corrected doses, from 1
    corrections   number of all corrections
    unfounded  vital signs whose baseline proved to be measured after the dose: limits use it for
               want of a better one, and no gate does
    confirm_at when to request a repeat from the cuffs; `confirmed_at`: the last such request;
               `confirmed_by`: until when that repeat was wanted;
               `confirm_for`: measurement time of the newest crossing that it is for
    in_doubt   the newest pressure is doubtful, and another may not be; doubted_at: when one was
               last wanted for that
    checks     check -> who made it last; a withdrawn one is absent
    contacts   the contacts for notices, in the order in which they are notified
    tellings   unacknowledged alarm -> the contacts that were notified of it
    noticed    number of notices
    unreached  contact -> since when notices to it fail, and why
    unattended_since   since when no one watches; None: someone does, or it is not known
    unkeyed    number of readings without a key of their own
    owed       events decided before a refused input; the next call returns them
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
        """The pressures that were not set aside with a baseline."""
        since = self.readings.since.get("sbp")
        return [p for p in self.pressures if since is None or p.effective > since]

    @property
    def proven(self) -> list[Pressure]:
        """The pressures known to be of now and of the patient, doubtful values included."""
        return [p for p in self.pressures if not p.unproven]

    @property
    def age(self) -> int | None:
        """The patient's age at the opening, years; None: unknown."""
        return self.facts.age(self.opened_at)

    @property
    def last_dose_at(self) -> float | None:
        return self.doses[-1].at if self.doses else None
