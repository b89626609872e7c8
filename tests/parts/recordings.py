"""The folder of recorded traces and published payloads, which is not part of this repository."""

import os
from pathlib import Path
from typing import Final

import pytest

VARIABLE: Final = "DOSING_MONITOR_TEST_DATA"
_REPOSITORY = Path(__file__).resolve().parents[2]

# Read at import: `tests/conftest.py` then removes every variable of this prefix.
_FOLDER = Path(os.environ.get(VARIABLE) or _REPOSITORY.parent / "shared" / "data")


def folder(part: str) -> Path | None:
    """Return the sub-folder `part` ("traces", "payloads"), or None if it is missing."""
    found = _FOLDER / part
    return found if found.is_dir() else None


def recordings(part: str) -> Path:
    """Return the same folder; skip the test if it is missing."""
    return folder(part) or pytest.skip(f"recordings are absent: name their folder in {VARIABLE}")
