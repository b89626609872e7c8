"""A notice as people see it: each fact under its key, and no moment that did not come."""

from typing import Any, Final

import msgspec

from monitor.adapters.store.tables.entry import NoticeRow
from monitor.codecs.contract.notice_object import notice_json
from monitor.core.vocabulary.reasons import Reason

QUEUED: Final = NoticeRow(
    id="n-1", message="m-1", encounter="e-1", alarm="a-1", contact=7, name="Thea",
    channel="ntfys", channel_index=2, priority="high", kind="physiological", onset=5.0,
    queued_at=10.0, at=10.5, addresses="secret",
)  # fmt: skip
PENDING: Final[dict[str, Any]] = {
    "id": "n-1",
    "message": "m-1",
    "alarm": "a-1",
    "purpose": "alarm",
    "contact": "Thea",
    "contact_id": 7,
    "channel": "ntfys",
    "priority": "high",
    "round": 1,
    "state": "queued",
    "at": "1970-01-01T00:00:10.500Z",
    "attempts": 0,
    "detail": "",
    "queued_at": "1970-01-01T00:00:10.000Z",
    "sent_at": None,
    "delivered_at": None,
    "seen_at": None,
    "acknowledged_at": None,
    "declined_at": None,
}


def test_a_notice_that_waits_has_no_later_moment() -> None:
    assert notice_json(QUEUED) == PENDING


def test_each_moment_and_outcome_is_under_its_own_key() -> None:
    declined = msgspec.structs.replace(
        QUEUED, state="delivered", at=30.0, attempts=3, detail="no answer", round=4,
        because=Reason("no_answer", {"seconds": None}),
        sent_at=11.0, delivered_at=12.0, seen_at=13.0, acknowledged_at=14.0, declined_at=15.0,
    )  # fmt: skip
    assert notice_json(declined) == PENDING | {
        "state": "delivered",
        "at": "1970-01-01T00:00:30.000Z",
        "attempts": 3,
        "detail": "no answer",
        "because": Reason("no_answer", {"seconds": None}),
        "round": 4,
        "sent_at": "1970-01-01T00:00:11.000Z",
        "delivered_at": "1970-01-01T00:00:12.000Z",
        "seen_at": "1970-01-01T00:00:13.000Z",
        "acknowledged_at": "1970-01-01T00:00:14.000Z",
        "declined_at": "1970-01-01T00:00:15.000Z",
    }


def test_a_test_of_a_contact_is_about_no_alarm() -> None:
    tested = msgspec.structs.replace(QUEUED, purpose="test", alarm="")
    assert notice_json(tested) == PENDING | {"purpose": "test", "alarm": None}
