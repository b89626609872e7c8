"""The files of a run are in memory where there is room, and in nobody else's folder."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.scratch import use_memory

MORE_THAN_ANY: int = 2**60


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """No TMPDIR, as before a run; the folder of this run is as before afterwards."""
    kept = tempfile.tempdir
    monkeypatch.delenv("TMPDIR", raising=False)
    yield tempfile.gettempdir()
    tempfile.tempdir = kept


def test_all_that_comes_after_is_in_the_folder(usual: str, tmp_path: Path) -> None:
    folder = use_memory(tmp_path, room=0)
    assert folder is not None
    assert folder.parent == tmp_path
    assert os.environ["TMPDIR"] == tempfile.gettempdir() == str(folder)
    assert use_memory(tmp_path, room=0) is None, "a folder that somebody chose stays"


def test_without_room_or_beside_a_link_the_usual_folder_stays(usual: str, tmp_path: Path) -> None:
    assert use_memory(tmp_path, room=MORE_THAN_ANY) is None
    assert use_memory(tmp_path / "absent", room=0) is None
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"tests-of-{os.geteuid()}").symlink_to(tmp_path / "elsewhere")
    assert use_memory(tmp_path, room=0) is None
    assert tempfile.gettempdir() == usual
