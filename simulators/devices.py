"""Simulated devices: the input is time, the output is messages and the time of the next call.

A driver calls `advance(now)` no later than `deadline`, calls `connected`, `disconnected` and `hear`
(for messages on the device's topics), and publishes the messages that it gets. A device does not
know of networks and reads no clock. How often the driver calls only decides how readings are
batched.
"""

import math
from typing import ClassVar, Final, Literal

import numpy as np
from msgspec import Struct

from simulators.body import Body
from simulators.dialects import ODD_BATTERY, Dialect
from simulators.faults import GARBAGE, GARBAGE_EVERY, FaultKind, Window
from simulators.native import Reading, command, confirmation, iso, status_payload
from simulators.outbox import BATCH, Outbox
from simulators.quirks import Setting, settings, shown

Kind = Literal["heart_rate", "cuff", "thermometer"]

INFLATION_S: Final = 40.0
REST_S: Final = 60.0
BATTERY_STEP_S: Final = 360.0
MMHG_PER_KPA: Final = 7.50062


class Message(Struct, frozen=True):
    """A message to publish. `topic`: below the device's own ("readings", "status")."""

    topic: str
    payload: bytes
    retain: bool = False


class Unit(Struct, frozen=True, kw_only=True):
    """One piece of hardware.

    seed            source of its chance and its boot marks
    starts          when it is switched on, virtual epoch seconds
    clock_ahead_s   by how much its clock is fast
    kpa             a cuff that reports in kPa
    quirks          names of `quirks.QUIRKS`
    settings        of its clock, over time; if empty, those of its quirks
    inflation_s, rest_s   how long a cuff measures, and rests afterwards
    """

    id: str
    seed: tuple[int, ...]
    starts: float
    clock_ahead_s: float = 0.0
    faults: tuple[Window, ...] = ()
    kpa: bool = False
    capacity: int = 3600
    quirks: frozenset[str] = frozenset()
    settings: tuple[Setting, ...] = ()
    inflation_s: float = INFLATION_S
    rest_s: float = REST_S


