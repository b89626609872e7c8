"""Events: the decisions of an encounter, as the journal keeps them.

An *input* is a fact from outside, an *event* is a decision. Both are plain data with a tag, so that
a journal row can be read back years later. `at` is when the decision was due, which depends on the
inputs alone and never on how often the encounter was polled.

Where an event has `because`, that is its reason as data, and `reason` the sentence for it: "" in
the core, which decides by data alone, and written beside the data when the event is recorded
(`sentences.english.in_words`). An event of an older version has the sentence only. A sentence by
another name has its data beside it under that name: `unmet` and `unmet_because`.
"""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from monitor.core.vocabulary.inputs import Dose, Override, Said
from monitor.core.vocabulary.profiles import Direction
from monitor.core.vocabulary.reasons import NONE, Reason
from monitor.core.vocabulary.words import (
    RANK,
    Change,
    Kind,
    Phase,
    Presence,
    Priority,
    Stage,
    Verdict,
)


class Judged(Struct, frozen=True, kw_only=True, tag="judged"):
    """The verdict on one vital sign of one reading: a row of `observations`.

    effective  when it was measured, corrected by the device's clock offset, never after `issued`
    measured   the measurement time that the device states, uncorrected; None: it states no time
    key        unique within the encounter: device, boot, seq, vital (or device, t, vital)
    because    why it is not accepted, and `reason` the sentence
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
    reason: str = ""
    key: str
    rr: tuple[float, ...] = ()
    user: int | None = None
    because: Reason | UnsetType = UNSET  # left out of the row of an accepted one: of nearly all


class Rejudged(Struct, frozen=True, kw_only=True, tag="rejudged"):
    """The verdict on recorded readings has changed, because more is known by now.

    keys       of the rows (`Judged.key`), all of one measurement
    effective  when it was measured, as it is known now
    because    why it is not accepted, and `reason` the sentence
    """

    at: float
    keys: tuple[str, ...]
    state: Verdict
    reason: str = ""
    effective: float
    because: Reason | None = None


class MeasurementFailed(Struct, frozen=True, kw_only=True, tag="measurement_failed"):
    """A cuff measured and failed.

    because   the cause as the cuff reports it, and `cause` in words; None: it reports no cause
    count     failed measurements in a row
    half      one of the two pressures arrived nevertheless
    """

    at: float
    device: str
    effective: float
    cause: str = ""
    count: int
    half: bool = False
    because: Reason | None = None


class ClockStepped(Struct, frozen=True, kw_only=True, tag="clock_stepped"):
    """A device's clock was set.

    by_s    how far, seconds; positive: ahead
    """

    at: float
    device: str
    by_s: float
    reason: str = ""
    because: Reason = NONE


class NumberReused(Struct, frozen=True, kw_only=True, tag="number_reused"):
    """A device sent a number again with other content; the reading was judged as a new one."""

    at: float
    device: str
    boot: str
    seq: int
    reason: str = ""
    because: Reason = NONE


class UserTaken(Struct, frozen=True, kw_only=True, tag="user_taken"):
    """From now on the patient is this user of a shared cuff.

    by  who stated it; "": the monitor took the user of the first live reading
    """

    at: float
    device: str
    user: int
    by: str = ""


class Duplicate(Struct, frozen=True, tag="duplicate"):
    """A reading that is already on the record arrived again: counted, never a confirmation.

    noted   the encounter remembers something of it, so it must be on the record itself: without it,
            the decisions that follow could not be repeated
    """

    at: float
    device: str
    boot: str
    seq: int | None
    noted: bool = False


class Alarm(Struct, kw_only=True):
    """One occurrence of one alarm condition. Mutable inside the core; events carry copies.

    onset      when the condition began (the first reading beyond the limit, corrected time)
    raised_at  when the signal first came on
    value      the newest value while the condition lasts; extreme: the farthest
    limit      the limit of the present priority; `limit_source`: where that limit comes from, as
               data; `source`: in words, as `reason` is of `because`
    data_lost_at   active without data since the receipt of the newest believed reading; else None
    began          the priority at which it came on; None: an older version did not record it
    priority_since, worst_since   when it reached its present priority, and its worst; for the
                   priority at which it came on this is its onset; None: not known
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
    because: Reason = NONE
    limit_source: Reason = NONE

    @property
    def gravity(self) -> Priority:
        """The priority that counts: the worst so far. An alarm that eased counts no less."""
        return max(self.priority, self.worst, key=RANK.__getitem__)

    @property
    def waits(self) -> bool:
        """Whether its last call is unacknowledged: worsening voids an acknowledgement."""
        return self.presence in ("on", "latched")


