"""Who has an alarm, and since when its state applies: one table for the service and the page."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from monitor.codecs.contract.standing import answer, chip, history
from monitor.core.vocabulary.events import Alarm

TABLE: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "golden" / "standing.json").read_text(encoding="utf-8")
)
TIMES: Final = {
    "onset", "raised_at", "called_at", "priority_since", "worst_since", "acknowledged_at",
    "cleared_at",
}  # fmt: skip


def seconds(name: str, value: Any) -> Any:
    timed = name in TIMES and value is not None
    return datetime.fromisoformat(value).timestamp() if timed else value


def alarm(row: dict[str, Any], **more: Any) -> Alarm:
    fields = {name: seconds(name, value) for name, value in row["alarm"].items()} | more
    return msgspec.convert(fields, Alarm)


def clock(at: float) -> str:
    return datetime.fromtimestamp(at, datetime.fromisoformat("2026-11-23T07:00Z").tzinfo).strftime(
        "%H:%M"
    )


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["name"])
def test_who_has_it(row: dict[str, Any]) -> None:
    one = alarm(row)
    assert answer(one, clock) == row["answer"]
    assert chip(one) == row["chip"]
    assert one.waits == row["answer"].startswith("Nobody")
    assert one.gravity == row["chip"].split(",")[0].lower()


NAMED: Final = {row["name"]: row for row in TABLE}


@pytest.mark.parametrize(("name", "words"), [
    ("new", "06:57"),
    ("rose", "07:04, began 06:57 as low"),
    ("rose after it was taken, and eased", "07:20, high from 07:04, began 06:57 as low"),
    ("of an older version", "06:57"),
])  # fmt: skip
def test_since_when_it_is_what_it_is(name: str, words: str) -> None:
    assert history(alarm(NAMED[name]), clock) == words
