"""A database of its own for each test; a copy takes less time than a new one."""

import shutil
from pathlib import Path

import pytest

from monitor.adapters.store import Store
from monitor.config import Config


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("setup") / "empty.db"
    Store(f"sqlite:///{file}").migrate()
    return file


@pytest.fixture
def config(empty: Path, tmp_path: Path) -> Config:
    """The settings of a service whose database has its schema and no user."""
    file = tmp_path / "monitor.db"
    shutil.copy(empty, file)
    return Config(database_url=f"sqlite:///{file}", http_port=0)
