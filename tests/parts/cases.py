"""Recorded cases: a device's messages, act by act, played to a running service at their own pace.

A case is a file with one act a line: wait that many seconds of the service's clock, then publish
`text` or `hex` on `topic`, or send the service a request (`api`). `{d}` in it is the session's
cuff, `{s}` its strap; `{now}`, `{now+900}` are ISO times of the service's clock, `{same}` repeats
the last of them, `{epoch}`, `{epoch-1800}` are whole seconds since 1970.
"""

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Self

import httpx
import msgspec
from msgspec import Struct
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.parts.product import Clinic
from tests.parts.publisher import Publisher
from tests.parts.tls import TLS
from tests.parts.waiting import wait_until_blocking

Row = dict[str, Any]
_WORD: Final = re.compile(r"\{(d|s|same|(?:now|epoch)(?:[+-]\d+)?)\}")
ASKED: Final = 5


class Act(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a file. Without `topic` it is a request, `api`."""

    wait: float
    topic: str = ""
    text: str | None = None
    hex: str | None = None
    api: Literal["", "dose", "dose-override"] = ""


def read_case(file: Path) -> list[Act]:
    return [msgspec.json.decode(line, type=Act) for line in file.read_bytes().splitlines() if line]


def moment(text: str) -> float:
    """Return the epoch seconds of an ISO time of the API."""
    return datetime.fromisoformat(text).timestamp()


def iso(at: float) -> str:
    text = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


class ServiceClock:
    """A service's clock, which may run fast, read once and then computed without further requests.

    The quickest of a few answers is the most exact; create it before the service is busy.
    """

    def __init__(self, url: str) -> None:
        _, self._speed, self._told, self._since = min(self._ask(url) for _ in range(ASKED))

    def now(self) -> float:
        return self._told + self._speed * (time.monotonic() - self._since)

    def until(self, at: float) -> None:
        while (left := at - self.now()) > 0:
            time.sleep(left / self._speed)

    def _ask(self, url: str) -> tuple[float, float, float, float]:
        asked = time.monotonic()
        answer = httpx.get(f"{url}/healthz", timeout=5, verify=TLS).json()
        took = time.monotonic() - asked
        return took, answer["speed"], moment(answer["time"]), asked + took / 2


class Words:
    """The placeholders of one case and their values."""

    def __init__(self, cuff: str, strap: str) -> None:
        self._devices = {"d": cuff, "s": strap}
        self._same = ""

    def fill(self, text: str, now: float) -> str:
        return _WORD.sub(lambda found: self._word(found[1], now), text)

    def _word(self, word: str, now: float) -> str:
        if word in self._devices:
            return self._devices[word]
        if word.startswith("epoch"):
            return str(int(now) + int(word.removeprefix("epoch") or 0))
        if word != "same":
            self._same = iso(now + int(word.removeprefix("now") or 0))
        return self._same


class Heard(Struct, frozen=True):
    """A message from the service to a device. kind: the topic's last level; at: service time."""

    at: float
    device: str
    kind: str
    body: Row


class Listener:
    """A client that receives `acks` and `commands` of some devices, each by its exact topic."""

    def __init__(self, port: int, devices: tuple[str, ...], now: Callable[[], float]) -> None:
        self.heard: list[Heard] = []
        self._now = now
        topics = [(f"dosing/v1/home/{d}/{k}", 1) for d in devices for k in ("acks", "commands")]
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe(topics)
        self._ready = False
        self._client.on_subscribe = lambda *_: setattr(self, "_ready", True)
        self._client.on_message = lambda _client, _userdata, message: self._hear(message)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def __enter__(self) -> Self:
        wait_until_blocking(lambda: self._ready, what="the subscription of the devices")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, message: MQTTMessage) -> None:
        *_, device, kind = message.topic.split("/")
        self.heard.append(Heard(self._now(), device, kind, json.loads(message.payload)))


