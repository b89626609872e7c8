"""The page about the simulators lists all that exist."""

import re
from pathlib import Path

from simulators.quirks import QUIRKS
from simulators.scenarios import CLINIC_STORY, NAMES, SCENARIOS, ZOO, ZOO_STORY

PAGE = (Path(__file__).parents[2] / "docs" / "simulators.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table under that heading, without its header."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = re.findall(r"^\| (.+) \|$", section, re.MULTILINE)
    return [line.split(" | ") for line in lines[1:]]


def test_the_table_of_scenarios_is_the_code() -> None:
    stories = {s.name: [f"`{s.protocol}`", s.story] for s in SCENARIOS.values()}
    stories["clinic"] = ["all five", CLINIC_STORY]
    stories["zoo"] = ["`sl_home`", ZOO_STORY]
    assert {place.scenario.protocol for place in ZOO} == {"sl_home"}
    assert rows("Scenarios") == [[f"`{name}`", *stories[name]] for name in NAMES]


def test_the_table_of_quirks_is_the_code() -> None:
    assert rows("Quirks") == [
        [f"`{name}`", quirk.of, "bytes" if quirk.raw else "native", quirk.does]
        for name, quirk in QUIRKS.items()
    ]
