"""What the record made of a zoo's readings, against what they were."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

from msgspec import Struct, field
from sqlalchemy import Connection, select

from monitor.adapters.store.questions.encounters import key_of, read_journal
from monitor.adapters.store.tables.definitions import observations
from monitor.core.vocabulary.events import Event, Judged, Rejudged, UserTaken
from monitor.core.vocabulary.inputs import Observed
from monitor.core.vocabulary.vitals import Observation
from simulators.raw_cuffs import PATIENT, RawCuff, Sent
from tests.chaos.zoo import Cage

PRESSURES: Final = ("sbp", "dbp", "map")
# What took longer from the cuff to the record may rightly be taken for stored.
AT_ONCE_S: Final = 20.0
# So close to a burst that has no stamps, or later ones because the clock was set back in between,
# a live record looks like one of its older ones, to anybody.
ALONE_S: Final = 25.0
# So soon after the measurement a record from the memory is as good as live.
FRESH_S: Final = 60.0
BASELINE: Final = 2  # readings that the hold gate wants
CLOCKS_S: Final = 1.0  # between the simulator's look at the clock and the service's


class Findings(Struct):
    """judged: truth -> how many records came, as far as that is known; live_known: how many it knew
    to be live; opened: hold gates; wrong: every promise that was broken, in words."""

    judged: Counter[str] = field(default_factory=Counter)
    live_known: int = 0
    opened: int = 0
    wrong: list[str] = field(default_factory=list)


def judge(connection: Connection, cages: Iterable[Cage]) -> Findings:
    found = Findings()
    for cage in cages:
        found.opened += cage.opened is not None
        if isinstance(cage.cuff, RawCuff):
            _Records(cage, cage.cuff).judge(connection, found)
        else:
            _native(connection, cage, cage.cuff.id, found)
        _native(connection, cage, cage.strap.id, found)
    return found


class _Records:
    """The records of one cuff: nothing stored was called live, nothing live stored, and no gate
    opened on anything else than live ones.

    known      receipt -> which record came then
    sent       key of a row -> which record it is of; received: key of a row -> its receipt
    believed   live records that the service knew as such, by when they were measured
    theirs     the first live reading was another user's: the service cannot know better
    """

    def __init__(self, cage: Cage, cuff: RawCuff) -> None:
        self.cage = cage
        self.cuff = cuff
        self.known: dict[float, Sent] = {}
        self.sent: dict[str, Sent] = {}
        self.received: dict[str, float] = {}
        self.believed: set[float] = set()
        self.theirs = False
        self.wrong: dict[str, None] = {}

    def judge(self, connection: Connection, found: Findings) -> None:
        for step in read_journal(connection, self.cage.encounter):
            if isinstance(step.input, Observed) and step.input.observation.device == self.cuff.id:
                self._recognise(step.input.observation)
            for event in step.events:
                self._judged(event)
        self._gate()
        found.judged.update(sent.truth for sent in self.known.values())
        found.live_known += len(self.believed)
        found.wrong += [f"{self.cage.encounter}: {words}" for words in self.wrong]

    def _recognise(self, observation: Observation) -> None:
        sent = _what(observation, self.cuff.log)
        if sent is not None:
            self.known[observation.issued] = sent

    def _judged(self, event: Event) -> None:
        if isinstance(event, UserTaken):
            self.theirs |= event.user != PATIENT
        # It is judged on arrival, or when a burst can no longer go on.
        elif isinstance(event, Judged) and event.issued in self.known:
            if event.device == self.cuff.id and event.vital in PRESSURES:
                self.sent[event.key] = self.known[event.issued]
                self.received[event.key] = event.issued
                self._hold(event.key, event.state)
        elif isinstance(event, Rejudged):
            for key in event.keys:
                if key in self.sent:
                    self._hold(key, event.state)

    def _hold(self, key: str, state: str) -> None:
        """What was thought of one of its values, against what it is."""
        sent, received = self.sent[key], self.received[key]
        if state == "accepted" and sent.truth == "live":
            self.believed.add(sent.measured)
        if state == "accepted" and _never_to_be_believed(sent) and not self.theirs:
            self.wrong[f"{_named(sent)} was believed"] = None
        late = state == "late" and sent.truth == "live"
        if late and comes_alone(sent, received, self.cuff.log, self.known):
            self.wrong[f"{_named(sent)} was called stored"] = None

    def _gate(self) -> None:
        opened = self.cage.opened
        if opened is None or self.theirs:
            return
        by_then = [at for at in self.believed if at < opened]
        if len(by_then) < BASELINE:
            self.wrong[f"the hold gate opened on {len(by_then)} live readings"] = None


def _what(observation: Observation, log: list[Sent]) -> Sent | None:
    """Which record this is; None where it may be of more than one truth, or waited too long."""
    told = tuple(observation.values.get(vital) for vital in PRESSURES)
    like = [
        sent
        for sent in log
        if (sent.record.sbp, sent.record.dbp, sent.record.map) == told
        and observation.stamp in (None, sent.record.stamp)
        and sent.at <= observation.issued + CLOCKS_S
    ]
    if not like or len({sent.truth for sent in like}) > 1:
        return None
    last = like[-1]
    waited = observation.issued - last.at > AT_ONCE_S
    return None if waited and last.truth == "live" else last


def _never_to_be_believed(sent: Sent) -> bool:
    if sent.truth == "stored":
        return sent.at - sent.measured > FRESH_S
    return sent.truth != "live"


def comes_alone(
    of: Sent, received: float, log: Iterable[Sent], receipts: Collection[float]
) -> bool:
    """No other record makes it look stored. received: its receipt; receipts: of all records.

    One that was delayed on its way comes nearer to the record that is sent after it. Records that
    follow each other closely are one burst, also where its ends are farther apart.
    """
    near = _burst(of, received, log)
    if of.record.stamp is None:
        delayed = any(received - ALONE_S < at < received for at in receipts)
        return not near and not delayed
    return all((sent.record.stamp or 0.0) <= of.record.stamp for sent in near)


def _burst(of: Sent, received: float, log: Iterable[Sent]) -> list[Sent]:
    """Return the other records of its burst: each is near the next."""
    others = sorted((sent for sent in log if sent is not of), key=lambda sent: sent.at)
    near: list[Sent] = []
    earliest, latest = of.at, received
    for sent in reversed(others):
        if earliest - ALONE_S < sent.at <= of.at:
            near.append(sent)
            earliest = sent.at
    for sent in others:
        if of.at < sent.at < latest + ALONE_S:
            near.append(sent)
            latest = max(latest, sent.at)
    return near


def _named(of: Sent) -> str:
    record = of.record
    return f"{record.sbp}/{record.dbp}, stamp {record.stamp}, which is {of.truth},"


def _native(connection: Connection, cage: Cage, device: str, found: Findings) -> None:
    """Everything that a native device sends was measured just now, whatever its clock says."""
    of = observations.c
    mine = select(of.vital, of.value, of.reason).where(
        of.encounter == key_of(cage.encounter), of.device == device, of.state == "late"
    )
    late = connection.execute(mine).all()
    if late:
        example = f"{late[0].vital} {late[0].value:g}, {late[0].reason}"
        found.wrong.append(
            f"{cage.encounter}: {len(late)} values of {device} were called late: {example}"
        )
