"""The faults: likely mistakes, each as one replaced text in one module of the core."""

from typing import Final

from msgspec import Struct


class Fault(Struct, frozen=True):
    """In `module` of the core, as "room/file", the only occurrence of `old` becomes `new`."""

    module: str
    old: str
    new: str


def _of(module: str, *pairs: tuple[str, str]) -> list[Fault]:
    return [Fault(module, old, new) for old, new in pairs]


FAULTS: Final[list[Fault]] = [
    *_of(
        "technical/data_lost",
        (
            "if not state.vitals.lose(watched, since):",
            "if not (state.vitals.lose(watched, since) or True):",
        ),
        ("alarm.data_lost_at = since", "alarm.data_lost_at = at"),
        ('about = alarm.kind == "physiological" and', "about ="),
        ('watched_as(alarm.vital or "") == watched', "alarm.vital == watched"),
        ("None if vital is None else state.vitals.blind.get(watched_as(vital))", "None"),
    ),
    *_of(
        "alarms/repeated",
        ("if effective - row[0] >= long", "if effective - row[0] > long"),
        ("value > earlier[-1][1] and", "value >= earlier[-1][1] and"),
        (" and value >= self.run[-1][1]", ""),
        ("value <= self.risen.value - self.rule.hysteresis", "value < self.risen.value"),
        (
            "        if self._high:\n            pass  # it is high already\n        elif",
            "        if",
        ),
        ("return self.risen is not None and self._high", "return False"),
    ),
    *_of("acts/close", ("judged = cuff_records.settle(state, now)", "judged: list[Event] = []")),
    *_of(
        "gates/gates",
        ("if any(p.waits for p in s.pressures):", "if False:"),
        ("if high is None or done >= gate.repeats:", "if True:"),
        ("reading.effective >= last + 60 *", "reading.effective > last + 60 *"),
        ("        if not reading.clean:\n            continue\n", ""),
        (
            "high, done, last = reading, 0, reading.effective",
            "high, last = reading, reading.effective",
        ),
    ),
    *_of(
        "detection/expected_course",
        ("rule.size + SPREADS * rule.spread", "rule.size + rule.spread"),
        ("* share + rule.noise", "* share"),
        ("    if value <= upper:\n        seen.higher = None\n", "    if value <= upper:\n"),
        ("effective - seen.higher < CONFIRMED_S", "effective - seen.higher <= CONFIRMED_S"),
        ("effective - seen.later < CONFIRMED_S", "effective - seen.later < 0"),
        ("max(seen.peak, base + rule.slight)", "seen.peak"),
        ("if effective < last.at + 60 * falling:", "if effective < last.at + 60 * course.top:"),
        (" or _limit_says_so(state, vital):", ":"),
        ("share += course.at", "share = course.at"),
        ("else state.session.protocol.route", "else dose.route"),
    ),
    *_of(
        "detection/crossings",
        (
            "not isinstance(threshold, Repeated) or threshold.relative",
            "not isinstance(threshold, Repeated)",
        ),
    ),
    *_of(
        "technical/late_data",
        ("if now - since < TOLD_S or", "if"),
        (" or state.devices.sources[device].clock.seems_behind is not None", ""),
        ("        state.devices.catch_up(device)\n", ""),
        ("state.devices.lag(device, now)", "now"),
    ),
    *_of(
        "protocol/limit",
        (
            'return value >= threshold if direction == "high"',
            'return value > threshold if direction == "high"',
        ),
        ("else value < threshold", "else value <= threshold"),
        ("nearer = min(reached)", "nearer = max(reached)"),
        ("else max(nearer, self.at_least)", "else min(nearer, self.at_least)"),
        ("round(threshold - hysteresis, 6)", "round(threshold, 6)"),
    ),
    *_of(
        "alarms/signal",
        ('("on", "goes"): ("latched", "latched")', '("on", "goes"): ("off", "cleared")'),
        (
            '("acknowledged", "worsens"): ("on", "escalated")',
            '("acknowledged", "worsens"): ("acknowledged", "escalated")',
        ),
        (
            'latches = alarm.kind == "physiological" and alarm.worst != "low"',
            'latches = alarm.worst != "low"',
        ),
        ("RAISE_AGAIN_S: Final = 600.0", "RAISE_AGAIN_S: Final = 1200.0"),
        ("if now >= since + RAISE_AGAIN_S:", "if now > since + 2 * RAISE_AGAIN_S:"),
        ("self.issued += 1", "self.issued += 2"),
    ),
    *_of(
        "alarms/flapping",
        ("RISES: Final = 3", "RISES: Final = 4"),
        ("WITHIN_S: Final = 600.0", "WITHIN_S: Final = 300.0"),
        ("STAYS_S: Final = 120.0", "STAYS_S: Final = 60.0"),
        ("range(before + 1, rank + 1)", "range(1, rank + 1)"),
        ("if r > rank), default", "if True), default"),
        ("at - times[0] <= WITHIN_S", "at - times[0] < WITHIN_S"),
    ),
    *_of(
        "alarms/signal",
        (
            '        if alarm.presence != "on":\n            self.flaps.over(key)\n            return False\n',
            "",
        ),
        ("RANK[alarm.priority] if known is None else known.rank", "RANK[alarm.priority]"),
        ("        due += [self._falls_at(key) for key in self.fallen]\n", ""),
        ("fallen is None or fallen.finding is not None", "True"),
        ("if until is None or until <= at:", "if until is None:"),
        ("    return alarm.vital is not None\n", "    return False\n"),
        ("UNSEEN: Final = 8", "UNSEEN: Final = 9"),
        (
            '        _date(alarm, finding.priority, at)\n        _fill(alarm, finding)\n        return self._move(alarm, "begins", at)',
            '        return self._move(alarm, "begins", at)',
        ),
    ),
    *_of(
        "alarms/condition",
        ("level.standing |= implied and level.since is not None", "pass"),
        ("kept += [level for level in old.values() if level.since is not None]", "pass"),
    ),
    *_of(
        "quality/stream",
        ("TAKES_OVER_S: Final = 7.0", "TAKES_OVER_S: Final = 4.0"),
        ("TAKES_OVER_COUNT: Final = 3", "TAKES_OVER_COUNT: Final = 6"),
        ("LOST_S: Final = 12.0", "LOST_S: Final = 40.0"),
        ("and not self.interrupted else 0.0", "else 0.0"),
        ("if gap <= BORNE_OUT_GAP_S", "if gap <= 99"),
    ),
    *_of(
        "vocabulary/vitals",
        ("StreamRule(agrees=15,", "StreamRule(agrees=45,"),
        ("repeat_from=60, repeat_until=120", "repeat_from=60, repeat_until=240"),
        ("disputed_by=10", "disputed_by=20"),
    ),
    *_of(
        "alarms/sustained",
        ("level.borne_out_s.pop(source, None)", "pass"),
        ("level.inside = None\n        reached", "reached"),
        (">= self.rule.clear_after", ">= 0"),
        ("level.counted_from = None\n\n    def _farther", "pass\n\n    def _farther"),
        ("return max(level, rest)", "return min(level, rest)"),
    ),
    *_of(
        "alarms/repeated",
        ("level.standing |= high or", "level.standing |="),
        ("if inside and clean:", "if inside:"),
        ("return  # too early to refute", "pass"),
        ("elif clean:\n            level.forget()", "else:\n            level.forget()"),
        ("elif high and effective - level.since >= CUFF_S:", "elif high:"),
    ),
    *_of(
        "quality/plausibility",
        ("if width < IMPOSSIBLE_PULSE_PRESSURE:", "if width < 0:"),
        ("if not low < mean < high:", "if not low <= mean <= high:"),
        ("if observation.contact is False and", "if False and"),
    ),
    *_of(
        "quality/consistency",
        ("if effective - cuff.at < BP_WITHIN_S:", "if effective - cuff.at <= BP_WITHIN_S:"),
        ("or not _RATE.low <= pulse <= _RATE.high", ""),
    ),
    *_of(
        "quality/rate_doubts",
        ("accepted.append((effective, value))", "pass"),
        ("    if memory.moved:\n", "    if False:\n"),
        ("OFF: Final = 15.0", "OFF: Final = 25.0"),
        ("        if gap <= PRESENT_S:\n", "        if True:\n"),
        ("            memory.live(effective)\n", "            pass\n"),
        ("memory.worked, memory.skin = observation.boot, Skin(observation.boot)", "pass"),
        ("if gap > PRESENT_S or memory.skin", "if memory.skin"),
        ("elif memory.worked is None:", "else:"),
    ),
    *_of(
        "quality/intervals",
        ("CONTRADICTS: Final = 0.30", "CONTRADICTS: Final = 0.60"),
        ("        sum(intervals) / len(intervals),\n", ""),
        ("for after in range(1, len(intervals) // 2 + 1)", "for after in (1,)"),
        ("SMOOTH: Final = 0.15", "SMOOTH: Final = 0.45"),
    ),
    *_of(
        "quality/skin",
        ("STEP: Final = 4.0", "STEP: Final = 40.0"),
        ("many and min(self.ups, self.downs) >= EACH_WAY", "many"),
        ("        self.wrong = False\n", ""),
    ),
    *_of(
        "protocol/baseline",
        ("WINDOW_S: Final = 900.0", "WINDOW_S: Final = 9000.0"),
        ("centre = median(values)", "centre = sum(values) / len(values)"),
        ("if until - WINDOW_S <= r[0] < until]", "if until - WINDOW_S <= r[0]]"),
    ),
    *_of(
        "quality/clocks/timebase",
        ("return -AGREE_S <= offset <= RIGHT_S", "return -AGREE_S <= offset <= 60 * RIGHT_S"),
        ("if age > LATE_S else", "if age > 6 * LATE_S else"),
    ),
    *_of(
        "quality/clocks/placing",
        ("            if effective >= issued:\n                return Placed(issued)\n", ""),
        ("and clock.sends is (sent is not None)", ""),
        ("max(0.0, sent - told)", "0.0"),
        (
            "    if not observation.device or observation.replayed:",
            "    if not observation.device:",
        ),
    ),
    *_of(
        "quality/clocks/device_clock",
        ("        self.outage, self.calm = True, False", "        pass"),
    ),
    *_of(
        "quality/clocks/publishing_order",
        ("return None if message.told > told else eras[at]", "return eras[at]"),
        ("if after is None or seq <= after else", "if True else"),
        ("return message.boot not in self.boots", "return True"),
    ),
    *_of(
        "quality/clocks/clock_evidence",
        ("self.first - falls", "self.low - falls"),
        (" and span >= PROVEN_S", ""),
    ),
    *_of(
        "quality/clocks/sent_times",
        ("if wait > DAY_S or (advanced < 0 and in_order):", "if wait > DAY_S:"),
        ("or (run.away and not restarted)", "or run.away"),
        ("return clock.settled and clock.may_have_waited(message) <= LATE_S", "return True"),
        ("return before if message.issued - before <= TRUSTED_S else None", "return None"),
        ("return run.streams and age + run.jump", "return False and age + run.jump"),
        ("not _may_still_drain(clock, message)", "True"),
        ("if (slight and not drains) or", "if slight or"),
        (", drains=order.faster(message))", ")"),
        (" and not run.queued and", " and"),
        ("run.drains and not run.mixed and", "run.drains and"),
    ),
    *_of(
        "quality/clocks/bare_times",
        ("run.doubtful |= backward and live", "run.doubtful |= backward"),
        ("        run.doubtful = run.backward = False\n", "        pass\n"),
        (" and (run.doubtful or run.backward or offset > DAY_S)", ""),
    ),
    *_of(
        "quality/clocks/units_by_pace",
        ("self.unit is None or found == self.against", "True"),
        ("if apart < APART_S:", "if apart <= 0:"),
    ),
    *_of(
        "technical/no_data",
        (
            "counted = state.vitals.hear(vital, since)",
            "state.vitals.count_silence(vital, since)\n    counted = since",
        ),
    ),
    *_of(
        "technical/bp_overdue",
        ("if standing is not None and standing.onset != due:", "if standing is not None:"),
        ("or begins <= due + high[-1].after <= ends", ""),
        ("state.cuffs.schedule.fail()", "state.cuffs.schedule.measuring = None"),
    ),
    *_of(
        "quality/cuffs/cuff_memory",
        ('old.age, old.until = "old", None', "old.until = None"),
        ("return record.stamp is None and not near", "return True"),
        ("self.repeated, echoed]", "None, echoed]"),
        ("if self.echo == record.key", "if False"),
        ('if r.age == "old"), None)\n        gone', "if False), None)\n        gone"),
        (
            "return None if stamp is None or stamp > record.received + AHEAD_S else stamp",
            "return stamp",
        ),
        ("receipts >= APART_S and stamps >= APART_S and", ""),
    ),
    *_of(
        "quality/arrivals/contents",
        ("and now - min(known.values()) > STILL_S:", "and True:"),
        ('self.still = ""  # it was set', "pass  # it was set"),
    ),
    *_of(
        "quality/cuffs/inflation",
        ("if self.first is None or now - self.first < BACKLOG_S:", "if self.first is None:"),
        ("self.outage, self.first, self.last = True, None, None", "pass"),
    ),
    *_of(
        "detection/readings/cuff_users",
        ("if user is None or known is None or user == known.user:", "if True:"),
        ("if user is None or device in state.cuffs.users:", "if user is None:"),
    ),
    *_of(
        "detection/readings/reconsider",
        (
            'return [told, *again(state, now, Reason("was_old", {"why": reason}), gone=[pressure])]',
            "return [told]",
        ),
        ("if p.counts and p.effective >= newest:", "if p.counts:"),
        ("state.baseline.readings.take_out(vital, pressure.effective)", "pass"),
    ),
    *_of(
        "quality/cuffs/pressures",
        ("return abs(known.measured - observation.effective) <= SAME_TIME_S", "return True"),
        (
            "return self.clean and self.sbp is not None and self.dbp is not None",
            "return self.clean",
        ),
    ),
    *_of(
        "detection/readings/failed",
        ("source.cuff.failed()", "pass"),
        ("if source.failures.count:", "if False:"),
    ),
    *_of("alarms/steps", ("return steps[:1]", "return steps")),
    *_of(
        "technical/monitoring_gaps",
        ("min(given.since, fault.since)", "given.since"),
        ("since = max(since, state.watch.unwatched_until or state.session.opened_at)", "pass"),
        ("state.watch.note_unwatched(until)", "pass"),
    ),
    *_of(
        "technical/service_faults",
        ("[1:], fault.since)", "[:1], fault.since)"),
        ("if state.session.doses else BEFORE_DOSE", ""),
        ("reached(steps, fault.since, at) or steps[0]", "reached(steps, at, at) or steps[0]"),
        ("since = min(max(since, state.session.opened_at), now)", "pass"),
        (
            "if given.condition in state.watch.faults:\n        return []",
            "if False:\n        return []",
        ),
        ('"storage_fault": (Step(0, "medium"),)', '"storage_fault": (Step(0, "low"),)'),
    ),
    *_of(
        "protocol/schedule",
        ("self.check = 0\n        while", "while"),
        ("return min(EARLY_S,", "return max(EARLY_S,"),
    ),
    *_of(
        "gates/gates",
        (
            "return gate.sbp_over_above_65 if older else gate.sbp_over, gate.dbp_over",
            "return gate.sbp_over, gate.dbp_over",
        ),
        ("if last is None or not earlier:", "if last is None:"),
        ("later > earlier + STABLE", "later > earlier + 2 * STABLE"),
        ("        if vital not in s.present\n", "        if False\n"),
        ("            if reading.clean:\n                break\n", "            break\n"),
    ),
    *_of(
        "quality/arrivals/timed",
        ("if any(part.items() <= reading.values.items() for reading in known):", "if False:"),
        ("return all(reading.get(vital, value) == value", "return any(reading.get(vital) == value"),
        ("if number > 0 or (number and not late)", "if number"),
        (
            "if self.forgotten is None or time > self.forgotten:\n            return Known",
            "if True:\n            return Known",
        ),
        ("            if whole.number:\n", "            if False:\n"),
        ("parts.setdefault(group_of(vital), {})", "parts.setdefault(vital, {})"),
        ("known = self.readings.get(mark)", "known = self.readings.pop(mark, None)"),
    ),
    *_of(
        "technical/sensor",
        (
            "if not proven or not (observation.contact or believed):",
            "if not (observation.contact or believed):",
        ),
        ("    elif proven:\n        trouble.dead = None", "    else:\n        trouble.dead = None"),
    ),
    *_of("detection/readings/readings", (", now, proven=not doubt)", ", now, proven=True)")),
    *_of(
        "gates/heart_rates",
        ("if not expected or any(rate.clean for rate in within):", "if not expected or within:"),
        ("and r.effective >= since]", "and r.effective >= since][-1:]"),
        ("if _lasts(r, now) and", "if"),
        ("if clean is not None and _lasts(clean, now):", "if clean is not None:"),
        ("if not low <= row.value <= high:", "if row.value > high:"),
        ("o.device != rate.device and", ""),
        ("if o.clean), far[0])", "if not o.clean), far[0])"),
    ),
    *_of(
        "alarms/episodes",
        (
            "return max(before, after, 0.0) / 2 * _share_over(before, after)",
            "return max(before, after, 0.0) / 2",
        ),
        ("if pending:\n            return []", "if False:\n            return []"),
    ),
    *_of(
        "detection/not_recovering",
        ("if reading.effective < since or", "if"),
        ("and newest.whole and", "and"),
    ),
    *_of(
        "technical/clock_skew",
        ("and -RIGHT_S <= offset <= RIGHT_S and", "and -TOLD_S <= offset <= TOLD_S and"),
    ),
    *_of(
        "technical/sequence_gap",
        ("if lacking and now - hole.since < LOST_S:", "if lacking:"),
        (
            "if lacking and state.devices.flooding_since(device) is not None:",
            "if lacking and not device:",
        ),
    ),
    *_of(
        "technical/device_flooding",
        ("state.devices.wait_again(device, now)", "pass"),
    ),
    *_of(
        "technical/sensor",
        ("if trouble.count < IN_A_ROW:", "if trouble.count < 2:"),
    ),
    *_of(
        "detection/limits_in_force",
        ("return value < than if direction", "return value > than if direction"),
    ),
    *_of(
        "notices/audio",
        ("PAUSE_MOST_S: Final = 120.0", "PAUSE_MOST_S: Final = 600.0"),
        ('event.transition in ("raised", "escalated")', 'event.transition == "raised"'),
    ),
    *_of(
        "notices/escalation",
        ("max(alarm.onset, event.at - LATE_S)", "alarm.onset"),
        ('if event.transition == "raised" and alarm.acknowledged_at is None:', "if True:"),
        ("        state.escalation.end(alarm.id)\n", "        pass\n"),
        ("state.escalation.go_on(alarm.id, alarm.priority)", "pass"),
        ("            state.escalation.end_all()\n", "            pass\n"),
        ("_able(state, telling, at) if c.id != but]", "_able(state, telling, at)]"),
        ("told_of if not c.user and c.id not in out]", "told_of if c.id not in out]"),
        ("told_of if not c.user and c.id not in out]", "told_of if not c.user]"),
        ("    if telling is not None:\n        _hasten(state, telling, now, but=contact.id)\n", ""),
        (" and c.id not in state.escalation.unreached]", "]"),
        ("            since = before.since\n", "            pass\n"),
        ('if telling.kind == "technical" and not dosed:', "if False:"),
        ('[c for c in of if c.low] if telling.priority == "low" else of', "of"),
        ("if planned >= first and planned > now:", "if first < inf and planned > now:"),
        (", deadline(state)\n\n\ndef _notice", ", first\n\n\ndef _notice"),
        ('quiet = telling.priority == "low" and within', "quiet = _within"),
        ("before.attempts + 1 if before else 1", "1"),
        ("telling.since + contact.after_s + rule.delay_s", "telling.since + contact.after_s"),
        ("told.at + rule.repeat_s if rule.repeat_s else None", "told.at + (rule.repeat_s or 60.0)"),
    ),
    *_of(
        "notices/notice_failed",
        ('priority = "high" if nobody else "medium"', 'priority = "medium"'),
        ("    if state.session.doses:\n            nobody", "    if True:\n            nobody"),
        ('return f"{CONDITION}:{contact}"', "return CONDITION"),
    ),
    *_of("alarms/steps", ("GRACE_S: Final = 1.0", "GRACE_S: Final = 3.0")),
    *_of(
        "notices/on_duty",
        (
            "hole = not any(within(c.duty, at) for c in _others(state, everybody, out))",
            "hole = False",
        ),
        ("        ends.update(until for _, until in contact.duty if until > planned)\n", ""),
        ("c.person and not c.user and c.id not in", "c.id not in"),
        ("since <= at < until for", "since <= at <= until for"),
        ('c.user in ("", state.supervision.supervisor.name)', "c"),
    ),
    *_of(
        "technical/unattended",
        (
            "max(state.supervision.unattended_since, state.session.dosed_at)",
            "state.supervision.unattended_since",
        ),
        (
            "state.supervision.unattended_since is None or state.session.dosed_at is None",
            "state.supervision.unattended_since is None",
        ),
        ("min(max(since, state.session.opened_at), now)", "since"),
        ("        escalation.attended_changed(state, now)\n", ""),
    ),
    *_of(
        "alarms/burden",
        ("min(until, within[1])", "until"),
        ("            reached = ends\n", ""),
        ('if alarm.worst == "low":', "if False:"),
        (
            'alarm.cleared_at is not None and alarm.presence != "latched"',
            "alarm.cleared_at is not None",
        ),
    ),
]