class Told(Struct, frozen=True, kw_only=True):
    """The records of the service about a session after a case was played in it.

    sent       when each act was done, by the service's clock
    doses      answers to the requests for a dose, in order: status and body
    observations   in the order in which they were taken
    set_aside  quarantine of the two devices, oldest first
    heard      messages from the service to the two devices
    """

    encounter: str
    cuff: str
    strap: str
    sent: list[float]
    doses: list[tuple[int, Row]]
    status: Row
    observations: list[Row]
    alarms: list[Row]
    journal: list[Row]
    set_aside: list[Row]
    heard: list[Heard]

    def rows(self, vital: str, value: float | None = None) -> list[Row]:
        """Return the observations of one vital sign and, if given, of one value."""
        found = [row for row in self.observations if row["vital"] == vital]
        return [row for row in found if value is None or row["value"] == value]

    def row(self, vital: str, value: float) -> Row:
        found = self.rows(vital, value)
        assert len(found) == 1, f"{vital} {value:g}: {found} of {self.observations}"
        return found[0]

    def events(self, kind: str) -> list[Row]:
        """Return the bodies of the journal's rows of this type."""
        return [row["body"] for row in self.journal if row["type"] == kind]

    def alarms_of(self, condition: str) -> list[Row]:
        return [alarm for alarm in self.alarms if alarm["condition"] == condition]

    def standing(self, condition: str) -> Row:
        """Return the only alarm of this condition that is not cleared at the end."""
        found = [a for a in self.alarms_of(condition) if a["cleared_at"] is None]
        assert len(found) == 1, f"{condition} among {self.alarms}"
        return found[0]


class Stage(Struct, frozen=True):
    """The place where cases are played. port: the broker's."""

    clinic: Clinic
    clock: ServiceClock
    port: int


def play(stage: Stage, acts: list[Act], *, name: str, after: float) -> Told:
    """Play one case in its own session; after: service seconds from its last act to the look."""
    clinic, clock, port = stage.clinic, stage.clock, stage.port
    cuff, strap = f"{name}-cuff", f"{name}-strap"
    encounter = clinic.session(f"Case {name}", {cuff: "cuff", strap: "heart_rate"})
    words = Words(cuff, strap)
    sent: list[float] = []
    doses: list[tuple[int, Row]] = []
    with Listener(port, (cuff, strap), clock.now) as listener, Publisher(port) as publisher:
        # Wait from act to act, not from the start: a slow machine must not catch up by bringing
        # together acts that were apart.
        done = clock.now()
        for act in acts:
            clock.until(done + act.wait)
            done = clock.now()
            sent.append(done)
            if act.api:
                doses.append(_dose(clinic, encounter, override=act.api == "dose-override"))
            else:
                publisher.send(words.fill(act.topic, done), _payload(act, words, done))
        clock.until(done + after)
        _all_is_through(clinic, publisher, name)
        look = f"/encounters/{encounter}"
        return Told(
            encounter=encounter,
            cuff=cuff,
            strap=strap,
            sent=sent,
            doses=doses,
            status=clinic.get(look),
            observations=sorted(clinic.everything(f"{look}/observations"), key=lambda r: r["id"]),
            alarms=clinic.everything(f"{look}/alarms"),
            journal=clinic.everything(f"{look}/journal"),
            set_aside=_quarantine(clinic, (cuff, strap)),
            heard=list(listener.heard),
        )


def _payload(act: Act, words: Words, now: float) -> bytes:
    if act.hex is not None:
        return bytes.fromhex(act.hex)
    assert act.text is not None, act
    return words.fill(act.text, now).encode()


def _dose(clinic: Clinic, encounter: str, *, override: bool) -> tuple[int, Row]:
    body: Row = {"drug": "ketamine", "route": "sublingual", "amount_mg": 100}
    if override:
        body |= {"override_reason": "a test", "authorised_by": "Dr Test"}
    answer = clinic.http.post(f"/encounters/{encounter}/doses", json=body)
    return answer.status_code, answer.json()


def _all_is_through(clinic: Clinic, publisher: Publisher, name: str) -> None:
    """Send a stranger's message and wait until it is set aside: the service works in order."""
    stranger = f"{name}-end"
    publisher.send(f"dosing/v1/home/{stranger}/readings", b"{}")
    wait_until_blocking(lambda: _quarantine(clinic, (stranger,)), 30, f"the end of {name}")


def _quarantine(clinic: Clinic, devices: tuple[str, ...]) -> list[Row]:
    rows = clinic.get("/quarantine", limit=1000)["items"]
    return [row for row in reversed(rows) if row["device"] in devices]
