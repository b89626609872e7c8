"""MQTT topics: which ones to subscribe to, and which kind of message comes on each.

`dosing/v1/{site}/{device}/readings[/{format}]` and `…/status` come from devices; the topics of a
gateway that has its own are a source in the configuration.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from monitor.core.vocabulary.labels import DEVICE_ID

ROOT: Final = "dosing/v1"
# No device can have this id: `~` is not allowed in one.
CANARY: Final = "~canary"
_DEVICE_ID: Final = re.compile(DEVICE_ID)


def is_device_id(name: str) -> bool:
    return _DEVICE_ID.fullmatch(name) is not None


class TopicSource(Struct, frozen=True, forbid_unknown_fields=True):
    """Topics of a gateway that has its own: `{device}` in `topic` is the device's level."""

    topic: str
    format: str
    site: str = "home"


class Arrived(Struct, frozen=True):
    """The properties of a message that follow from its topic. device "": the clock has none."""

    kind: Literal["readings", "status", "clock"]
    site: str
    device: str
    format: str = "native"


class Topics:
    def __init__(
        self, sites: Sequence[str], sources: Sequence[TopicSource], *, clock: bool
    ) -> None:
        self._sites = tuple(sites)
        self._sources = [(_pattern(source.topic), source) for source in sources]
        self._clock = clock

    def filters(self) -> list[str]:
        """Return the filters to subscribe to. They do not overlap: each message comes once."""
        found = []
        for site in self._sites:
            found += [
                f"{ROOT}/{site}/+/readings",
                f"{ROOT}/{site}/+/readings/+",
                f"{ROOT}/{site}/+/status",
            ]
            if self._clock:
                found.append(f"{ROOT}/{site}/clock")
        return found + [source.topic.replace("{device}", "+") for _, source in self._sources]

    def unretained(self) -> list[str]:
        """Return those filters on whose topics the broker may keep no retained message."""
        ends = ("/readings", "/readings/+")
        return [f for f in self.filters() if f.startswith(f"{ROOT}/") and f.endswith(ends)]

    def parse(self, topic: str) -> Arrived | None:
        """Return the properties of a topic's messages; None: not one of our topics."""
        levels = topic.split("/")
        if topic.startswith(ROOT + "/"):
            match levels[2:]:
                case [site, device, "readings"]:
                    return Arrived("readings", site, device)
                case [site, device, "readings", name]:
                    return Arrived("readings", site, device, name)
                case [site, device, "status"]:
                    return Arrived("status", site, device)
                case [site, "clock"] if self._clock:
                    return Arrived("clock", site, "")
        for pattern, source in self._sources:
            if found := pattern.fullmatch(topic):
                return Arrived("readings", source.site, found["device"], source.format)
        return None


def device_topic(site: str, device: str, last: str) -> str:
    return f"{ROOT}/{site}/{device}/{last}"


def encounter_topic(site: str, encounter: str, last: str) -> str:
    return f"{ROOT}/{site}/encounters/{encounter}/{last}"


def _pattern(topic: str) -> re.Pattern[str]:
    levels = []
    for level in topic.split("/"):
        if level == "{device}":
            levels.append("(?P<device>[^/]+)")
        elif level == "+":
            levels.append("[^/]+")
        else:
            levels.append(re.escape(level))
    return re.compile("/".join(levels))
