"""Is a heart rate believable, compared with its device's earlier readings and with other sources?

These checks can only cast doubt. Figures without a source are engineering defaults.

- Rate of change: it moves by more than 30 in 5 s or 50 in 10 s, measured from readings that were
  accepted; so a new level is believed after ten seconds.
- Stuck: the same rate for two minutes, reading after reading, while no intervals between beats show
  that a heart beats so evenly. Fewer readings suffice if the device reports movement, or if the
  rate moved ten times in the two minutes before.
- Its own beats: the intervals that came with it contradict it (`intervals`).
- Others: another source's rate is off by more than 15.
"""

from typing import Final

from msgspec import Struct, field

from monitor.core.quality import intervals
from monitor.core.quality.intervals import Beats
from monitor.core.quality.plausibility import ACCEPTED, NO_SKIN, Judgement
from monitor.core.quality.skin import Skin
from monitor.core.quality.stream import PRESENT_S, Follower, beside
from monitor.core.vocabulary.reasons import Facts, Reason
from monitor.core.vocabulary.vitals import PULSE, Observation

HR_STEPS: Final = ((5.0, 30.0), (10.0, 50.0))  # (within s, by more than /min)
HR_WINDOW_S: Final = HR_STEPS[-1][0]
_LEAST_STEP: Final = HR_STEPS[0][1]
STUCK_S: Final = 120.0
# More than this number of readings, each within `PRESENT_S` of the one before, are "reading after
# reading". A monitor that averages repeats itself: at one value a second 69 % of a bedside
# monitor's values do, for 19 s at most. Of 28 recordings of straps and bands (25 h) two of a wrist
# band at rest keep one rate for more than 120 s, for 135 and 141, and their intervals vary; the
# others for 108 at most, those without intervals for 66. At a value a minute the same one came 23
# times in a row, and is no proof.
STUCK_READINGS: Final = 24
LIVELY: Final = 10  # a rate that moved this often within `STUCK_S` does not stop for as long
OFF: Final = 15.0  # the limits of agreement of an optical sensor
_KEPT: Final = 64


class Memory(Struct, omit_defaults=True):
    """The recent readings of one device. Times are measurement times.

    accepted     (time, heart rate) of the last ten seconds, accepted ones
    same, since  the newest heart rate, and since when it has this value
    moved        the device reported movement since then
    turns        when each of the last values began, oldest first, `since` included
    still, last  since when neither the rate nor its intervals vary, and up to when
    held, times  for how long of that readings followed each other, s, and how many
    frozen       the doubt about this stretch was reported
    withdrawn    readings since then that were accepted in good faith no longer count as clean
    beats        (time, interval in ms) of the last ten seconds
    worked       the boot in which its contact bit reported contact
    skin         other evidence about that bit
    """

    accepted: list[tuple[float, float]] = []
    same: float | None = None
    since: float = 0.0
    moved: bool = False
    turns: list[float] = []
    still: float = 0.0
    last: float = 0.0
    held: float = 0.0
    times: int = 0
    frozen: bool = False
    withdrawn: float | None = None
    beats: Beats = []
    worked: str | None = None
    skin: Skin = field(default_factory=Skin)

    @property
    def lively(self) -> bool:
        """Whether the rate moved often before it got stuck."""
        return len(self.turns) > LIVELY and self.since - self.turns[0] <= STUCK_S

    def live(self, at: float) -> None:
        self.still = self.last = at
        self.held, self.times, self.frozen = 0.0, 1, False

    def connected(self, boot: str) -> None:
        """Forget the evidence about the contact bit: it is of the connection before."""
        self.worked, self.skin = None, Skin(boot)


