"""Devices with every way of counting on a bad network: each confirmed reading is on disk, once.

The device forgets "everything up to this number", whichever count the number was meant for.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from monitor.adapters.store import Lost
from monitor.core.technical.sequence_gap import is_loss
from monitor.core.vocabulary.events import Duplicate, Judged
from monitor.core.vocabulary.vitals import Observation
from monitor.service.ingest.acks.device_acks import GAP_S, Acks
from monitor.service.ingest.acks.restoring import restore_acks
from tests.core.course import Course


class Sent(NamedTuple):
    """A reading as first sent: its number, its index, and the life of the device that made it."""

    seq: int
    which: int
    life: int


def value(sent: Sent) -> float:
    return 30 + sent.which / 1000


class Service:
    """Ingest of one device's readings, with commits that lag.

    lossy    gaps may be given up
    between  numbers that are missing evenly among a few others, as some devices count
    """

    def __init__(self, *, lossy: bool = False) -> None:
        self.lossy, self.lost = lossy, list[Lost]()
        self.between: set[int] = set()
        self.course = Course(devices={"device": "gateway"})
        self.acks = Acks()
        self.disk: dict[str, float] = {}
        self.queue: deque[tuple[str, int, bool, dict[str, float]]] = deque()
        self.now = self.course.start

    def receive(self, boot: str, seq: int, values: dict[str, float], t: float | None) -> None:
        observation = Observation(
            issued=self.now, device="device", boot=boot, seq=seq,
            values=values, effective=t,
        )  # fmt: skip
        events = self.course.encounter.observe(observation, observation.issued)
        self.course.events += events
        key = self.course.encounter.state.devices.sources["device"].arrivals.filed
        new = not isinstance(events[0], Duplicate)
        held = self.acks.expect("device", key, seq, self.now, new=new)
        rows = {e.key: e.value for e in events if isinstance(e, Judged)}
        self.queue.append((key, seq, held, rows))

    def commit(self, count: int) -> None:
        for _ in range(min(count, len(self.queue))):
            key, seq, held, rows = self.queue.popleft()
            for name, value in rows.items():
                self.disk.setdefault(name, value)
            self.acks.add("device", key, seq, self.now, held=held)

    def missing(self, device: str, key: str, first: int, last: int) -> bool:
        boot = self.course.encounter.state.devices.sources[device].arrivals.boots[key]
        if is_loss(boot, first, last):
            return True
        self.between |= {n for n in range(first, last + 1) if not boot.has(n)}
        return False

    def confirm(self) -> list[tuple[str, int]]:
        self.lost += self.acks.pass_gaps(self.now, self.missing)
        assert self.lossy or self.lost == []
        return [(known.boot, known.seq) for known in self.acks.take()]

    def restart(self) -> None:
        """Commit all, then restart: no reading is on its way to the disk."""
        self.commit(len(self.queue))
        self.acks = Acks()
        restore_acks(self.acks, self.course.encounter, self.lost, self.now)


class Device:
    """A device that keeps unconfirmed readings. turn: its counter wraps to 0 there."""

    def __init__(self, service: Service, boot: str, first: int, turn: int, *, timed: bool) -> None:
        self.service = service
        self.boot, self.next, self.turn, self.timed = boot, first, turn, timed
        self.kept: list[Sent] = []
        self.made: list[Sent] = []
        self.forgotten: list[Sent] = []
        self.lost: set[Sent] = set()
        self.life = 0
        # Life -> received numbers, as far as they show that it restarted its count.
        self.counts: dict[int, set[int]] = {0: {first}}
        self.came: set[Sent] = set()
        self.times: dict[int, float] = {}

    def measure(self) -> Sent:
        made = Sent(self.next, len(self.made), self.life)
        self.times[made.which] = self.service.now
        self.made.append(made)
        self.kept.append(made)
        self.next += 1
        if self.next == self.turn:
            self.next, self.life = 0, self.life + 1
        return made

    def restart(self, at: int, *, keeps: bool) -> None:
        self.next, self.life = at, self.life + 1
        if not keeps:
            self.lost |= set(self.kept)
            self.kept = []

    def deliver(self, sent: Sent) -> None:
        t = self.times[sent.which] if self.timed else None
        count = self.counts[max(self.counts)]
        first, self.came = sent not in self.came, self.came | {sent}
        if first and sent.life > max(self.counts) and (sent.seq in count or sent.seq < min(count)):
            count = self.counts[sent.life] = set()
        if sent.life >= max(self.counts):
            count.add(sent.seq)
        self.service.receive(self.boot, sent.seq, {"temp": value(sent)}, t)

    def confirmed(self, boot: str, seq: int) -> None:
        """Forget confirmed readings. The service cannot know a life that sent it no reading yet."""
        assert boot == self.boot
        if self.made[-1].life not in self.counts:
            return
        gone = [sent for sent in self.kept if sent.seq <= seq and sent.life in self.counts]
        self.forgotten += gone
        self.kept = [sent for sent in self.kept if sent not in gone]
        disk = set(self.service.disk.values())
        for sent in self.forgotten:
            assert value(sent) in disk, (sent, seq)


class Play:
    """A random sequence of acts on one device."""

    def __init__(self, data: st.DataObject, device: Device, restarts: list[int]) -> None:
        self.data, self.device, self.restarts = data, device, restarts
        self.service = device.service
        self.late: list[Sent] = []
        acts: dict[Callable[[], object], int] = {
            self.measure: 5, device.measure: 2, self.delay: 1, self.arrive: 1, self.again: 1,
            self.commit: 2, self.tell: 1, self.restart: bool(restarts),
        }  # fmt: skip
        self.acts = [act for act, times in acts.items() for _ in range(times)]

    def run(self, steps: int) -> None:
        self.measure()
        for _ in range(steps):
            self.service.now += 0.3
            self.data.draw(st.sampled_from(self.acts))()
        for sent in self.late + self.device.kept:
            self.device.deliver(sent)
        self.service.commit(len(self.service.queue))
        self.tell()

    def measure(self) -> None:
        self.device.deliver(self.device.measure())

    def delay(self) -> None:
        self.late.append(self.device.measure())

    def arrive(self) -> None:
        if self.late:
            place = self.data.draw(st.integers(0, len(self.late) - 1))
            self.device.deliver(self.late.pop(place))

    def again(self) -> None:
        kept = self.device.kept
        for sent in self.data.draw(st.sampled_from([kept[:1], kept[-3:], kept])):
            self.device.deliver(sent)

    def commit(self) -> None:
        self.service.commit(self.data.draw(st.integers(1, 8)))

    def tell(self) -> None:
        for boot, seq in self.service.confirm():
            self.device.confirmed(boot, seq)

    def restart(self) -> None:
        device, back = self.device, self.data.draw(st.sampled_from(self.restarts))
        at = back if back >= 0 else max(0, device.next + back)
        device.restart(at, keeps=self.data.draw(st.booleans()))
        if not at and not any(0 in count for count in device.counts.values()):
            self.measure()  # it was not yet known that it counts from 0


COUNTERS: Final = st.tuples(
    st.sampled_from(["", "b"]), st.sampled_from([0, 1, 100, 235, 250, 65_530]),
    st.sampled_from([0, 256, 65_536]), st.booleans(),
)  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), COUNTERS, st.sampled_from([[], [0], [1], [-3], [-8, 1], [0, 1, -2]]))
def test_what_a_device_forgets_is_on_disk(
    data: st.DataObject, counter: tuple[str, int, int, bool], restarts: list[int]
) -> None:
    boot, first, turn, timed = counter
    device = Device(Service(), boot, first, turn, timed=timed)
    Play(data, device, restarts).run(data.draw(st.integers(1, 60)))
    disk = Counter(device.service.disk.values())
    assert {value(sent) for sent in device.made if sent not in device.lost} <= set(disk)
    if timed or not device.life:
        assert max(disk.values()) == 1


# --- a device that is new to the service ----------------------------------------------------------


class Backlog:
    """A device that has kept numbers `first` to `last`, and continues to measure.

    It hands them over in the given order, and forgets all that is confirmed, handed over or not.
    """

    def __init__(self, service: Service, first: int, last: int) -> None:
        self.service = service
        self.first, self.last = first, last
        self.kept = set(range(first, last + 1))
        self.times = {seq: service.now + seq - last - 1 for seq in self.kept}
        self.sent: list[int] = []
        self.lowest, self.lowered = last + 1, 0.0

    def send(self, *numbers: int) -> None:
        for seq in numbers:
            if seq < self.lowest:
                self.lowest, self.lowered = seq, self.service.now
            self.sent.append(seq)
            t = self.times.setdefault(seq, self.service.now)
            self.service.receive("b", seq, {"temp": 30 + (seq - self.first) / 1000}, t)

    def live(self) -> None:
        seq = max(self.last, *self.sent) + 1
        self.kept.add(seq)
        self.send(seq)

    def elapse(self, seconds: float) -> None:
        """Advance the clock; the service confirms once a second."""
        until = self.service.now + seconds
        while self.service.now < until:
            self.service.now += min(1.0, until - self.service.now)
            self.hear()

    def hear(self) -> None:
        for _, upto in self.service.confirm():
            gone = {seq for seq in self.kept if seq <= upto}
            self.kept -= gone
            for seq in gone - self.on_disk - self.recorded - self.service.between:
                waited = self.service.now - self.lowered
                assert seq < self.lowest, (seq, "is nowhere")
                sure = self.lowest == 1 and self.goes_up
                assert waited >= GAP_S or sure, (seq, f"might have come: waited for {waited} s")

    @property
    def goes_up(self) -> bool:
        """It counts up from 1, as far as can be known."""
        sent = self.sent
        return sent[0] == 1 or (2 in sent and sent.index(1) < sent.index(2))

    @property
    def on_disk(self) -> set[int]:
        return {self.first + round(1000 * (temp - 30)) for temp in self.service.disk.values()}

    @property
    def recorded(self) -> set[int]:
        return {n for lost in self.service.lost for n in range(lost.first, lost.last + 1)}


def orders(numbers: range, batch: int) -> st.SearchStrategy[list[Sequence[int]]]:
    """Return messages newest first, in order of time, or in any order."""
    batches = [numbers[at : at + batch] for at in range(0, len(numbers), batch)]
    return st.one_of(st.just(batches[::-1]), st.just(batches), st.permutations(batches))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from([0, 1, 2, 57, 250, 900_000]), st.integers(1, 40))
def test_of_a_device_that_nobody_heard_before_all_is_confirmed_and_nothing_too_early(
    data: st.DataObject, first: int, count: int
) -> None:
    numbers = range(first, first + count)
    messages = data.draw(orders(numbers, data.draw(st.sampled_from([1, 3, 10]))))
    backlog = Backlog(Service(lossy=True), numbers[0], numbers[-1])
    service = backlog.service
    acts: list[Callable[[], object]] = [
        backlog.live, lambda: backlog.send(*backlog.sent[-data.draw(st.sampled_from([3, 100])) :]),
        lambda: service.commit(data.draw(st.integers(1, 30))), service.restart, backlog.hear,
    ]  # fmt: skip
    for message in messages:
        if not backlog.kept.intersection(message):
            continue
        backlog.send(*message)
        for act in data.draw(st.lists(st.sampled_from(acts), max_size=4)):
            act()
        backlog.elapse(data.draw(st.sampled_from([0.3, 1.0, 20.0, 59.0, 70.0])))
    service.commit(len(service.queue))
    backlog.elapse(2 * GAP_S + 1)
    assert backlog.kept == set(), "all is confirmed"
    assert backlog.recorded <= set(range(backlog.lowest, max(backlog.sent)))


def test_what_was_recorded_as_lost_is_not_recorded_after_a_restart_too() -> None:
    backlog = Backlog(Service(lossy=True), 50, 63)
    backlog.send(57, 58, 60, 63)
    backlog.service.commit(4)
    backlog.elapse(2 * GAP_S)
    assert [(lost.first, lost.last) for lost in backlog.service.lost] == [(59, 59), (61, 62)]
    backlog.send(50)
    backlog.service.restart()
    backlog.live()
    backlog.elapse(2 * GAP_S)
    assert [(lost.first, lost.last) for lost in backlog.service.lost][2:] == [(51, 56)]


def test_after_a_restart_what_is_between_few_numbers_evenly_apart_is_waited_for() -> None:
    backlog = Backlog(Service(), 0, 5)
    for seq in (0, 2, 4):
        backlog.send(seq)
    backlog.service.restart()
    backlog.elapse(2)
    assert backlog.kept == {1, 2, 3, 4, 5}
    backlog.send(1, 3, 5)
    backlog.service.commit(3)
    backlog.elapse(2)
    assert backlog.kept == set()


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from([0, 1, 2, 57]), st.integers(1, 40), st.booleans())
def test_a_backlog_with_the_newest_first_is_stored_whole(
    data: st.DataObject, first: int, count: int, restarts: bool
) -> None:
    """It does so however long the backlog lasts, with live readings among it."""
    numbers, batch = range(first, first + count), data.draw(st.sampled_from([1, 3, 10]))
    assume(first or (batch, count) != (1, 2))  # a device that begins with 1 counts from 1
    backlog = Backlog(Service(), numbers[0], numbers[-1])
    service = backlog.service
    for at in range(0, len(numbers), batch)[::-1]:
        backlog.send(*numbers[at : at + batch])
        for _ in range(data.draw(st.integers(0, 3))):
            backlog.elapse(data.draw(st.floats(0.1, 19.0)))
            backlog.live()
            service.commit(data.draw(st.integers(0, 30)))
        if restarts:
            service.restart()
    service.commit(len(service.queue))
    backlog.elapse(GAP_S + 1)
    assert backlog.kept == set()
    assert set(numbers) <= backlog.on_disk
    assert service.lost == []


# --- other ways to count, without losses ----------------------------------------------------------


def told(service: Service) -> list[tuple[str, int]]:
    service.commit(len(service.queue))
    return service.confirm()


@pytest.mark.parametrize("boot", ["", "b"])
@pytest.mark.parametrize("timed", [True, False])
def test_a_number_that_is_always_the_same_is_soon_confirmed_no_more(boot: str, timed: bool) -> None:
    service = Service()
    answers = []
    for n in range(10):
        service.receive(boot, 0, {"hr": 60.0 + n}, service.now if timed else None)
        answers.append(told(service))
        service.now += 1
    assert answers[2:] == [[]] * 8
    assert len(service.disk) == 10


@pytest.mark.parametrize("boot", ["", "b"])
def test_a_count_that_ended_is_confirmed_no_more(boot: str) -> None:
    service = Service()
    for n in range(1800, 1820):
        service.receive(boot, n, {"hr": n / 30}, None)
    assert told(service) == []  # there may be lower ones
    service.now += GAP_S
    assert told(service) == [(boot, 1819)]
    service.receive(boot, 0, {"hr": 70.0}, None)
    assert service.confirm() == []
    assert told(service) == [(boot, 0)]
    service.receive(boot, 1819, {"hr": 1819 / 30}, None)
    assert told(service) == [(boot, 0)]
    for n in range(1, 20):
        service.receive(boot, n, {"hr": 70.0 + n}, None)
    assert told(service) == [(boot, 19)]


@pytest.mark.parametrize("every", [2, 7])
def test_counters_of_their_own_are_confirmed_up_to_what_both_have(every: int) -> None:
    service, warm = Service(), 0
    for n in range(60):
        service.receive("b", n, {"hr": 70.0 + n % 3}, None)
        if n % every == 0:
            service.receive("b", warm, {"temp": 36 + n / 100}, None)
            warm += 1
        service.now += 0.5
    service.commit(len(service.queue))
    service.now += GAP_S  # numbers from before its two counters showed stay unclear that long
    service.receive("b", 60, {"hr": 71.0}, None)
    service.receive("b", warm, {"temp": 37.0}, None)
    assert told(service) == [("b", warm)]
    service.receive("b", 61, {"hr": 71.0}, None)
    assert told(service) == [("b", warm)]


def test_a_vital_sign_under_a_number_of_long_ago_may_be_the_start_of_a_count() -> None:
    service = Service()
    for n in range(40):
        service.receive("b", n, {"hr": 70.0 + n % 3}, None)
    assert told(service) == [("b", 39)]
    service.receive("b", 1, {"temp": 36.6}, None)
    assert told(service) == [("b", 1)]
    service.now += GAP_S
    assert service.confirm() == [("b", 39)]


@pytest.mark.parametrize("boot", ["", "b"])
def test_the_second_part_of_a_number_is_waited_for(boot: str) -> None:
    """A device that sends the halves of a pressure apart forgets both with their number."""
    service = Service()
    service.receive(boot, 1, {"sbp": 172.0}, None)
    service.receive(boot, 1, {"dbp": 101.0}, None)
    service.commit(1)
    assert service.confirm() == []
    assert told(service) == [(boot, 1)]
    service.receive(boot, 2, {"sbp": 170.0}, None)
    assert told(service) == [(boot, 1)]
    service.now += 10
    service.receive(boot, 3, {"sbp": 168.0}, None)
    service.receive(boot, 3, {"dbp": 99.0}, None)
    assert told(service) == [(boot, 1)]
    service.receive(boot, 2, {"dbp": 100.0}, None)
    assert told(service) == [(boot, 3)]
    service.receive(boot, 4, {"sbp": 165.0}, None)
    assert told(service) == [(boot, 3)]
    service.now += GAP_S
    assert service.confirm() == [(boot, 4)]


def test_what_is_between_the_numbers_of_one_that_counts_by_two_is_not_lost() -> None:
    service, confirmed = Service(), []
    for n in range(0, 400, 2):
        service.receive("b", n, {"hr": 70.0 + n % 3}, None)
        service.commit(len(service.queue))
        confirmed = service.confirm()  # asserts that no reading is given up as lost
        service.now += 1
    assert confirmed[0][1] >= 398 - 2 * GAP_S - 2
