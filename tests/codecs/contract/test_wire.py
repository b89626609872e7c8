"""The contract's JSON: the golden messages, and the rows of the listings."""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from monitor.codecs.contract import wire
from monitor.core.vocabulary.events import Alarm, Episode, Judged
from monitor.core.vocabulary.reasons import Reason
from tests.codecs import live_stories as stories
from tests.codecs.golden_files import GOLDEN as FOLDER
from tests.codecs.golden_files import WHOLE_FILE, restored, written

GOLDEN = stories.golden()


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_golden_message(path: Path) -> None:
    """After a wanted change: python -m tests.codecs.live_stories, then read the difference."""
    assert written(GOLDEN[path]).decode() == path.read_text()


def test_every_golden_file_has_a_story() -> None:
    kept = {path for folder in ("live", "mqtt") for path in (FOLDER / folder).iterdir()}
    assert kept | {WHOLE_FILE} == set(GOLDEN)


def test_a_file_that_holds_what_its_story_is_about_restores_the_message() -> None:
    for folder, messages in (
        ("live", stories.live_messages()), ("mqtt", stories.mqtt_messages()),
    ):  # fmt: skip
        for name, body in messages:
            found = restored(FOLDER / folder / f"{name}.json")
            assert msgspec.json.encode(found) == msgspec.json.encode(body), name


def test_every_transition_and_state_occurs() -> None:
    live = [message for _, message in stories.live_messages()]
    transitions = {message["transition"] for message in live if message["type"] == "alarm"}
    assert transitions == {
        *("raised", "escalated", "deescalated", "latched", "cleared", "acknowledged", "ended")
    }
    states = {vital.state for _, status in stories.statuses() for vital in status.vitals.values()}
    assert states == {"fresh", "stale", "suspect", "missing"}


def test_a_reason_is_on_the_wire_as_a_sentence_and_as_data() -> None:
    """Data that an older version did not record are absent, not empty."""
    told = Reason("acknowledged", {"by": "thea", "reason": Reason("bp_taken")})
    alarm = replace(stories.HIGH, because=told, reason="")
    sent = msgspec.json.decode(msgspec.json.encode(wire.alarm_json(alarm, "e")))
    assert sent["reason"] == "Acknowledged by thea. The pressure reading that was due is in."
    assert sent["because"] == {
        "code": "acknowledged", "facts": {"by": "thea", "reason": {"code": "bp_taken", "facts": {}}}
    }  # fmt: skip
    lost = wire.alarm_json(replace(alarm, data_lost_at=0.0), "e")
    note = "Data lost: it stands, and nothing is seen of it now."
    assert lost["reason"] == f"{sent['reason']} {note}"
    bare = "The pressure reading that was due is in."
    assert (sent["bare_reason"], lost["bare_reason"]) == (bare, f"{bare} {note}")
    unseen = wire.alarm_json(replace(alarm, because=Reason("bp_taken")), "e")
    assert (unseen["reason"], "bare_reason" in unseen) == (bare, False)
    older = wire.alarm_json(stories.HIGH, "e")
    assert older["reason"] == stories.HIGH.reason
    assert not {"because", "bare_reason"} & set(older)


def alarm(**fields: object) -> Alarm:
    base = {
        "id": "e-1-1",
        "condition": "sbp_rise",
        "kind": "physiological",
        "priority": "low",
        "presence": "on",
        "onset": 0.0,
        "raised_at": 0.0,
    }
    return msgspec.convert(base | fields, Alarm)


def test_measured_values_are_untouched_and_computed_ones_are_tidy() -> None:
    body = wire.alarm_json(alarm(vital="sbp", value=128.2605, limit=124.1 * 1.2), "e-1")
    assert body["value"] == 128.2605
    assert body["limit"] == 148.9
    assert wire.alarm_json(alarm(vital="temp", limit=36.6 + 1.05), "e-1")["limit"] == 37.65


def test_technical_alarm_without_vital_sign() -> None:
    body = wire.alarm_json(alarm(condition="broker_lost", kind="technical"), "e-1")
    assert body["vital"] is None
    assert body["limit"] is None
    assert body["cleared_at"] is None


def test_observation_row() -> None:
    row = Judged(
        at=10.0,
        vital="sbp",
        value=128.26,
        effective=9.5,
        issued=10.0,
        measured=9.0,
        device="cuff-3",
        boot="a1",
        seq=7,
        source="device",
        state="suspect",
        reason="Cuff loose.",
        key="cuff-3/a1/7/sbp",
    )
    assert wire.observation_json(row, 12) == {
        "id": 12,
        "vital": "sbp",
        "value": 128.26,
        "unit": "mm[Hg]",
        "effective": "1970-01-01T00:00:09.500Z",
        "issued": "1970-01-01T00:00:10.000Z",
        "measured": "1970-01-01T00:00:09.000Z",
        "device": "cuff-3",
        "boot": "a1",
        "seq": 7,
        "source": "device",
        "state": "suspect",
        "reason": "Cuff loose.",
    }
    doubted = msgspec.structs.replace(row, reason="", because=Reason("no_skin"))
    known = wire.observation_json(doubted, 12)
    assert known["reason"] == "the sensor reports no skin contact"
    assert known["because"] == doubted.because
    beating = msgspec.structs.replace(row, vital="hr", value=72.0, rr=(812.5, 799.8046875))
    assert wire.observation_json(beating, 12)["rr_ms"] == [812, 800]
    assert wire.observation_json(msgspec.structs.replace(row, user=0), 12)["user"] == 0
    typed = msgspec.structs.replace(row, device="", boot="", seq=None, source="manual")
    body = wire.observation_json(typed, 13)
    assert (body["device"], body["boot"], body["seq"]) == (None, None, None)


def test_episode_that_lasts_has_no_end() -> None:
    body = wire.episode_json(
        Episode(number=2, vital="sbp", onset=0.0, peak_at=60.0, peak=184.0, limit=150.0), "e-1"
    )
    assert body["id"] == "e-1-e2"
    assert (body["end"], body["baseline"], body["unit"]) == (None, None, "mm[Hg]")
    assert (body["onset_min"], body["return_min"], body["duration_s"]) == (None, None, None)


def test_episode_in_minutes_from_the_dose() -> None:
    record = Episode(
        number=2, vital="sbp", onset=1800.0, peak_at=2700.0, peak=184.0, limit=150.0, end=3600.0,
        dosed_at=600.0, returned_at=5400.0, sustained=True, holes=1, hole_s=1900.26,
        unwatched_s=12.34,
    )  # fmt: skip
    body = wire.episode_json(record, "e-1")
    assert (body["onset_min"], body["peak_min"], body["return_min"]) == (20, 35, 80)
    assert (body["duration_s"], body["course"]) == (1800, "sustained")
    assert (body["holes"], body["hole_s"], body["unwatched_s"]) == (1, 1900.3, 12.3)
    assert body["dosed_at"] == "1970-01-01T00:10:00.000Z"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, None),
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1795428902.25, "2026-11-23T10:15:02.250Z"),
        (1795428902.9996, "2026-11-23T10:15:03.000Z"),
        (-0.001, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_iso(seconds: float | None, text: str | None) -> None:
    assert wire.iso(seconds) == text
