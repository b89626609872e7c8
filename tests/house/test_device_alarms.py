"""An alarm about a device ends when the device leaves the session, and its page describes it."""

import ast
from collections.abc import Iterator
from typing import Final

from monitor.core.acts.change_devices import ABOUT_DEVICE
from tests.core.alarm_page import PAGE
from tests.house.architecture_page import REPOSITORY

TECHNICAL: Final = REPOSITORY / "monitor/core/technical"
HOLD: Final = {"hold", "hold_since"}


def held(source: str) -> Iterator[tuple[str, bool]]:
    """Yield each condition that a module holds by its name, and whether it is of a device."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if name in HOLD and texts and texts[0] != "technical":
                yield str(texts[0]), any(word.arg == "device" for word in node.keywords)


def conditions() -> dict[str, bool]:
    return {
        condition: of_device
        for module in TECHNICAL.glob("*.py")
        for condition, of_device in held(module.read_text(encoding="utf-8"))
    }


def test_an_alarm_about_a_device_ends_when_the_device_leaves() -> None:
    about = {condition for condition, of_device in conditions().items() if of_device}
    assert about == set(ABOUT_DEVICE), "see ABOUT_DEVICE in core/acts/change_devices.py"


def test_the_page_about_alarms_describes_each_technical_one() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = {condition for condition in conditions() if f"`{condition}`" not in text}
    assert missing == set(), "describe it in tests/core/alarm_page.py, and print the page"


def test_it_finds_each_way_to_hold_a_condition() -> None:
    source = (
        'hold_since(state, "battery_low", step, since, at, because, device=device)\n'
        'hold.hold(state, key, "no_sun", step, since, at, because)\n'
        'state.alarms.hold(key, "too_hot", "technical", finding, at, device=device)\n'
        'state.alarms.hold(key, CONDITION, "technical", finding, at)\n'
    )
    assert [*held(source)] == [("battery_low", True), ("no_sun", False), ("too_hot", True)]