class AlarmChanged(Struct, frozen=True, tag="alarm"):
    at: float
    transition: Change
    alarm: Alarm


class Blinded(Struct, frozen=True, tag="blinded"):
    """The readings of an active alarm have stopped or resumed: `alarm.data_lost_at` shows which.

    No transition: neither its signal nor its priority changes.
    """

    at: float
    alarm: Alarm


class Retold(Blinded, frozen=True, tag="retold"):
    """An alarm's reason has changed and nothing else: it now names the dose it counts from."""


class Episode(Struct, kw_only=True):
    """The record of a transient crossing. Times are corrected measurement times.

    onset, peak_at, end   end is None while it lasts; only a return ends it, never missing data
    peak                  the farthest value: the highest of an elevation, the lowest of a fall
    limit, baseline       the references it was judged against; baseline None: there was no baseline
    over_s, area          seconds beyond the limit; value-over-limit integrated, unit * s
    dosed_at              the last dose before the onset; None: there was no dose yet
    returned_at           when near the baseline again, at the end or later; None: no return is
                          known
    sustained             beyond the limit for too long to be a transient
    holes, hole_s         stretches inside it without data; their total, seconds
    unwatched_s           seconds of it that were not monitored, even if data for them came later
    direction             the side of the limit: an elevation ("high"), or a fall ("low")
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
    direction: Direction = "high"


class EpisodeChanged(Struct, frozen=True, tag="episode"):
    """A new state of an episode, after a change; `returned` comes with its end or after it."""

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
    """A dose was recorded: the `first` freezes the baseline, a booster only restarts the clock.

    unmet_because   the overridden conditions of the gate, and `unmet` their sentences
    """

    at: float
    dose: Dose
    first: bool
    baseline: dict[str, Baseline]
    unmet: tuple[str, ...] = ()
    unmet_because: tuple[Reason, ...] = ()


class Corrected(Struct, frozen=True, kw_only=True, tag="corrected"):
    """A correction: the recorded value and the true one both stay on record, with author and
    reason.

    what              a `Fact`, "dose", "reading" or "device"
    number            of a dose; None: of anything else
    follows_because   which judgements are made anew from now on, and which remain, and `follows`
                      the sentences
    """

    at: float
    what: str
    before: Said
    after: Said
    by: str
    reason: str
    follows: str = ""
    number: int | None = None
    follows_because: Reason = NONE


class LimitMoved(Struct, frozen=True, tag="limit_moved"):
    """The limit in force for a condition at a priority, before and after; None: no limit."""

    at: float
    condition: str
    priority: Priority
    before: float | None
    after: float | None
    by: str
    reason: str


class BaselineMoved(Struct, frozen=True, tag="baseline_moved"):
    """The baseline was taken again: the values of the vital signs concerned, before and after."""

    at: float
    before: dict[str, Baseline]
    after: dict[str, Baseline]
    by: str
    reason: str


class Unwatched(Struct, frozen=True, tag="unwatched"):
    """This session was not monitored from `since` to `until`.

    why, because  a phrase ("" in the core), and its reason
    """

    at: float
    since: float
    until: float
    why: str = ""
    because: Reason = NONE


class Commanded(Struct, frozen=True, tag="command"):
    """A command to the cuffs of this encounter to measure, at the time `by` at the latest."""

    at: float
    reason: Literal["scheduled", "confirm"]
    by: float
    devices: tuple[str, ...]
    command: Literal["measure_bp"] = "measure_bp"


class Notice(Struct, frozen=True, kw_only=True, tag="notice"):
    """A contact is to be notified of an alarm.

    number      counts the notices of an encounter
    round       1: the first notice of it since it began or worsened
    suppressed, because  why it stays on the record only ("" in the core), and its reason; NONE: it
                is sent
    began, priority_since   as in `Alarm`
    called_at   when it last called for a person anew: worse, or still there; None: only at first
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
    because: Reason = NONE
    began: Priority | None = None
    priority_since: float | None = None
    called_at: float | None = None


class Closed(Struct, frozen=True, tag="closed"):
    """The session was closed.

    unmet_because   the overridden conditions of the gate, and `unmet` their sentences
    """

    at: float
    by: str
    unmet: tuple[str, ...] = ()
    override: Override | None = None
    alert: bool | None = None
    unmet_because: tuple[Reason, ...] = ()


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
