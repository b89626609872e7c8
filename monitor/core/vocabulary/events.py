"""What comes out of an encounter: its decisions, as the journal keeps them.

An *input* is a fact from outside, an *event* is a decision. Both are plain data with a tag, so
that a journal row can be read back years later. `at` is when the decision fell due, which
depends on the inputs alone and never on how often anybody asked.
"""

from typing import Literal

from msgspec import Struct

from monitor.core.vocabulary.inputs import Dose, Override, Said
from monitor.core.vocabulary.words import Change, Kind, Phase, Presence, Priority, Stage, Verdict

# --- facts that open an encounter -------------------------------------------------------------


# --- inputs -------------------------------------------------------------------------------------


# --- decisions ----------------------------------------------------------------------------------


class Judged(Struct, frozen=True, kw_only=True, tag="judged"):
    """One vital sign of one reading, with what was thought of it. A row of `observations`.

    effective  when it was measured, corrected by the device's clock offset, never after `issued`
    measured   the device's own claim, uncorrected; None: it made none
    key        unique within the encounter: device, boot, seq, vital (or device, t, vital)
    reason     "" when accepted
    rr         of a heart rate: the RR intervals that arrived with it, ms, oldest first
    user       of a cuff's record: which of its users it names
    """

    at: float
    vital: str
    value: float
    effective: float
    issued: float
    measured: float | None
    device: str
    boot: str
    seq: int | None
    source: Literal["device", "manual"]
    state: Verdict
    reason: str
    key: str
    rr: tuple[float, ...] = ()
    user: int | None = None


class Rejudged(Struct, frozen=True, kw_only=True, tag="rejudged"):
    """What was thought of readings on the record has changed, because more is known by now.

    keys       of the rows (`Judged.key`), all of one measurement
    effective  when it was measured, as it is known now
    reason     "" when accepted
    """

    at: float
    keys: tuple[str, ...]
    state: Verdict
    reason: str
    effective: float


class MeasurementFailed(Struct, frozen=True, kw_only=True, tag="measurement_failed"):
    """A cuff measured and failed. cause: what it says of that, "" for nothing; count: in a row;
    half: one of the two pressures came all the same."""

    at: float
    device: str
    effective: float
    cause: str
    count: int
    half: bool = False


class ClockStepped(Struct, frozen=True, kw_only=True, tag="clock_stepped"):
    """A device's clock was set. by_s: so far, seconds, ahead when positive; reason: a sentence."""

    at: float
    device: str
    by_s: float
    reason: str


class NumberReused(Struct, frozen=True, kw_only=True, tag="number_reused"):
    """A device sent a number a second time with other content; it was judged as a new reading."""

    at: float
    device: str
    boot: str
    seq: int
    reason: str


class UserTaken(Struct, frozen=True, kw_only=True, tag="user_taken"):
    """From now on the patient is this user of a shared cuff. by: who said so, "" for nobody: it is
    the user of the first live reading."""

    at: float
    device: str
    user: int
    by: str = ""


class Duplicate(Struct, frozen=True, tag="duplicate"):
    """A reading that is already on the record came again: counted, never a confirmation.

    noted   something of it is remembered, so that it has to be on the record itself: what follows
            could not be decided again without it
    """

    at: float
    device: str
    boot: str
    seq: int | None
    noted: bool = False


class Alarm(Struct, kw_only=True):
    """One condition's one occurrence. Mutable inside the core; events carry copies.

    onset      when the condition began (the first reading beyond the limit, corrected time)
    raised_at  when the signal first came on
    value      the newest value while the condition stands; extreme: the farthest
    limit      the limit of the present priority; `source`: where that limit comes from
    data_lost_at   it stands unseen: receipt of the newest reading that was believed; None: seen
    began          the priority at which it came on; None: an older version did not say
    priority_since, worst_since   when it came to its present priority, and to its worst; of the one
                   at which it came on its onset; None: not known
    called_at      when it last called for a person: came on, came on again, or worsened
    struck         the value of the typed reading that it rested on and that was struck out
    """

    id: str
    condition: str
    kind: Kind
    priority: Priority
    presence: Presence
    onset: float
    raised_at: float
    vital: str | None = None
    device: str | None = None
    value: float | None = None
    limit: float | None = None
    source: str = ""
    extreme: float | None = None
    extreme_at: float | None = None
    worst: Priority = "low"
    provisional: bool = False
    data_lost_at: float | None = None
    cleared_at: float | None = None
    acknowledged_at: float | None = None
    acknowledged_by: str | None = None
    reason: str = ""
    began: Priority | None = None
    priority_since: float | None = None
    worst_since: float | None = None
    called_at: float | None = None
    struck: float | None = None


class AlarmChanged(Struct, frozen=True, tag="alarm"):
    at: float
    transition: Change
    alarm: Alarm


