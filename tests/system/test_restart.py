"""After a kill and a restart, overdue alarms are raised and the gap is on the record."""

import time
from datetime import UTC, datetime
from typing import Any

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.product import Clinic, Product
from tests.parts.publisher import Publisher

OFFLINE_S = 11.0  # ten plus one of grace


def rows(clinic: Clinic, encounter: str, kind: str) -> list[Any]:
    return clinic.everything(f"/encounters/{encounter}/journal", type=kind)


def epoch(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()


def test_an_alarm_that_fell_due_while_it_was_down_is_raised_and_the_gap_is_on_the_record(
    product: Product, clinic: Clinic, mosquitto: Mosquitto
) -> None:
    encounter = clinic.session("Alder 14", {"strap-1": "heart_rate"})
    quiet = clinic.session("Alder 15", {"strap-2": "heart_rate"})
    with Publisher(mosquitto.port) as sender:
        sender.reading("strap-1", seq=1, hr=72)
        sender.send("dosing/v1/home/strap-1/status", b'{"state": "offline"}')
    (away,) = wait_until_blocking(lambda: rows(clinic, encounter, "device_status"))
    said = epoch(away["at"])
    product.kill()
    killed = time.time()
    wait_until_blocking(lambda: time.time() > said + OFFLINE_S, 15, "the alarm to fall due")
    product.start()
    again = time.time()

    (alarm,) = [
        a
        for a in clinic.get(f"/encounters/{encounter}")["alarms"]
        if a["condition"] == "device_offline"
    ]
    assert abs(epoch(alarm["raised_at"]) - said - OFFLINE_S) < 0.01
    for session in (encounter, quiet):
        # The other session's record proves that the process was running: no gap begins earlier.
        (gap,) = [row["body"] for row in rows(clinic, session, "unwatched")]
        assert said - 0.01 <= gap["since"] <= killed
        assert killed < gap["until"] < again
        assert gap["why"] == "the service did not run"
    product.kill()
    product.start()
    assert len(rows(clinic, encounter, "unwatched")) == 2
    assert "journal_disagrees" not in product.log


def test_a_journal_is_listed_by_type(clinic: Clinic) -> None:
    encounter = clinic.session("Alder 14", {"strap-1": "heart_rate"})
    clinic.post(f"/encounters/{encounter}/notes", text="calm")
    assert [row["body"]["text"] for row in rows(clinic, encounter, "note")] == ["calm"]
    assert rows(clinic, encounter, "unwatched") == []
    answer = clinic.http.get(f"/encounters/{encounter}/journal", params={"type": "x" * 33})
    assert answer.status_code == 422
