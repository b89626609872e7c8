"""Devices that reuse their sequence numbers, through a real broker.

All readings are stored, and each confirmation belongs to the present count.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final

import aiomqtt

from tests.parts import Mosquitto, wait_until
from tests.parts.product import Clinic, Product

Reading = dict[str, Any]
# The service waits a minute for numbers before the first one; at this speed, one second.
IN_A_SECOND: Final = "60"


def rows(clinic: Clinic, encounter: str) -> list[dict[str, Any]]:
    return clinic.everything(f"/encounters/{encounter}/observations")


def journal(clinic: Clinic, encounter: str, kind: str) -> list[dict[str, Any]]:
    found = clinic.everything(f"/encounters/{encounter}/journal")
    return [row["body"] for row in found if row["type"] == kind]


async def send(
    broker: Mosquitto, device: str, *readings: Reading, last: tuple[str, int] = ("", -1)
) -> list[tuple[str, int]]:
    """Send the readings; return the confirmations until `last`, or without it those of 2.5 s."""
    confirmed: list[tuple[str, int]] = []
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        await client.subscribe(f"dosing/v1/home/{device}/acks", qos=1)
        for reading in readings:
            topic = f"dosing/v1/home/{device}/readings"
            await client.publish(topic, json.dumps(reading), qos=1)
        try:
            async with asyncio.timeout(2.5 if last[1] < 0 else 20):
                async for message in client.messages:
                    told = json.loads(bytes(message.payload))
                    confirmed.append((told["boot"], told["seq"]))
                    if confirmed[-1] == last:
                        return confirmed
        except TimeoutError:
            return confirmed
    raise AssertionError("the broker went away")


async def test_halves_under_one_number_and_other_content_under_one(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    clinic = Clinic(product_with(MQTT_URL=mosquitto.url, CLOCK_SPEED=IN_A_SECOND))
    encounter = clinic.session("Alder 14", {"cuff-1": "cuff"})
    halves = [{"seq": 177, "boot": "b", "sbp": 172}, {"seq": 177, "boot": "b", "dbp": 101}]
    again = [{"seq": 1, "boot": "c", "sbp": 122, "dbp": 80},
             {"seq": 1, "boot": "c", "sbp": 188, "dbp": 115}]  # fmt: skip
    confirmed = await send(mosquitto, "cuff-1", *halves, *again, *halves, *again)
    found = [(r["boot"], r["seq"], r["vital"], r["value"]) for r in rows(clinic, encounter)]
    assert sorted(found) == [
        ("b", 177, "dbp", 101), ("b", 177, "sbp", 172), ("c", 1, "dbp", 80), ("c", 1, "sbp", 122),
        ("c~2", 1, "dbp", 115), ("c~2", 1, "sbp", 188),
    ]  # fmt: skip
    assert set(confirmed) == {("b", 177), ("c", 1)}
    (told,) = journal(clinic, encounter, "number_reused")
    assert (told["device"], told["boot"], told["seq"]) == ("cuff-1", "c", 1)


async def test_a_count_that_begins_anew_and_goes_on_after_a_restart_of_the_service(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    product = product_with(MQTT_URL=mosquitto.url, CLOCK_SPEED=IN_A_SECOND)
    clinic = Clinic(product)
    encounter = clinic.session("Alder 14", {"strap-1": "heart_rate"})
    sent = [{"seq": seq, "hr": 60 + n % 7} for n, seq in enumerate([*range(1800, 1820), *range(9)])]
    confirmed = await send(mosquitto, "strap-1", *sent, last=("", 8))
    assert confirmed[-1] == ("", 8)
    assert {seq for _, seq in confirmed} <= {*range(9), *range(1800, 1820)}
    product.kill()
    product.start()
    await wait_until(lambda: clinic.get(f"/encounters/{encounter}")["phase"])
    more = [{"seq": seq, "hr": 80} for seq in range(9, 12)]
    confirmed = await send(mosquitto, "strap-1", *sent[-3:], *more, last=("", 11))
    assert confirmed[-1] == ("", 11)
    assert max(seq for _, seq in confirmed) == 11
    found = [(r["seq"], r["value"]) for r in rows(clinic, encounter)]
    assert sorted(found) == sorted((r["seq"], r["hr"]) for r in sent + more)
    assert journal(clinic, encounter, "lost") == []
    assert "journal_disagrees" not in product.log
