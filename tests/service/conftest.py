"""A database whose schema is made once, for tests that need an empty one each."""

import shutil
from pathlib import Path

import pytest

from monitor.adapters.store import Store


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "monitor.db"
    Store(f"sqlite:///{path}").migrate()
    return path


@pytest.fixture
def fresh(tmp_path: Path, empty_database: Path) -> str:
    """The URL of an empty database of this test's own."""
    return f"sqlite:///{shutil.copy(empty_database, tmp_path / 'monitor.db')}"
