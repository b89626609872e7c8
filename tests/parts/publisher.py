"""Publish as a device or a gateway does, with the programs and libraries that they would use."""

import json
import shutil
import subprocess
from datetime import datetime
from struct import pack
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.parts.missing import missing
from tests.parts.mosquitto import Mosquitto
from tests.parts.waiting import wait_until_blocking


def mosquitto_pub(broker: Mosquitto, topic: str, payload: bytes) -> None:
    """Publish one message at QoS 1 with Mosquitto's own program."""
    program = shutil.which("mosquitto_pub") or missing(
        "mosquitto_pub", "install the package mosquitto-clients, or run `make test`"
    )
    subprocess.run(
        [program, "-p", str(broker.port), "-q", "1", "-t", topic, "-s"],
        input=payload,
        check=True,
        timeout=10,
    )


class Publisher:
    """A client that stays connected. `send` returns when the broker has confirmed."""

    def __init__(self, port: int, site: str = "home") -> None:
        self._site = site
        self._confirmed: dict[str, int] = {}
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.max_inflight_messages_set(1000)
        self._client.on_message = self._acks
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def reading(self, device: str, **reading: Any) -> None:
        self.send(f"dosing/v1/{self._site}/{device}/readings", json.dumps(reading).encode())

    def record(
        self,
        device: str,
        sbp: int,
        dbp: int,
        *,
        at: datetime | None = None,
        user: int | None = None,
    ) -> None:
        """Publish a cuff's own record (0x2A35) as a radio gives it. at: by the cuff's clock."""
        flags = (0x02 if at else 0) | (0x08 if user is not None else 0)
        payload = pack("<BHHH", flags, sbp, dbp, (sbp + 2 * dbp) // 3)
        if at:
            payload += pack("<HBBBBB", at.year, at.month, at.day, at.hour, at.minute, at.second)
        if user is not None:
            payload += bytes([user])
        self.send(f"dosing/v1/{self._site}/{device}/readings/gatt-2a35", payload)

    def heed_acks(self, device: str) -> None:
        """Subscribe to the confirmations for this device, as one that keeps its readings does."""
        self._client.subscribe(f"dosing/v1/{self._site}/{device}/acks", 1)

    def confirmed(self, device: str) -> int:
        """Return the last number that the service has confirmed to this device; 0: none."""
        return self._confirmed.get(device, 0)

    def _acks(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._confirmed[message.topic.split("/")[3]] = json.loads(message.payload)["seq"]

    def send(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        # After an outage of the broker the client needs a second to notice and reconnect.
        wait_until_blocking(self._client.is_connected, 10, "the publisher's connection")
        self._client.publish(topic, payload, 1, retain).wait_for_publish(10)

    def send_all(self, messages: list[tuple[str, bytes]]) -> None:
        """Publish all together; return when the last is confirmed."""
        sent = [self._client.publish(topic, payload, 1) for topic, payload in messages]
        for info in sent:
            info.wait_for_publish(30)
