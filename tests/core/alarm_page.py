"""Print `docs/alarms.md` from the code: conditions, limits, delays, clearing and latching.

After a wanted change write the page again with `python -m tests.core.alarm_page`, and read the
difference: a therapist will notice it.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap
from typing import Final

from monitor.core.alarms.flapping import RISES, STAYS_S, WITHIN_S
from monitor.core.alarms.signal import (
    FLAPPING,
    RAISE_AGAIN_S,
    SIGNAL,
    UNSEEN,
    AlarmBook,
    Finding,
    Occasion,
)
from monitor.core.alarms.steps import GRACE_S, Step
from monitor.core.detection import expected_course, not_recovering
from monitor.core.detection.cuff_requests import DOUBT_APART_S, REPEAT_ASKED_AFTER_S
from monitor.core.detection.expected_course import falling_from
from monitor.core.notices.audio import PAUSE_MOST_S
from monitor.core.protocol.baseline import WINDOW_S
from monitor.core.protocol.limit import AlarmLimit
from monitor.core.protocol.presets import PRESETS
from monitor.core.protocol.risk_limits import RULES
from monitor.core.protocol.schedule import MEASURING_S
from monitor.core.quality.clocks.clock_evidence import APART_S, PROVEN_S
from monitor.core.quality.clocks.device_clock import STEADY_S
from monitor.core.quality.clocks.timebase import LATE_S
from monitor.core.quality.consistency import BP_STEPS, BP_WITHIN_S
from monitor.core.quality.rate_doubts import HR_STEPS, OFF, STUCK_READINGS, STUCK_S
from monitor.core.quality.skin import PROOF_S
from monitor.core.quality.stream import ARTEFACT_S, LEVEL_S, TAKES_OVER_S
from monitor.core.technical import (
    bp_overdue,
    clock_skew,
    device_flooding,
    device_offline,
    late_data,
    no_data,
    sensor,
    sequence_gap,
    service_faults,
    unattended,
)
from monitor.core.vocabulary.profiles import CourseRule
from monitor.core.vocabulary.reasons import plain
from monitor.core.vocabulary.symptoms import RISK_FACTORS, SYMPTOMS
from monitor.core.vocabulary.vitals import PRESSURES, VITALS
from monitor.core.vocabulary.words import RANK, Kind, Presence, Priority

PAGE: Final = Path(__file__).parents[2] / "docs" / "alarms.md"

_PRESENCES: Final[tuple[Presence, ...]] = ("off", "on", "latched", "acknowledged")
_OCCASIONS: Final[dict[Occasion, str]] = {
    "begins": "begins",
    "worsens": "worsens",
    "eases": "eases",
    "goes": "is over, and it latches",
    "clears": "is over, and it does not",
    "acknowledged": "is acknowledged",
    "persists": "is high and still there",
}
_PRIORITIES: Final[tuple[Priority, ...]] = ("low", "medium", "high")


def page() -> str:
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield from _head()
    yield from _signal()
    yield from _physiological()
    yield from _stricter()
    yield from _course()
    yield from _believed()
    yield from _blinding()
    yield from _elevations()
    yield from _technical()
    yield from _reports()
    yield from _sources()


def _head() -> Iterator[str]:
    yield "# Alarms"
    yield ""
    yield from _prose(
        "This page is printed from the code, and a test fails when the two differ. No limit on it "
        "is clinically validated: a clinician signs the protocol that a clinic uses."
    )
    yield from _prose(
        "A *condition* is a situation that is held to exist: about the patient (physiological) or "
        "about the equipment (technical). Its *priority*, low, medium or high, is how promptly "
        "somebody should look. Its *signal* is what the page shows. One condition has one alarm at "
        "a time; what happens to it is told as a transition, with a sentence that gives value, "
        "limit and source."
    )


def _signal() -> Iterator[str]:
    yield "## The signal"
    yield ""
    yield "What becomes of a signal, and the transition that tells it, when the condition …"
    yield ""
    yield from _table(
        ["the signal is", *_OCCASIONS.values()],
        ([was, *(_cell(was, occasion) for occasion in _OCCASIONS)] for was in _PRESENCES),
    )
    latching = [f"{p} {kind}" for kind in ("physiological", "technical") for p in _PRIORITIES
                if _latches(kind, p)]  # fmt: skip
    yield from _prose(
        f"These latch when they are over and were not acknowledged: {' and '.join(latching)} ones; "
        "the highest priority of the occurrence counts. Only a person ends a latched signal. A "
        "condition that begins again while an earlier occurrence is latched has a new alarm beside "
        f"it; beside {UNSEEN} that nobody has looked at, the newest of them comes on again."
    )
    yield from _prose(
        f"A condition that comes to hold at a priority {RISES} times within {_time(WITHIN_S)} "
        "*flaps* there: the signal stays on, and as high, until the condition has been gone, or "
        f"lower, for {_time(STAYS_S)}. All of that is one occurrence, and one elevation. It delays "
        "no alarm and no rise in priority, and ends nothing sooner. Whoever acknowledges an alarm "
        "that is only kept on ends it, and an acknowledged one ends at once: what begins after "
        "that calls anew. It is so for every condition about a vital sign, and for "
        f"{', '.join(f'`{name}`' for name in sorted(FLAPPING))}; the other technical ones begin "
        "only after a while."
    )
    yield from _prose(
        f"A high alarm that was acknowledged {_time(RAISE_AGAIN_S)} ago and still stands comes on "
        f"again. Sound can be paused for {_time(PAUSE_MOST_S)} at most; an alarm that "
        "becomes high, or comes on again as high, ends the pause."
    )


def _cell(was: Presence, occasion: Occasion) -> str:
    found = SIGNAL.get((was, occasion))
    return "" if found is None else f"{found[0]} (*{found[1]}*)"


def _latches(kind: Kind, priority: Priority) -> bool:
    book = AlarmBook("page")
    book.hold("x", "x", kind, Finding(priority=priority, onset=0.0, because=plain(".")), 0.0)
    return book.release("x", 1.0, plain("."))[0].alarm.presence == "latched"


# --- about the patient --------------------------------------------------------------------------


def _physiological() -> Iterator[str]:
    yield "## About the patient"
    yield ""
    yield from _prose(
        f"The same limits in every preset: {', '.join(f'`{key}`' for key in PRESETS)}. `_high` and "
        "`_low` hold in every open phase; `_rise` is judged from the dose on, against the baseline "
        "that was frozen then, and not at all where there is none."
    )
    rows = []
    for condition, limits in _by_condition().items():
        by_priority = {limit.priority: limit for limit in limits}
        rows.append([
            f"`{condition}`", VITALS[limits[0].vital].unit,
            *(_limit(by_priority.get(p)) for p in _PRIORITIES),
            _delay(by_priority), _clears(limits[0]),
        ])  # fmt: skip
    yield from _table(["condition", "unit", *_PRIORITIES, "believed", "clears"], rows)


def _by_condition() -> dict[str, list[AlarmLimit]]:
    shared = {preset.limits for preset in PRESETS.values()}
    assert len(shared) == 1, "the presets differ in their limits: print a table for each"
    found: dict[str, list[AlarmLimit]] = {}
    for limit in next(iter(shared)):
        found.setdefault(limit.condition, []).append(limit)
    return found


def _limit(limit: AlarmLimit | None) -> str:
    if limit is None:
        return ""
    if limit.value is not None:
        return f"{'≥' if limit.direction == 'high' else '<'} {limit.value:g}"
    parts = [] if limit.rise is None else [f"+{limit.rise:g}"]
    parts += [] if limit.percent is None else [f"+{limit.percent:g} %"]
    both = " or ".join(parts)
    return both if limit.at_least is None else f"{both}, and ≥ {limit.at_least:g}"


def _stricter() -> Iterator[str]:
    yield "### Stricter for some"
    yield ""
    yield from _prose(
        "Where several limits apply at one priority the strictest counts, and the alarm names its "
        "source: the protocol's, the protocol's for a phase, one that a risk factor brings (low, "
        "medium and high, all engineering defaults), or one that a therapist sets for the session. "
        "That one can only be stricter, is on the record with its author and reason, judges the "
        "newest values at once, and ends nothing that stands."
    )
    cuff, rate = VITALS["sbp"].baseline, VITALS["hr"].baseline
    yield from _prose(
        f"A baseline of pressures is *good* from {cuff.wanted} clean readings a minute apart "
        f"on, when neither systolic nor diastolic has a spread above {cuff.spread_at_most:g} mmHg "
        f"or a range above {cuff.range_at_most:g} mmHg; else it is *fair*, and of one reading "
        "*poor*. The median counts all the same."
    )
    yield from _prose(
        "The baseline can be taken again, by somebody and for a reason. Before the dose the "
        "readings so far are set aside, and the gate asks for new ones. After it the clean "
        f"readings of the last {_time(WINDOW_S)} make it, of the vital signs that are named or of "
        f"all with enough of them: {cuff.later_wanted} a minute apart, of heart rate "
        f"{rate.later_wanted} {rate.later_apart:g} s apart. It is graded fair at best, and "
        "sentences of alarms name it. `_rise` follows and judges the newest values at once; "
        "absolute limits do not move, what stands keeps standing, and the discharge gate goes by "
        "the lower of the baseline at the dose and this one. A further dose changes neither."
    )
    rows = []
    for factor, limits in RULES.items():
        found: dict[str, list[str]] = {}
        for limit in limits:
            found.setdefault(limit.condition, []).append(f"{limit.value:g}")
        said = ", ".join(f"`{name}` {' '.join(values)}" for name, values in found.items())
        rows.append([RISK_FACTORS[factor], said])
    yield from _table(["risk factor", "low, medium, high"], rows)


def _course() -> Iterator[str]:
    yield from _prose(
        f"`not_recovering`: from the end of the protocol's peak window on, pressures more than "
        f"{not_recovering.ABOVE:.0%} above the baseline, systolic or diastolic, over "
        f"{_time(not_recovering.APART_S)} and more. Low; medium once the recovery phase should "
        "be over. One clean reading nearer than that ends it."
    )
    rows = [
        [
            route,
            f"{one.top:g} min",
            f"{falling_from(one):g} min",
            *(_at_most(VITALS[v].course) for v in ("sbp", "dbp")),
        ]
        for route, one in expected_course.ROUTES.items()
    ]
    yield from _prose(
        "`higher_than_expected` and `later_than_expected` compare a vital sign with the course "
        "that a dose is expected to take by its route, and are apart from any limit; low, and they "
        "do not latch. *Higher*: more above the baseline than "
        f"{expected_course.SPREADS:g} standard deviations beyond the mean person's course and the "
        f"error of measuring together; {expected_course.LARGER - 1:.0%} more with hypertension and "
        "from 65 on. "
        "*Later*: higher than "
        "ever since the dose, and more than slightly above the baseline, when less than half of "
        "the greatest rise is expected. Each is borne out by a further clean reading (of heart "
        f"rate, the course) {_time(expected_course.CONFIRMED_S)} after the first, and ends with a "
        "clean one well inside. What an alarm over a limit says is not told as *higher* too."
    )
    yield from _table(
        ["route", "greatest at", "less than half from", "systolic at most", "diastolic at most"],
        rows,
    )


def _at_most(course: CourseRule | None) -> str:
    assert course is not None
    most = round(course.size + expected_course.SPREADS * course.spread + course.noise)
    return f"+{course.noise:g} to +{most:g}"


def _delay(by_priority: dict[Priority, AlarmLimit]) -> str:
    first = by_priority["low"]
    if VITALS[first.vital].stream is None:
        return "by a repeat"
    others = [
        f", at {priority} {_most(limit)}"
        for priority, limit in by_priority.items()
        if limit.delay != first.delay
    ]
    best = "" if first.sooner is None else f"{first.sooner:g} s at best, "
    return f"{best}{_most(first)} at most{''.join(others)}"


def _most(limit: AlarmLimit) -> str:
    return f"{limit.delay + GRACE_S:g} s"


def _clears(limit: AlarmLimit) -> str:
    sign = VITALS[limit.vital]
    rule = sign.confirmation
    side = "under" if limit.direction == "high" else "over"
    long = f" for {_time(rule.clear_after)}" if sign.stream is not None else ", one clean reading"
    return f"{rule.hysteresis:g} {side} the limit{long}"


def _believed() -> Iterator[str]:
    steps = " or ".join(f"{step:g} in {within:g} s" for within, step in HR_STEPS)
    cuff, temp = VITALS["sbp"].confirmation, VITALS["temp"].confirmation
    yield from _prose(
        "*Heart rate* is a stream, and what is judged is its course underneath artefacts: readings "
        f"that fit each other, by the median of their last {LEVEL_S:g} s. What does not fit is "
        f"kept and shown and speaks for nothing, unless it goes on for {TAKES_OVER_S:g} s: no "
        f"artefact of up to {ARTEFACT_S:g} s raises anything, and a true jump counts from its "
        "first reading on. The course must stay beyond the limit. While nearly every reading "
        "belongs to it the shortest delay is enough; where many do not it takes longer, and at "
        "most the longest, which is counted from the first reading beyond. A level well inside "
        "begins it anew. When nothing more comes, the longest delay is enough: silence cannot hold "
        "an alarm of the course back, and it never ends one. A jump that silence cuts short before "
        "it is followed is not of the course yet: only `no_data` tells of it. Where two devices "
        "measure, the farther one counts."
    )
    yield from _prose(
        "*Pressures and temperature* are never filtered. At a high limit they alarm at once, "
        "marked as provisional until a later reading agrees. At low and medium a first reading "
        f"waits for a repeat, {_time(cuff.repeat_from)} to {_time(cuff.repeat_until)} later for a "
        f"cuff and {_time(temp.repeat_from)} to {_time(temp.repeat_until)} for a thermometer: it "
        "holds if the repeat agrees or if none comes. A cuff's repeat that contradicts the first "
        f"reading by more than {cuff.disputed_by:g} decides nothing: a third is asked for, and the "
        "median of the three counts. The cuffs are asked for it, at a high "
        f"reading at once, else after {_time(REPEAT_ASKED_AFTER_S)}. One that comes after a newer "
        "one was measured is history and judges nothing, except at an absolute high limit: that is "
        "told, and that it is over if it is, so that it latches."
    )
    yield from _prose(
        "Pressures that stay at or above an absolute medium limit and *rise* are high: a reading "
        f"higher than one {_time(cuff.rising_after or 0)} before it or earlier, no lower than the "
        "one before, and nothing clean under that limit between. It is medium again with a clean "
        f"reading {cuff.hysteresis:g} lower. Beyond the high limit itself it is told once more, "
        "and breaks an acknowledgement."
    )
    yield from _prose(
        "A *suspect* reading may raise an alarm and never clears one: the cuff moved, the strap "
        f"touches no skin, a heart rate moved by more than {steps}, a pressure differs by more "
        f"than {BP_STEPS['sbp']:g}/{BP_STEPS['dbp']:g} from the one within {_time(BP_WITHIN_S)} "
        "before it or is the very same to the last digit, a cuff's pulse or a second strap is off "
        f"by more than {OFF:g}, a heart rate is not what the intervals between its own beats make "
        f"it, or it stands still for {_time(STUCK_S)}: in more than {STUCK_READINGS} readings, or "
        "although the wearer moves, or after it moved all the time. Intervals that live beside it "
        "speak for it. What was accepted of a rate that is found to stand still is no good "
        f"baseline. A strap that says from its first reading that it touches no skin is wrong if "
        f"its rate or its intervals live for {_time(PROOF_S)}; then what it says of skin counts no "
        "more, until it says the contrary, stands still or connects anew. A pressure that another "
        f"may clear up is measured again, once in {_time(DOUBT_APART_S)}. A *rejected* one, "
        f"impossible in itself, and a *late* one, measured more than {_time(LATE_S)} before it was "
        "received, are kept and do neither."
    )


def _blinding() -> Iterator[str]:
    yield from _prose(
        "An alarm whose readings stop *stands, data lost*: as soon as the silence of its vital "
        "sign is an alarm itself, it says so (`data_lost_at`, and in its sentence), until a "
        "reading is believed again. Its signal does not move: it was not seen to end."
    )


def _elevations() -> Iterator[str]:
    yield "### Elevations"
    yield ""
    yield from _prose(
        "While any high or rise condition of a vital sign holds, one *episode* is on the record: "
        "onset, peak, end, time and area beyond the limit, the dose before it and the minutes "
        "since. Only readings end it, and what was not measured meanwhile is told as a hole. It is "
        "*sustained* once it was beyond the limit for so long, else *transient*; it has *returned* "
        "with the first clean reading after its end that is so near the baseline."
    )
    yield from _table(
        ["", "a hole is longer than", "sustained from", "near is within"],
        (
            [
                sign.name, _time(sign.freshness.expires_after),
                _time(sign.episode.sustained_after), f"{sign.episode.near:g} {sign.unit}",
            ]
            for sign in VITALS.values()
        ),
    )  # fmt: skip


# --- about the equipment ------------------------------------------------------------------------


def _technical() -> Iterator[str]:
    yield "## About the equipment"
    yield ""
    steps = {
        **{f"`no_data` of {_watched(v)}": s for v, s in no_data.NO_DATA.items()},
        "`device_offline`": device_offline.OFFLINE,
        "`bp_overdue`": bp_overdue.OVERDUE,
        "`bp_overdue` in the peak window": bp_overdue.OVERDUE_AT_PEAK,
        **{f"`{condition}`": s for condition, s in service_faults.STEPS.items()},
        "`device_flooding`, after the dose": device_flooding.STEPS,
        f"`{unattended.CONDITION}`, after the dose": unattended.STEPS,
    }
    yield from _table(
        ["condition", *_PRIORITIES],
        ([name, *(_after(found, p) for p in _PRIORITIES)] for name, found in steps.items()),
    )
    yield from _prose(
        f"Each with {GRACE_S:g} s of grace, but what is told at once. Silence counts from the "
        "opening of the session for what a device's kind promises, and from the last believed "
        "reading for whatever once arrived; pressures are watched as one. Before the dose "
        "`no_data` and `device_offline` are low and no higher, and nothing is overdue. A cuff that "
        f"is inflating holds `bp_overdue` back for {_time(MEASURING_S)}, once for each "
        "reading that is waited for and never after one that failed; only a reading ends it: "
        "one that is due when a further dose is taken stays due. `no_data` ends with the next "
        "believed reading, `device_offline` when the device says so or sends one."
    )
    yield from _prose(
        "`broker_lost`, `storage_fault`, `notice_failed`, `broker_contested` and `broker_open` are "
        "the service's own, and stand in every open session at once: it hears no device, the "
        "database takes no writes, no notice leaves, somebody else connects to the broker with the "
        "service's client id again and again, or the broker lets in clients without credentials "
        "(or does not answer whether it does). Before the dose they are low. Each ends when the "
        "service can do its work again, and says for how long it could not."
    )
    yield from _prose(
        f"`sensor_contact`: a strap that reports no skin for {sensor.EVENT_S:g} s, or a cuff that "
        f"reports movement, a loose cuff or a bad position, is low; {sensor.EVENTS} times, "
        f"medium. It ends with {sensor.CONTACT_AGAIN_S:g} s of contact, or a good measurement of "
        "the cuff."
    )
    yield from _prose(
        f"`signal_quality` of heart rate: {sensor.IMPOSSIBLE} impossible readings with never "
        f"{sensor.GOOD_AGAIN_S:g} s of good ones between, or {sensor.DOUBTED_S:g} s without one "
        f"beyond doubt, low; {sensor.DEAD_S:g} s in which all are impossible, or "
        f"{_time(sensor.DOUBTED_LONG_S)} of it, medium. It ends with {sensor.GOOD_AGAIN_S:g} s "
        f"of good readings. Of pressures and temperature: {sensor.IN_A_ROW} impossible or "
        f"doubtful readings in a row, low, {sensor.IN_A_LONG_ROW}, medium; a good one ends it. "
        "What `sensor_contact` explains is not told twice. Before the dose both are low."
    )
    yield from _prose(
        f"`clock_skew`: a device's clock is off by more than {_time(clock_skew.TOLD_S)} (low; "
        f"by more than {_time(LATE_S)} after the dose, medium), until it is right within "
        f"{_time(clock_skew.RIGHT_S)}. That it is behind must show for {_time(PROVEN_S)} of a "
        f"stream, or by two readings {_time(APART_S)} apart, since a message may have been "
        "under way; a clock that ran backwards was set, and one that was set right ends it at "
        "once. Readings of a device that tells its own clock (`sent`) are placed by ours; "
        "those of one that does not are as old as they say, which is told after "
        f"{_time(STEADY_S)}, unless they were fresh before and their time ran backwards; once "
        "each is as old as the one before, at the pace of our clock, they are in doubt and no "
        "history. While a clock that was set and a message that waited cannot be told apart, a "
        "reading is in doubt. `sequence_gap`: numbers of a device's readings have been missing "
        f"for {_time(sequence_gap.WAIT_S)} (low), until they come or, "
        f"{_time(sequence_gap.LOST_S)} after they were missed, are recorded as lost."
    )
    yield from _prose(
        f"`late_data`: for {_time(late_data.TOLD_S)} every reading of a device was more than "
        f"{_time(LATE_S)} old when it came (low), until one comes in time. Such readings are kept "
        "and not watched, so `no_data` stands as well."
    )
    yield from _prose(
        "`device_flooding`: a device sends far more than any real one does, or so much at once "
        "that it waits. Low before the dose. Its readings are judged in turns with those of other "
        "devices, the newest before the rest. It ends 5 s after the last message over the "
        "device's budget, once nothing of it waits. No number of the device is missed meanwhile. "
        "What it may send stands in [reliability.md](reliability.md)."
    )
    yield from _prose(
        "`unattended`: no page of somebody who may act is visible or was proven audible; it ends "
        "when one is. `notice_failed` is also an alarm for each contact who could not be told: "
        "medium, or high when nobody could; low before the dose. It ends when that contact is "
        "reached or taken off the list. Who is told of which alarm, and when, stands in "
        "[notices.md](notices.md)."
    )


def _watched(vital: str) -> str:
    return "pressures" if vital in PRESSURES else VITALS[vital].name.lower()


def _after(steps: tuple[Step, ...], priority: Priority) -> str:
    return "".join(_time(step.after) for step in steps if step.priority == priority)


# --- by people ----------------------------------------------------------------------------------


def _reports() -> Iterator[str]:
    yield "## Reported by people"
    yield ""
    by = {p: [_plain(s) for s, found in SYMPTOMS.items() if found == p] for p in _PRIORITIES}
    asked_for = [[f"`symptom`, {p}", ", ".join(by[p])] for p in reversed(_PRIORITIES) if by[p]]
    noted = [_plain(s) for s, found in SYMPTOMS.items() if found is None]
    yield from _table(
        ["alarm", "reported"],
        [["`help_requested`, high", "a call for help"], *asked_for, ["none", ", ".join(noted)]],
    )
    yield "These alarm at once, and end when somebody takes them up by acknowledging."
    yield ""


def _plain(symptom: str) -> str:
    return symptom.replace("_", " ")


def _sources() -> Iterator[str]:
    yield "## Where the limits come from"
    yield ""
    rows: dict[str, list[str]] = {}
    for condition, limits in _by_condition().items():
        for limit in sorted(limits, key=lambda one: RANK[one.priority]):
            rows.setdefault(limit.source, []).append(f"`{condition}` {limit.priority}")
    yield from _table(
        ["source", "limits"], ([source, ", ".join(found)] for source, found in rows.items())
    )


def _prose(text: str) -> Iterator[str]:
    yield from wrap(text, 100, break_long_words=False, break_on_hyphens=False)
    yield ""


def _table(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def _time(seconds: float) -> str:
    if not seconds:
        return "at once"
    return f"{seconds:g} s" if seconds < 120 else f"{seconds / 60:g} min"


if __name__ == "__main__":
    PAGE.write_text(page())
