"""The rooms: each has few names, every file states its purpose, and the page is current."""

from pathlib import Path
from typing import Final

import pytest

from tests.house.architecture_page import PAGE, REPOSITORY, first_line, names, page, rooms
from tests.house.glossary_page import GLOSSARY, INDEX, glossary, index

AT_MOST: Final = 12
# Excepted because it has one file for each alarm about equipment.
EXCEPTED: Final = {"monitor/core/technical"}
ROOMS: Final = [str(room.relative_to(REPOSITORY)) for room in rooms()]


def test_the_page_about_the_rooms_is_what_is_printed() -> None:
    """After a wanted change, write the page again: `python -m tests.house.architecture_page`."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_glossary_and_index_of_decisions_are_what_is_printed() -> None:
    """After a wanted change, write them again: `python -m tests.house.glossary_page`."""
    assert GLOSSARY.read_text(encoding="utf-8") == glossary()
    assert INDEX.read_text(encoding="utf-8") == index()


@pytest.mark.parametrize(
    "room", [r for r in ROOMS if r.startswith("monitor") and r not in EXCEPTED]
)
def test_a_room_has_so_few_names_that_they_are_read(room: str) -> None:
    assert len(names(REPOSITORY / room)) <= AT_MOST


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_and_each_file_in_it_say_what_they_are_for(room: str) -> None:
    files: list[Path] = [REPOSITORY / room / "__init__.py", *(REPOSITORY / room).glob("*.py")]
    assert [str(file) for file in files if not first_line(file)] == []