def judge(
    observation: Observation, effective: float, memory: Memory, sources: dict[str, Follower],
    judged: Judgement,
) -> Judgement:  # fmt: skip
    """Return the verdict, and update `memory`. judged: the verdict on the value by itself."""
    if judged[0] == "rejected":
        return judged
    value, contact = observation.values[PULSE], observation.contact
    if (
        observation.rr or memory.beats
        or contact is False or (contact and memory.worked != observation.boot)
    ):  # fmt: skip
        doubt = _with_evidence(observation, effective, memory, sources, value)
        if judged is NO_SKIN and memory.skin.wrong:
            judged = ACCEPTED
    else:
        doubt = _stuck(observation, effective, memory, value)
    if judged != ACCEPTED:
        return judged
    accepted = memory.accepted
    while accepted and effective - accepted[0][0] > HR_WINDOW_S:
        del accepted[0]
    doubt = doubt or _step(memory, value, effective)
    if not doubt and (len(sources) > 1 or observation.device not in sources):
        doubt = _disagrees(observation.device, value, effective, sources)
    if doubt:
        return "suspect", doubt
    if not accepted or effective >= accepted[-1][0]:
        accepted.append((effective, value))
        if len(accepted) > _KEPT:
            del accepted[0]
    return judged


def _with_evidence(
    observation: Observation, effective: float, memory: Memory, sources: dict[str, Follower],
    value: float,
) -> Reason | None:  # fmt: skip
    """Return the doubt, given intervals or a contact bit; update the trust in that bit."""
    step, gap = value - (memory.same or value), effective - max(memory.last, memory.since)
    lately = intervals.hear(memory.beats, observation, effective)
    contradicted, alive = intervals.contradiction(lately, value), None
    asked = step == 0.0 and effective - memory.still >= intervals.KEPT_S
    if asked or observation.contact is False:
        alive = intervals.alive(lately, value)
        if alive:
            memory.live(effective)
    doubt = _stuck(observation, effective, memory, value) or contradicted
    if observation.contact and memory.worked != observation.boot:
        memory.worked, memory.skin = observation.boot, Skin(observation.boot)
    elif observation.contact is False and gap >= 0.0:
        if gap > PRESENT_S or memory.skin.boot != observation.boot:
            memory.connected(observation.boot)
        if doubt or _disagrees(observation.device, value, effective, sources):
            memory.skin.nothing_proved()
        elif memory.worked is None:
            source = sources.get(observation.device)
            if alive:
                alive = intervals.smooth(lately)
            sure = source is not None and source.sure
            memory.skin.see(effective, gap, step, beats=alive, sure=sure)
    return doubt


def _stuck(
    observation: Observation, effective: float, memory: Memory, value: float
) -> Reason | None:
    if effective < memory.since:
        return None  # overtaken by a newer reading
    if value != memory.same:
        memory.same, memory.since = value, effective
        memory.moved = "movement" in observation.flags
        memory.turns.append(effective)
        if len(memory.turns) > LIVELY + 1:
            del memory.turns[0]
        return None
    memory.moved |= "movement" in observation.flags
    if memory.still < memory.since:
        memory.live(memory.since)
    gap = effective - memory.last
    if gap > 0.0:
        memory.last = effective
        memory.times += 1
        if gap <= PRESENT_S:
            memory.held += gap
    if effective - memory.still <= STUCK_S:
        return None
    doubt = _frozen(memory, value)
    if doubt and not memory.frozen:
        memory.frozen, memory.withdrawn = True, memory.still
        memory.skin.frozen()
    return doubt


def _frozen(memory: Memory, value: float) -> Reason | None:
    about: Facts = {"value": value, "minutes": STUCK_S / 60}
    if memory.moved:
        return Reason("stuck_moving", about)
    if memory.lively:
        return Reason("stuck_lively", about)
    if memory.held > STUCK_S and memory.times > STUCK_READINGS:
        return Reason("stuck_long", about | {"readings": memory.times})
    return None


def _step(memory: Memory, value: float, effective: float) -> Reason | None:
    for at, was in reversed(memory.accepted):
        moved = value - was
        if -_LEAST_STEP <= moved <= _LEAST_STEP:
            continue
        age = effective - at
        if age < 0.0:
            continue  # the judged reading was overtaken by this one
        if any(abs(moved) > step and age <= within for within, step in HR_STEPS):
            return Reason("rate_jump", {"was": was, "value": value, "seconds": max(1.0, age)})
    return None


def _disagrees(
    device: str, value: float, effective: float, sources: dict[str, Follower]
) -> Reason | None:
    for name, level in beside(sources, device, effective).items():
        if abs(value - level) > OFF:
            return Reason("other_rate", {"other": name, "rate": level})
    return None
