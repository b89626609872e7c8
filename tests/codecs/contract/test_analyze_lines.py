"""`analyze` prints the keys of the contract, and seconds from the start."""

import msgspec

from monitor.codecs.contract.analyze_lines import alarm_line, episode_line, rejected_line
from monitor.core.vocabulary.events import AlarmChanged, Episode, Judged
from monitor.core.vocabulary.reasons import Reason
from tests.codecs.live_stories import HIGH

START = 1_795_428_902.25


def test_alarm_line() -> None:
    change = AlarmChanged(
        START + 2712.4, "raised", msgspec.structs.replace(HIGH, limit=124.1 * 1.2)
    )
    assert alarm_line(change, START) == {
        "t_s": 2712.4,
        "event": "alarm",
        "transition": "raised",
        "condition": "sbp_high",
        "kind": "physiological",
        "priority": "high",
        "vital": "sbp",
        "value": 184.0,
        "limit": 148.92,
        "reason": HIGH.reason,
    }


def test_rejected_line() -> None:
    judged = Judged(
        at=START + 60,
        vital="hr",
        value=292.0,
        effective=START + 60,
        issued=START + 60,
        measured=None,
        device="d-1",
        boot="",
        seq=None,
        source="device",
        state="rejected",
        reason="Heart rate 292 is impossible.",
        key="k",
    )
    assert rejected_line(judged, START) == {
        "t_s": 60.0,
        "event": "rejected",
        "vital": "hr",
        "value": 292.0,
        "reason": "Heart rate 292 is impossible.",
    }
    by_data = msgspec.structs.replace(judged, reason="", because=Reason("no_skin"))
    assert rejected_line(by_data, START)["reason"] == "the sensor reports no skin contact"


def test_episode_line_that_ended_and_that_lasts() -> None:
    episode = Episode(
        number=1, vital="sbp", onset=START + 1, peak_at=START + 2, peak=184.0, limit=150.0
    )
    line = {
        "t_s": 9.0,
        "event": "episode",
        "vital": "sbp",
        "onset_s": 1.0,
        "peak_s": 2.0,
        "peak": 184.0,
        "end_s": None,
        "baseline": None,
        "limit": 150.0,
    }
    assert episode_line(episode, START + 9, START) == line
    ended = msgspec.structs.replace(episode, end=START + 8.1234, baseline=93.33333)
    assert episode_line(ended, START + 9, START) == line | {"end_s": 8.123, "baseline": 93.33}