class Device:
    """The base of all devices: buffer, clock, battery, faults, connection."""

    kind: ClassVar[Kind]
    continuous: ClassVar[bool] = False

    def __init__(self, unit: Unit, body: Body) -> None:
        self.id = unit.id
        self.unit = unit
        self.body = body
        self.online = False
        self.rng = np.random.default_rng(unit.seed)
        self.outbox = Outbox(self._new_boot(), unit.capacity)
        self._battery_full = int(self.rng.integers(60, 100))
        self._battery_told = -1
        self._garbage: list[Message] = []
        self._measured = 0
        self._dialect = Dialect(unit.quirks)
        self._settings = unit.settings or settings(unit.quirks)
        self._restarts = sorted(w.begins for w in unit.faults if w.kind == "restart")

    # --- for each kind of device to define: the time of its next step, and the step ---

    def next_step(self) -> float:
        raise NotImplementedError

    def step(self, at: float) -> Reading | None:
        """Do the step that is due at that time; return the values of a reading if there is one."""
        raise NotImplementedError

    # --- for the driver ---

    @property
    def deadline(self) -> float:
        """The latest time to call `advance`."""
        return min(self.next_step(), self.outbox.deadline if self.online else math.inf)

    def advance(self, now: float) -> list[Message]:
        """Do everything that is due by `now`; return the messages to publish, in this order."""
        while (at := self.next_step()) <= now:
            self._restart_if_due(at)
            content = self.step(at)
            if content is not None and not self._has("silent", at):
                self._record(content, at)
        return self._flush(now) if self.online else []

    def connected(self, now: float) -> list[Message]:
        """Return the first messages after connecting. The next `advance` sends kept readings."""
        self.online = True
        self.outbox.disconnected()
        return [Message("status", self._status("online", self.battery(now)), retain=True)]

    def disconnected(self) -> None:
        self.online = False
        self.outbox.disconnected()

    def reachable(self, now: float) -> bool:
        """Is there a network at all?"""
        return not self._has("offline", now)

    @property
    def reachability_changes(self) -> list[float]:
        return [t for w in self.unit.faults if w.kind == "offline" for t in (w.begins, w.ends)]

    def hear(self, topic: str, payload: bytes, now: float) -> None:
        """Receive a message on "acks" or "commands"."""
        if topic == "acks" and (confirmed := confirmation(payload)):
            self.outbox.confirm(*confirmed, now)
        elif topic == "commands" and command(payload) == "measure_bp":
            self.asked_to_measure(now)

    def asked_to_measure(self, now: float) -> None:
        """Receive the command to measure; only a cuff reacts."""

    def last_will(self) -> Message:
        return Message("status", self._status("offline"), retain=True)

    def battery(self, now: float) -> int:
        return max(1, self._battery_full - int((now - self.unit.starts) // BATTERY_STEP_S))

    def clock(self, now: float) -> float:
        """Return the time that the device's own clock shows."""
        ahead = sum(w.size for w in self.unit.faults if w.kind == "clock" and w.covers(now))
        set_to = shown(self._settings, self.unit.starts, now)
        return set_to + self.unit.clock_ahead_s + ahead

    # --- inside ---

    def _status(self, state: str, battery: int | None = None) -> bytes:
        odd = "odd-battery" in self.unit.quirks
        return status_payload(state, ODD_BATTERY if odd else battery)

    def _has(self, kind: FaultKind, at: float) -> bool:
        return any(w.kind == kind and w.covers(at) for w in self.unit.faults)

    def _record(self, content: Reading, at: float) -> None:
        reading: Reading = {"t": iso(self.clock(at)), **content}
        level = self.battery(at)
        if level != self._battery_told:
            reading["battery"] = self._battery_told = level
        self.outbox.add(reading)
        self._measured += 1
        every = GARBAGE_EVERY if self.continuous else 1
        if self._has("garbage", at) and self._measured % every == 0:
            which = self._measured // every % len(GARBAGE)
            self._garbage.append(Message("readings", GARBAGE[which]))

    def _flush(self, now: float) -> list[Message]:
        again, fresh = self.outbox.due(now)
        sent = self.clock(now)
        messages = []
        for readings in (again, fresh):
            for start in range(0, len(readings), BATCH):
                batch = readings[start : start + BATCH]
                if self._has("shuffled", now):
                    batch.reverse()
                written = self._dialect.payloads(batch, sent)
                messages += [Message("readings", payload) for payload in written]
        if self._dialect.forgets:
            self.outbox.confirm(self.outbox.boot, self.outbox.last, now)
        if self._has("duplicate", now):
            messages = [copy for message in messages for copy in (message, message)]
        messages += self._garbage
        self._garbage = []
        return messages

    def _restart_if_due(self, at: float) -> None:
        if self._restarts and at >= self._restarts[0]:
            self._restarts.pop(0)
            self.outbox.restart(self._new_boot())

    def _new_boot(self) -> str:
        return f"{int(self.rng.integers(16**6)):06x}"


class Strap(Device):
    """Heart rate every second, with skin contact; an error of about one beat."""

    kind = "heart_rate"
    continuous = True

    def __init__(self, unit: Unit, body: Body) -> None:
        super().__init__(unit, body)
        self._ticks = 1

    def next_step(self) -> float:
        return self.unit.starts + self._ticks

    def step(self, at: float) -> Reading:
        self._ticks += 1
        if self._has("no_contact", at):
            return {"hr": 0, "contact": False}
        rate = self.body.at(at).hr + float(self.rng.normal(0, 0.8))
        if self._has("artefact", at) and self.rng.random() < 0.35:
            # As real straps do when they slip: they send 0, their largest number, or noise.
            rate = float(self.rng.choice([0.0, 292.0, self.rng.uniform(150, 240)]))
        return {"hr": max(0, round(rate)), "contact": True}


class Cuff(Device):
    """Pressures by a schedule and on command. One takes 40 s, with a minute's rest after it.

    schedule   when to inflate by itself, virtual epoch seconds
    """

    kind = "cuff"

    def __init__(self, unit: Unit, body: Body, schedule: tuple[float, ...]) -> None:
        super().__init__(unit, body)
        self._schedule = sorted(t for t in schedule if t >= unit.starts)
        self._deflates: float | None = None
        self._rested = unit.starts

    def next_step(self) -> float:
        if self._deflates is not None:
            return self._deflates
        return max(self._schedule[0], self._rested) if self._schedule else math.inf

    def asked_to_measure(self, now: float) -> None:
        # While one runs, its result answers the command; during the rest the command waits.
        if self._deflates is None and self.next_step() > max(now, self._rested):
            self._schedule.insert(0, max(now, self._rested))

    def step(self, at: float) -> Reading | None:
        if self._deflates is None:
            # One inflation serves all measurements that are due within the next minute.
            while self._schedule and self._schedule[0] <= at + self.unit.rest_s:
                self._schedule.pop(0)
            self._deflates = at + self.unit.inflation_s
            return None
        self._deflates, self._rested = None, at + self.unit.rest_s
        return self._measure(at)

    def _measure(self, at: float) -> Reading:
        if self._has("loose", at):
            return {"flags": ["cuff_loose"]}
        moved = self._has("artefact", at)
        truth = self.body.at(at - self.unit.inflation_s / 2)
        noise = self.rng.normal(0, 12 if moved else 1, 2) * (1 if moved else (5, 4))
        dbp = max(30, round(truth.dbp + noise[1]))
        sbp = max(dbp + 15, round(truth.sbp + noise[0]))
        mean = round(dbp + (sbp - dbp) * float(self.rng.uniform(0.36, 0.46)))
        reading: Reading = {"sbp": sbp, "dbp": dbp, "map": mean}
        if self.unit.kpa:
            told = {
                name: round(v / MMHG_PER_KPA, 1)
                for name, v in zip(reading, (sbp, dbp, mean), strict=True)
            }
            reading = {**told, "unit": "kPa"}
        reading["pulse"] = round(truth.hr + float(self.rng.normal(0, 1.5)))
        if moved:
            reading["flags"] = ["movement"]
        return reading


class Thermometer(Device):
    """Body temperature every five minutes to a tenth of a degree."""

    kind = "thermometer"
    every_s: Final = 300.0

    def __init__(self, unit: Unit, body: Body) -> None:
        super().__init__(unit, body)
        self._next = unit.starts + 30.0

    def next_step(self) -> float:
        return self._next

    def step(self, at: float) -> Reading:
        self._next += self.every_s
        return {"temp": round(self.body.at(at).temp + float(self.rng.normal(0, 0.05)), 1)}