class Blinded(Struct, frozen=True, tag="blinded"):
    """A standing alarm's readings have stopped or come again: `alarm.data_lost_at` says which.

    No transition: neither its signal nor its priority moves.
    """

    at: float
    alarm: Alarm


class Retold(Blinded, frozen=True, tag="retold"):
    """The sentence of an alarm is another, and nothing else of it: one more dose was taken, so it
    names the one that it counts from.
    """


class Episode(Struct, kw_only=True):
    """A transient elevation as a record. Times are corrected measurement times.

    onset, peak_at, end   end is None while it lasts; only a return ends it, never missing data
    limit, baseline       what it was judged against; baseline None: there was none
    over_s, area          seconds beyond the limit; value-over-limit integrated, unit * s
    dosed_at              the last dose before the onset; None: there was none yet
    returned_at           near the baseline again, at the end or later; None: not, or none is known
    sustained             so long beyond the limit that it is no transient any more
    holes, hole_s         stretches inside it of which nothing is known; their seconds together
    unwatched_s           seconds of it in which nobody watched, whatever is known of them now
    """

    number: int
    vital: str
    onset: float
    peak_at: float
    peak: float
    limit: float
    baseline: float | None = None
    end: float | None = None
    over_s: float = 0.0
    area: float = 0.0
    dosed_at: float | None = None
    returned_at: float | None = None
    sustained: bool = False
    holes: int = 0
    hole_s: float = 0.0
    unwatched_s: float = 0.0


class EpisodeChanged(Struct, frozen=True, tag="episode"):
    """An episode as it is after a change; `returned` comes with its end or after it."""

    at: float
    episode: Episode
    change: Stage = "opened"


class PhaseChanged(Struct, frozen=True, tag="phase"):
    at: float
    phase: Phase


class Baseline(Struct, frozen=True):
    """Centre and spread of one vital sign before the dose. `grade`: good, fair or poor."""

    value: float
    spread: float
    count: int
    grade: Literal["good", "fair", "poor"]


class DoseRecorded(Struct, frozen=True, tag="dosed"):
    """`first`: it froze the baseline; a booster restarts the protocol's clock only."""

    at: float
    dose: Dose
    first: bool
    baseline: dict[str, Baseline]
    unmet: tuple[str, ...] = ()


class Corrected(Struct, frozen=True, kw_only=True, tag="corrected"):
    """What was on the record and what is true: both stay there, with who said so and why.

    what      a `Fact`, "dose", "reading" or "device"
    number    of a dose; None: of anything else
    follows   what is judged anew from now on, and what stands: sentences
    """

    at: float
    what: str
    before: Said
    after: Said
    by: str
    reason: str
    follows: str
    number: int | None = None


class LimitMoved(Struct, frozen=True, tag="limit_moved"):
    """The limit in force of a condition at a priority, before and after; None: there was none."""

    at: float
    condition: str
    priority: Priority
    before: float | None
    after: float | None
    by: str
    reason: str


class BaselineMoved(Struct, frozen=True, tag="baseline_moved"):
    """The baseline was taken again: of the vital signs that it concerns, before and after."""

    at: float
    before: dict[str, Baseline]
    after: dict[str, Baseline]
    by: str
    reason: str


class Unwatched(Struct, frozen=True, tag="unwatched"):
    """This session was not monitored from `since` to `until`."""

    at: float
    since: float
    until: float
    why: str


class Commanded(Struct, frozen=True, tag="command"):
    """Ask the cuffs of this encounter to measure; `by`: no later than."""

    at: float
    reason: Literal["scheduled", "confirm"]
    by: float
    devices: tuple[str, ...]
    command: Literal["measure_bp"] = "measure_bp"


class Notice(Struct, frozen=True, kw_only=True, tag="notice"):
    """Somebody is to be told of an alarm.

    number     counts the notices of an encounter
    round      1: told of it for the first time since it began or worsened
    suppressed why it stays on the record only; "": it is sent
    began, priority_since   as the alarm has them (see `Alarm`)
    called_at  when it last called for a person anew: worse, or still there; None: only at first
    """

    at: float
    number: int
    alarm_id: str
    contact: int
    round: int
    priority: Priority
    kind: Kind
    onset: float
    suppressed: str = ""
    began: Priority | None = None
    priority_since: float | None = None
    called_at: float | None = None


class Closed(Struct, frozen=True, tag="closed"):
    at: float
    by: str
    unmet: tuple[str, ...] = ()
    override: Override | None = None
    alert: bool | None = None


Event = (
    Judged
    | Rejudged
    | MeasurementFailed
    | ClockStepped
    | NumberReused
    | UserTaken
    | Duplicate
    | AlarmChanged
    | Blinded
    | Retold
    | EpisodeChanged
    | PhaseChanged
    | DoseRecorded
    | Corrected
    | LimitMoved
    | BaselineMoved
    | Unwatched
    | Commanded
    | Notice
    | Closed
)


# --- what a refused act says --------------------------------------------------------------------
