"""For any values in a reading, the decisions on it are on the record, in either database."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from structlog.testing import capture_logs

from monitor.adapters.store.questions.quarantine import list_quarantine
from monitor.codecs import JSON_FORMATS
from monitor.service.clock import Clock
from monitor.service.sessions.restart import interrupted, rebuild
from tests.parts import wait_until
from tests.service.rig import Entrance

NUMBERS: Final = (
    0, -0.0, 5e-324, -1, 25, 2**15, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**19, 10**40, 10**400,
    1e29, 1.4e29, 9.9e29, 1e30, 1e31, 3.4e38, 3.5e38, 1e300, 1.7976931348623157e308, float("nan"),
    float("inf"),
)  # fmt: skip
NEGATIVE: Final = tuple(-number for number in NUMBERS)
TEXTS: Final = ("", "\0", "\ud800", "\U0001d11e", "a" * 65, "NaN", "1e300", "1e999")
OTHERS: Final[tuple[Any, ...]] = (True, False, None, [], {}, [1e300], [""], {"hr": 1})
KEYS: Final = (
    "seq", "boot", "t", "sent", "hr", "sbp", "dbp", "map", "temp", "pulse", "battery", "contact",
    "flags", "rr_ms", "unit",
)  # fmt: skip
BESIDE: Final[tuple[dict[str, Any], ...]] = (
    {}, {"sbp": 120, "dbp": 80}, {"sbp": 190, "unit": "kPa"},
    {"hr": 70, "temp": 98, "unit": "degF"},
)  # fmt: skip
IN_A_MESSAGE: Final = 50
# Format: a message of it with an extreme number in each place for a number.
FURTHER: Final[dict[str, Callable[[float], list[dict[str, Any]]]]] = {
    "theengs": lambda number: [{"act_bpm": number}],
}


def elements() -> Iterator[dict[str, Any]]:
    values = (*NUMBERS, *NEGATIVE, *TEXTS, *OTHERS)
    for key, value, beside in itertools.product(KEYS, values, BESIDE):
        yield {**beside, key: value}


def test_each_json_format_sends_extreme_numbers() -> None:
    assert {"native", *FURTHER} == JSON_FORMATS, "each but the native format has a row in FURTHER"


async def test_no_value_keeps_a_decision_off_the_record(url: str) -> None:
    rig = Entrance(url, Clock(1.0), window=200)
    devices = dict.fromkeys(("any", *FURTHER), "gateway")
    await rig.begin(devices)
    session = await rig.open("e-any", devices)
    rows = [*elements()]
    for first in range(0, len(rows), IN_A_MESSAGE):
        rig.arrives("any", json.dumps(rows[first : first + IN_A_MESSAGE]).encode())
        await asyncio.sleep(0)
    for number, (name, messages) in itertools.product((*NUMBERS, *NEGATIVE), FURTHER.items()):
        for message in messages(number):
            rig.arrives(name, json.dumps(message).encode(), f"readings/{name}")
    await wait_until(lambda: not (rig.intake.waiting or rig.intake.busy), 60)
    await rig.store.flush()
    assert rig.store.refused == 0
    kept = (await rig.store.read(list_quarantine, 10_000)).items
    assert [row.reason for row in kept if "this service failed" in row.reason] == []
    (left,) = await interrupted(rig.store)
    with capture_logs() as said:
        again = rebuild(left, session.sites)
    assert said == []
    assert again.encounter.state.alarms.issued == session.encounter.state.alarms.issued
    await rig.end()
