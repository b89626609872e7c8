"""A cuff reading that arrives after a newer one is history, unless it is a crisis."""

from tests.core.course import changes, dosed


def test_a_crisis_that_comes_after_a_newer_reading_is_told_and_stays_until_it_was_seen() -> None:
    course = dosed()
    course.bp(3600, 150, 80, measured=3600)
    course.observe(3605, "other", {"sbp": 186.0, "dbp": 80.0}, measured=3420)
    assert [t[1:] for t in course.told("sbp_high")] == [
        ("raised", "sbp_high", "high"), ("latched", "sbp_high", "high"),
    ]  # fmt: skip
    assert course.told("sbp_rise") == [], "a rise is judged by what is present"
    raised, latched = changes(course.events, "sbp_high")
    assert (raised.alarm.value, raised.alarm.onset) == (186, course.start + 3420)
    assert raised.alarm.reason == (
        "Systolic pressure 186 was at or above the high limit of 180 (protocol sl_home: "
        "hypertensive crisis, common practice), measured 3 min before a reading that came earlier."
    )
    assert latched.alarm.reason == (
        "Systolic pressure was 150 after that, by a reading that came before, 48 min after the "
        "dose."
    )


def test_it_confirms_nothing_and_breaks_the_acknowledgement_of_a_lower_alarm() -> None:
    course = dosed()
    for t in (3600, 3670):
        course.bp(t, 170, 80, measured=t)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    course.acknowledge(3680, alarm.id)
    course.observe(3690, "other", {"sbp": 186.0, "dbp": 80.0}, measured=3500)
    assert [t[1] for t in course.told("sbp_high")][-2:] == ["escalated", "deescalated"]
    assert (alarm.priority, alarm.presence) == ("medium", "on")
    course.observe(3700, "other", {"sbp": 179.0, "dbp": 80.0}, measured=3510)
    course.observe(3710, "other", {"sbp": 190.0, "dbp": 80.0}, measured=2000)
    assert len(course.told("sbp_high")) == 4, "below the limit, and late: nothing more"
    course.bp(3720, 184, 80, measured=3720)
    course.observe(3730, "other", {"sbp": 187.0, "dbp": 80.0}, measured=3500)
    assert course.told("sbp_high")[4:] == [(3720, "escalated", "sbp_high", "high")]
    assert alarm.value == 184
