"""Backup and restoration by command: where the copy is, where the former database is kept."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from monitor.adapters.store import BackupRefused, Store
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.adapters.store.questions.users import add_user, all_users
from monitor.config import Config
from monitor.service.setup.copies import back_up, put_back


def add(config: Config, name: str) -> None:
    Store(config.database_url).run(add_user, name, "viewer", "hash", 1.0)


def names(url: str) -> list[str]:
    return [user.name for user in Store(url).run(all_users)]


def test_a_backup_is_a_copy_of_its_moment_and_in_the_audit(config: Config, tmp_path: Path) -> None:
    add(config, "ada")
    copy = tmp_path / "copy.db"
    assert back_up(config, copy) == ""
    add(config, "eve")
    assert names(f"sqlite:///{copy}") == ["ada"]
    (newest,) = Store(config.database_url).run(list_audit, 1, by="the command line").items
    assert newest.action == "backup_made"
    assert abs(newest.at - copy.stat().st_mtime) < 60


def test_a_backup_overwrites_no_file(config: Config, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(BackupRefused, match="is there already"):
        back_up(config, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_a_database_is_replaced_on_request_only_and_the_former_one_is_kept(
    config: Config, tmp_path: Path
) -> None:
    add(config, "ada")
    back_up(config, tmp_path / "copy.db")
    add(config, "eve")
    with pytest.raises(BackupRefused, match="--replace"):
        put_back(config, tmp_path / "copy.db", replace=False)
    assert names(config.database_url) == ["ada", "eve"]
    kept = put_back(config, tmp_path / "copy.db", replace=True)
    assert kept is not None
    assert names(config.database_url) == ["ada"]
    assert names(f"sqlite:///{kept}") == ["ada", "eve"]


def test_where_there_is_none_no_request_is_needed(config: Config, tmp_path: Path) -> None:
    add(config, "ada")
    back_up(config, tmp_path / "copy.db")
    new = replace(config, database_url=f"sqlite:///{tmp_path / 'elsewhere' / 'new.db'}")
    assert put_back(new, tmp_path / "copy.db", replace=False) is None
    assert names(new.database_url) == ["ada"]
