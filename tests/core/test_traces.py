"""Every story of `tests/traces` plays as it is written; and the details of the notation."""

from pathlib import Path
from typing import Final

import pytest

from tests.core import notation

TRACES: Final = Path(__file__).parents[1] / "traces"
STORIES: Final = sorted(TRACES.glob("*.txt"))


@pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
def test_a_story(path: Path) -> None:
    story = notation.read(path)
    course = notation.play(story)
    assert notation.told(course, story) == story.told
    if story.episodes:
        found, wanted = notation.episodes(course), notation.in_seconds(story.episodes, story.dosed)
        assert notation.agree(found, wanted), (found, wanted)
    if story.asked:
        assert notation.asked(course, story) == notation.in_seconds(story.asked, story.dosed)


def test_there_are_stories_and_each_begins_with_what_it_is_about() -> None:
    assert len(STORIES) >= 40
    assert [p.name for p in STORIES if not p.read_text().startswith("# ")] == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("90", 90), ("1m30s", 90), ("2h", 7200), ("dose", 600), ("dose+47m", 3420),
     ("dose+1m30s", 690), ("0.5", 0.5)],
)  # fmt: skip
def test_times(text: str, seconds: float) -> None:
    assert notation.seconds(text, 600.0) == seconds


@pytest.mark.parametrize(
    "line",
    ["hr from 0: 72xx3", "bp 120/80", "bp 120 @3", "then\n5 raised hr_high", "dose @soon", "sing"],
)
def test_a_line_that_makes_no_sense_names_its_place(tmp_path: Path, line: str) -> None:
    file = tmp_path / "odd.txt"
    file.write_text(f"# odd\n{line}\n")
    with pytest.raises((notation.Unreadable, StopIteration, ValueError)):
        notation.play(notation.read(file))


def test_a_story_that_is_not_so_fails(tmp_path: Path) -> None:
    file = tmp_path / "untrue.txt"
    file.write_text(
        "# untrue\ndevices strap=heart_rate\nhr from 0: 72x60\nthen\n5 raised hr_high low\n"
    )
    story = notation.read(file)
    assert notation.told(notation.play(story), story) != story.told
