"""The page about alarms agrees with the code."""

from tests.core.alarm_page import PAGE, page


def test_the_page_is_what_the_code_prints() -> None:
    """After a wanted change, write it again: `python -m tests.core.alarm_page`."""
    assert PAGE.read_text() == page()


def test_the_page_names_every_condition_of_the_core() -> None:
    text = PAGE.read_text()
    for condition in (
        "hr_high", "hr_low", "hr_rise", "sbp_high", "sbp_low", "sbp_rise", "dbp_high", "dbp_rise",
        "temp_high", "temp_low", "temp_rise", "no_data", "device_offline", "bp_overdue", "symptom",
        "help_requested",
    ):  # fmt: skip
        assert f"`{condition}`" in text or f"`{condition}`," in text
