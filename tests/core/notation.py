"""Stories: sessions in plain text, with the expected alarms, for people who read no Python.

    protocol sl_home                     the preset; before everything else
    devices strap=heart_rate cuff=cuff   without it: a strap, a cuff and a thermometer
    sitter no                            a fact of the session

    hr from 0: 72x30 135x40 _x20 70~x5   one value a second; _ no reading, ~ no skin contact
    hr from 0: 72x30 72=x300             repeated readings of a heart: one in thirty is one beat
                                         less; = exactly the same each time, unlike a heart
    hr from 0 every 5s: 72x6             one value every five seconds
    hr from 270 received 300: 125x25     measured from 270 on, and all delivered at 300
    bp 184/112 @dose+47m movement        a cuff reading, with the cuff's own doubts about it
    bp 130/80 @700 measured 90           the device dates it to second 90
    temp 37.9 @10m
    again strap @95                      its newest message is delivered once more
    dose @10m [override] [refused sitter baseline]     also a booster
    acknowledge sbp_high @dose+48m       the alarm of that condition that is not acknowledged
    offline strap @100, online strap @130, symptom chest_pain @..., help @...
    fault broker_lost @100, over broker_lost @130      a fault of the service itself
    flooding strap @100, ebbing strap @130             it sends more than it should
    interrupted @90 since 60             the service did not run
    pause @60 90s, close @2h [override] [refused minimum], wait @3h

    watch hr_high hr_low                 only these conditions are compared; default: all

    then
    dose+47m  raised  sbp_high  high     every transition, in order
    episode hr 100..191 peak 130         compared if there is one: 100.. while it lasts
    episode hr 100..191 peak 130 sustained back 200 hole 45s    the same, with further details
    asked dose+47m confirm               compared if there is one: requests to the cuffs
    shows hr stale @110                  the state of a vital sign on the page

Times are seconds from the opening, or 10m, 2h, 1m30s, or any of these after the first dose.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec import Struct

from monitor.core.vocabulary.events import AlarmChanged, Commanded, EpisodeChanged
from monitor.core.vocabulary.inputs import DeviceFlooding
from monitor.core.vocabulary.refusals import GateRefused
from tests.core.course import DEVICES, GOES_AHEAD, Course, living

_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}
_TIME: Final = r"(?:dose\+?)?(?:[\d.]+[smh]?)*"
_SERIES: Final = re.compile(
    rf"(?P<vital>hr) from (?P<start>{_TIME})(?: every (?P<every>{_TIME}))?"
    rf"(?: received (?P<received>{_TIME}))?: (?P<values>.*)"
)
_VALUE: Final = re.compile(r"(?P<value>_|[\d.]+)(?P<loose>~?)(?P<still>=?)(?:x(?P<count>\d+))?")


class Unreadable(Exception):
    """Raised for a line of a story that the notation does not know: the line and its place."""


class Act(Struct):
    """One line that acts, at a time; `words` as they are written in the line."""

    at: float
    kind: str
    words: list[str]
    value: float | None = None
    measured: float | None = None
    contact: bool | None = None


class Story(Struct):
    name: str
    protocol: str = "sl_home"
    devices: dict[str, str] = {}
    facts: dict[str, Any] = {}
    acts: list[Act] = []
    watch: list[str] = []
    told: list[str] = []
    episodes: list[str] = []
    asked: list[str] = []
    dosed: float = 0.0


def read(path: Path) -> Story:
    """Read a story. Raises `Unreadable` with file and line."""
    story = Story(path.stem)
    lines = [line.partition("#")[0].strip() for line in path.read_text().splitlines()]
    doses = [line for line in lines if line.startswith("dose @") and " refused" not in line]
    first = next(iter(doses), "")
    if first:
        story.dosed = seconds(first.split()[1].removeprefix("@"), 0.0)
    expecting = False
    for number, line in enumerate(lines, 1):
        try:
            if line == "then":
                expecting = True
            elif line and expecting:
                _expect(story, line)
            elif line:
                _line(story, line)
        except (ValueError, KeyError, IndexError) as error:
            raise Unreadable(f"{path.name}:{number}: {line!r}: {error}") from None
    story.acts.sort(key=lambda act: act.at)
    return story


def seconds(text: str, dosed: float) -> float:
    """Convert "90", "1m30s" or "dose+47m" to seconds from the opening."""
    after, _, rest = text.partition("dose") if text.startswith("dose") else ("", "", text)
    rest = rest.removeprefix("+")
    parts = re.findall(r"([\d.]+)([smh]?)", rest)
    if "".join(number + unit for number, unit in parts) != rest or (not parts and rest):
        raise ValueError(f"{text!r} is not a time")
    total = sum(float(number) * _UNITS[unit or "s"] for number, unit in parts)
    return total + (dosed if text.startswith("dose") else 0.0) + float(after or 0)


def _line(story: Story, line: str) -> None:
    words = line.split()
    if series := _SERIES.fullmatch(line):
        story.acts += _series(story, series)
    elif words[0] == "protocol":
        story.protocol = words[1]
    elif words[0] == "devices":
        story.devices = dict(_pair(word) for word in words[1:])
    elif words[0] == "watch":
        story.watch += words[1:]
    elif words[0] in ("sitter", "reachable"):
        story.facts[words[0]] = words[1] == "yes"
    elif words[0] == "born":
        story.facts["birth_year"] = int(words[1])
    elif words[0] in _DOES:
        at = next(word for word in words if word.startswith("@"))
        story.acts.append(Act(seconds(at[1:], story.dosed), words[0], words))
    else:
        raise ValueError("not a line of the notation")


def _pair(word: str) -> tuple[str, str]:
    device, kind = word.split("=")
    return device, kind


def _series(story: Story, series: re.Match[str]) -> Iterator[Act]:
    t = seconds(series["start"], story.dosed)
    every = seconds(series["every"], 0.0) if series["every"] else 1.0
    received = seconds(series["received"], story.dosed) if series["received"] else None
    for token in series["values"].split():
        one = _VALUE.fullmatch(token)
        if one is None:
            raise ValueError(f"{token!r} is not a value")
        for number in range(int(one["count"] or 1)):
            if one["value"] != "_":
                value = float(one["value"])
                yield Act(
                    at=t if received is None else received, kind="hr", words=[],
                    value=value if one["still"] else living(value, number), measured=t,
                    contact=not one["loose"],
                )  # fmt: skip
            t += every


def _expect(story: Story, line: str) -> None:
    words = line.split()
    if words[0] == "episode":
        story.episodes.append(line)
    elif words[0] == "asked":
        story.asked.append(line)
    elif words[0] == "shows":
        story.acts.append(Act(seconds(words[3][1:], story.dosed), "shows", words))
    else:
        at, transition, condition, priority = words
        t = seconds(at, story.dosed)
        story.told.append(f"{t:g} {transition} {condition} {priority}")


# --- playing ------------------------------------------------------------------------------------


def play(story: Story) -> Course:
    """Play every act in order of time, then the end. Asserts the claims that the story makes."""
    course = Course(story.protocol, devices=story.devices or DEVICES, **story.facts)
    for act in story.acts:
        course.advance(act.at)
        _DOES[act.kind](course, act, story)
    return course


def told(course: Course, story: Story) -> list[str]:
    """Return the transitions, in the words of the expectation."""
    return [
        f"{e.at - course.start:g} {e.transition} {e.alarm.condition} {e.alarm.priority}"
        for e in course.events
        if isinstance(e, AlarmChanged) and (not story.watch or e.alarm.condition in story.watch)
    ]


def episodes(course: Course) -> list[str]:
    found = {}
    for event in course.events:
        if isinstance(event, EpisodeChanged):
            found[event.episode.number] = event.episode
    return [
        f"episode {e.vital} {e.onset - course.start:g}.."
        f"{'' if e.end is None else format(e.end - course.start, 'g')} peak {e.peak:g} "
        f"{'sustained' if e.sustained else 'transient'}"
        f"{'' if e.returned_at is None else f' back {e.returned_at - course.start:g}'}"
        f"{f' hole {e.hole_s:g}' if e.holes else ''}"
        f"{f' unwatched {e.unwatched_s:g}' if e.unwatched_s else ''}"
        for e in found.values()
    ]


def agree(lines: list[str], expected: list[str]) -> bool:
    """Return whether each line is as expected, or has details that the story omits."""
    return len(lines) == len(expected) and all(
        f"{line} ".startswith(f"{wanted} ") for line, wanted in zip(lines, expected, strict=True)
    )


def asked(course: Course, story: Story) -> list[str]:
    """Requests to the cuffs since the dose, if there was one."""
    return [
        f"asked {e.at - course.start:g} {e.reason}"
        for e in course.events
        if isinstance(e, Commanded) and e.at - course.start > story.dosed
    ]


def in_seconds(lines: list[str], dosed: float) -> list[str]:
    """Return lines of episodes and commands with every time in seconds."""
    time = re.compile(r"\b(?:dose\+)?\d[\d.]*[smh]\w*|\bdose(?:\+[\w]+)?")
    return [
        re.sub(time, lambda m: format(seconds(m[0], dosed), "g"), " ".join(line.split()))
        for line in lines
    ]


def _reading(course: Course, act: Act, story: Story) -> None:
    words = act.words[1:]
    extra: dict[str, Any] = {}
    if "measured" in words:
        place = words.index("measured")
        extra["measured"] = seconds(words[place + 1], story.dosed)
        del words[place : place + 2]
    flags = tuple(word for word in words[1:] if not word.startswith("@"))
    if act.kind == "bp":
        sbp, dbp = words[0].split("/")
        course.bp(act.at, float(sbp), float(dbp), flags=flags, **extra)
    else:
        course.temp(act.at, float(words[0]), **extra)


def _beat(course: Course, act: Act, story: Story) -> None:
    assert act.value is not None
    course.hr(act.at, act.value, measured=act.measured, contact=act.contact)


def _dose(course: Course, act: Act, story: Story) -> None:
    _gated(act, lambda override: course.dose(act.at, override=override))


def _close(course: Course, act: Act, story: Story) -> None:
    _gated(act, lambda override: course.close(act.at, override))


def _gated(act: Act, do: Any) -> None:
    if "refused" not in act.words:
        do(GOES_AHEAD if "override" in act.words else None)
        return
    with pytest.raises(GateRefused) as refusal:
        do(None)
    # Each active alarm is a separate condition; here they count as one.
    unmet = list(dict.fromkeys(u.id.partition(":")[0] for u in refusal.value.unmet))
    assert unmet == act.words[act.words.index("refused") + 1 :]


def _acknowledge(course: Course, act: Act, story: Story) -> None:
    unseen = [
        a for a in course.encounter.state.alarms
        if a.condition == act.words[1] and a.presence != "acknowledged"
    ]  # fmt: skip
    assert unseen, f"nothing to acknowledge: {act.words}"
    course.acknowledge(act.at, unseen[-1].id)


def _again(course: Course, act: Act, story: Story) -> None:
    course.again(act.at, act.words[1])


def _shows(course: Course, act: Act, story: Story) -> None:
    vital = course.status(act.at).vitals[act.words[1]]
    assert vital.state == act.words[2], " ".join(act.words)


_DOES: Final[dict[str, Any]] = {
    "hr": _beat,
    "bp": _reading,
    "temp": _reading,
    "again": _again,
    "dose": _dose,
    "close": _close,
    "acknowledge": _acknowledge,
    "offline": lambda c, a, s: c.status_of(a.at, a.words[1], online=False),
    "online": lambda c, a, s: c.status_of(a.at, a.words[1], online=True),
    "fault": lambda c, a, s: c.fault(a.at, a.words[1]),
    "over": lambda c, a, s: c.fault_over(a.at, a.words[1]),
    "flooding": lambda c, a, s: c.apply(a.at, DeviceFlooding(a.words[1])),
    "ebbing": lambda c, a, s: c.apply(a.at, DeviceFlooding(a.words[1], over=True)),
    "interrupted": lambda c, a, s: c.interrupted(a.at, seconds(a.words[3], s.dosed)),
    "symptom": lambda c, a, s: c.symptom(a.at, a.words[1]),
    "help": lambda c, a, s: c.help(a.at),
    "pause": lambda c, a, s: c.pause_audio(a.at, seconds(a.words[2], 0.0)),
    "wait": lambda c, a, s: None,
    "shows": _shows,
}
