"""One device floods a real broker: an alarm reports it, and all confirmed readings are stored.

`test_attacks` checks for every attack that it costs no other patient an alarm.
"""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from functools import partial
from itertools import islice
from typing import Any, Final

import pytest

from tests.attacks import devices
from tests.attacks.bystander import CONDITION, Patient
from tests.attacks.process import Attacker
from tests.attacks.table import BY_NAME
from tests.attacks.target import Device, Target
from tests.parts import Mosquitto, wait_until
from tests.parts.product import Clinic
from tests.system.ear import hearing

pytestmark = pytest.mark.alone

FLOOD_S: Final = 5.0
VICTIMS: Final = 5
WITHIN_S: Final = 1.0
ENDS_S: Final = 5.0
APART_S: Final = 2.0  # between messages of the slower flood: the last may be this old at its end
ATTACKER: Final = Device("bad", None)
VITALS: Final = (b'"hr"', b'"sbp"', b'"dbp"')


FLOODS: Final = {
    "flood_newest_first": devices.newest_first,
    "flood_swinging": devices.swinging,
}


def measured(attack: str, messages: int) -> int:
    """Return how many values the first `messages` messages of the attack contain."""
    stream = FLOODS[attack](ATTACKER.topic, time.time())
    payloads = [message.payload for message in islice(stream, messages)]
    return sum(payload.count(vital) for payload in payloads for vital in VITALS)


@pytest.mark.parametrize("attack", FLOODS)
async def test_a_flood_is_told_and_stored_and_others_are_on_the_page_within_a_second(
    clinic: Clinic, mosquitto: Mosquitto, attack: str
) -> None:
    bad = clinic.session("Bad 1", {ATTACKER.name: "gateway"})
    clinic.dose(bad)
    others = [
        Patient(
            clinic.session(f"Good {n}", {f"cuff-{n}": "cuff"}), Device(f"cuff-{n}", None),
            mosquitto.port, beats=False,
        )
        for n in range(VICTIMS)
    ]  # fmt: skip
    target = Target(
        http=clinic.product.port, mqtt=mosquitto.port, device=ATTACKER, encounter=bad,
        victim=others[0].device.topic, client_id="", ahead=BY_NAME[attack].ahead,
    )  # fmt: skip
    told: dict[str, float] = {}
    floods: list[str] = []

    def took(at: float, transition: str, alarm: dict[str, Any]) -> None:
        if alarm["condition"] == CONDITION:
            told.setdefault(alarm["encounter_id"], at)
        elif alarm["condition"] == "device_flooding":
            floods.append(f"{transition} {alarm['priority']} {alarm['device']}")

    async with hearing(clinic, took), AsyncExitStack() as stack:
        for other in others:
            await stack.enter_async_context(other.living())
        await wait_until(lambda: all(other.connected for other in others), 20, "the cuffs")
        with Attacker(attack, target) as attacker:
            attacker.begin()
            for other in others:
                await asyncio.sleep(FLOOD_S / VICTIMS)
                other.suffer()
                await wait_until(partial(told.__contains__, other.encounter), 10, "the crisis")
            ended, did = await asyncio.to_thread(attacker.end)
        await wait_until(lambda: len(floods) == 2, 30, "the flood to be told, and over")
        over = time.monotonic() - ended
    waited = max(told[other.encounter] - other.crisis_at for other in others)
    sys.stdout.write(f"\n{attack}: {waited:.3f} s at most, over after {over:.1f} s, {did}\n")
    assert waited < WITHIN_S
    assert floods == ["raised medium bad", "cleared medium bad"]
    assert over > ENDS_S - APART_S - 0.5
    stored = await asyncio.to_thread(clinic.get, f"/encounters/{bad}/observations", limit=1)
    confirmed, sent = (measured(attack, did[messages]) for messages in ("confirmed", "sent"))
    assert confirmed <= stored["count"] <= sent, "what it may hand over is stored, all of it"
