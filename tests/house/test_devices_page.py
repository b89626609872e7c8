"""Every row of docs/devices.md names a test that exists."""

import re
from pathlib import Path
from typing import Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PAGE: Final = (REPOSITORY / "docs" / "devices.md").read_text()
ROWS: Final = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
HEADS: Final = [line for line in ROWS if line.endswith("| test |")]


@pytest.mark.parametrize("row", [row for row in ROWS if row not in HEADS])
def test_a_row_names_a_test_that_exists(row: str) -> None:
    named = re.search(r"`(tests/[a-z_/0-9]+\.py)::(\w+)` \|$", row)
    assert named is not None
    file = REPOSITORY / named[1]
    assert re.search(rf"^(async )?def {named[2]}\(", file.read_text(), re.MULTILINE)


def test_there_are_rows() -> None:
    assert len(HEADS) == 4
    assert len(ROWS) > 30
