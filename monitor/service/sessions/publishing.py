"""Publish alarms, statuses and commands to browsers and to the broker's other clients.

This module waits for no client and makes no decision. The MQTT forms carry no patient label, and a
status on the broker carries the time until which it is valid: a service that died leaves no number
that looks alive.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec

from monitor.adapters.live.hub import Hub
from monitor.adapters.mqtt import MqttPort
from monitor.codecs.contract.status_object import Watchers
from monitor.codecs.contract.wire import command_json, status_message_json, transition_json
from monitor.codecs.topics import device_topic, encounter_topic
from monitor.core.vocabulary.events import AlarmChanged, Commanded, Event
from monitor.service.clock import Clock
from monitor.service.sessions.open_session import Session

STATUS_EVERY_S: Final = 2.0
STATUS_AGAIN_S: Final = 10.0  # also without a change: its validity must not run out
STATUS_VALID_S: Final = 30.0
STATUSES_A_TURN: Final = 5


class StatusPublisher:
    def __init__(self, clock: Clock, hub: Hub, site: str) -> None:
        self._clock = clock
        self._hub = hub
        self._site = site  # for encounters without a device
        self.port: MqttPort | None = None

    def tell(self, session: Session, events: Sequence[Event]) -> None:
        """Publish a session after every input or lapse of time: alarms first."""
        session.changed = True
        for event in events:
            if isinstance(event, AlarmChanged):
                body = msgspec.json.encode(transition_json(event, session.id))
                self._hub.publish_alarm(session.id, body)
                self._publish(encounter_topic(session.site(self._site), session.id, "alarms"), body)
            elif isinstance(event, Commanded):
                self._command(session, event)
        self._hub.publish_status(session.id, lambda: self._live(session))

    async def statuses(self, sessions: Sequence[Session]) -> None:
        """Publish the retained statuses that are due, a few per turn: readings do not wait."""
        real, told = self._clock.real(), 0
        for session in sessions:
            wait = STATUS_EVERY_S if session.changed else STATUS_AGAIN_S
            if real - session.told_at < wait or not session.open:
                continue
            session.told_at, session.changed = real, False
            self._status(session)
            told += 1
            if told % STATUSES_A_TURN == 0:
                await asyncio.sleep(0)

    def gone(self, session: Session) -> None:
        """Publish a closed session: browsers see it once more as closed, the broker deletes it."""
        self._hub.publish_status(session.id, lambda: self._live(session))
        self._take_back(session)

    def watchers(self) -> Watchers:
        """Return how many people watch, over all pages: counts, and no names."""
        pages = [p for p in self._hub.presence() if p.role != "viewer"]
        return Watchers(
            watching=len(pages), visible=sum(p.visible for p in pages),
            audible=sum(p.audible for p in pages),
        )  # fmt: skip

    def _live(self, session: Session) -> bytes:
        status = session.private(self._clock.now(), self.watchers())
        return msgspec.json.encode(status_message_json(status))

    def _status(self, session: Session) -> None:
        now = self._clock.now()
        body = session.public(now, self.watchers(), now + STATUS_VALID_S * self._clock.speed)
        topic = encounter_topic(session.site(self._site), session.id, "status")
        if session.told_on not in ("", topic):  # its first device is of another site now
            self._take_back(session)
        session.told_on = topic
        self._publish(topic, body, retain=True)

    def _take_back(self, session: Session) -> None:
        topic = session.told_on or encounter_topic(session.site(self._site), session.id, "status")
        self._publish(topic, b"", retain=True)

    def _command(self, session: Session, event: Commanded) -> None:
        body = msgspec.json.encode(command_json(event))
        for device in event.devices:
            site = session.sites.get(device, self._site)
            self._publish(device_topic(site, device, "commands"), body)

    def confirm(self, site: str, device: str, body: bytes) -> None:
        self._publish(device_topic(site, device, "acks"), body)

    def _publish(self, topic: str, body: bytes, *, retain: bool = False) -> None:
        if self.port is not None:
            self.port.publish(topic, body, retain=retain)
