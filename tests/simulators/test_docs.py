"""The page about the simulators lists what there is."""

import re
from pathlib import Path

from simulators.scenarios import CLINIC_STORY, NAMES, SCENARIOS

PAGE = (Path(__file__).parents[2] / "docs" / "simulators.md").read_text()


def test_the_table_of_scenarios_is_the_code() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    stories = {s.name: (f"`{s.protocol}`", s.story) for s in SCENARIOS.values()}
    stories["clinic"] = ("all five", CLINIC_STORY)
    assert {name: (protocol, story) for name, protocol, story in rows} == stories
    assert [name for name, *_ in rows] == list(NAMES)
