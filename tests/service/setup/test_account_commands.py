"""Users and devices from the command line: which are refused, and the record of the others."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from pwdlib.hashers.argon2 import Argon2Hasher

from monitor.adapters.broker.access import matches
from monitor.adapters.store import LastAdmin, Missing, NotUnique, Store
from monitor.adapters.store.questions.clinic import Device, add_device, find_device
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.adapters.store.questions.users import User, add_user, user_named
from monitor.config import Config
from monitor.service.setup import account_commands
from monitor.service.setup.account_commands import (
    UnfitAccount,
    alter_user,
    create_device,
    create_user,
    fit,
    fit_name,
    fit_password,
    fit_phone,
    listed_devices,
    listed_users,
)

PASSWORD = "correct horse"
OTHER = "battery staple"


def add(config: Config, name: str, role: str) -> None:
    Store(config.database_url).run(add_user, name, role, "hash", 1.0)


def user(config: Config, name: str) -> User:
    found = Store(config.database_url).run(user_named, name)
    assert found is not None
    return found


def acts(config: Config) -> list[tuple[str, str, str]]:
    """Return actor, act and object of each, oldest first; each has the time of its writing."""
    rows = Store(config.database_url).run(list_audit, 100).items
    written = Path(config.database_url.removeprefix("sqlite:///")).stat().st_mtime
    assert all(abs(row.at - written) < 60 for row in rows)
    return [(row.user, row.action, row.object) for row in reversed(rows)]


def unfit(config: Config, name: str = "ada", password: str = PASSWORD, phone: str = "") -> str:
    """Return the field that costs the account; there must be one."""
    with pytest.raises(UnfitAccount) as refused:
        create_user(config, name, "admin", password, phone)
    assert "\n" not in str(refused.value)
    assert listed_users(config) == []
    return refused.value.field


@pytest.mark.parametrize("name", ["a", "ada", "Ada.L_1-x@clinic.example", "x" * 64])
def test_a_name_that_fits(name: str) -> None:
    fit_name(name)
    fit(name, PASSWORD)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "A user name has 1 to 64 letters, digits or any of . _ @ -"),
        ("x" * 65, "1 to 64"),
        ("ada lovelace", "1 to 64"),
        ("zoë", "1 to 64"),
        ("ada\n", "ada"),
        # Cyrillic: people would type another name than they see
        ("\u0430da", "“ada”"),
        ("a\u200bda", "“ada”"),
    ],
)
def test_a_name_that_people_could_not_type_is_refused(config: Config, name: str, said: str) -> None:
    with pytest.raises(UnfitAccount) as refused:
        fit_name(name)
    assert said in str(refused.value)
    assert unfit(config, name=name) == "username"


@pytest.mark.parametrize("password", ["kq7#vmz!", "x7" * 3 + "kqvmzw", "kq7#vmz!" * 32])
def test_a_password_that_fits(password: str) -> None:
    fit_password("ada", password)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "at least 8"),
        ("kq7#vmz", "at least 8"),
        ("kq7#vmz!" * 32 + "x", "at most 256"),
        ("password1", "among those that many people choose"),
        ("ada12345", "must not be the user name"),
        (" " * 9, "more than blanks"),
    ],
)
def test_a_password_that_programs_guess_is_refused(
    config: Config, password: str, said: str
) -> None:
    with pytest.raises(UnfitAccount) as refused:
        fit("ada", password)
    assert said in str(refused.value)
    assert unfit(config, password=password) == "password"


def test_a_phone_is_a_number_or_nothing(config: Config) -> None:
    for phone in ("", "  ", " +351 21 555 0100 ", "112"):
        fit_phone(phone)
    for phone in ("12", "call me"):
        assert unfit(config, phone=phone) == "phone"


def test_an_unfit_account_makes_no_database(tmp_path: Path) -> None:
    config = Config(database_url=f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(UnfitAccount):
        create_user(config, "ada", "admin", "password1")
    with pytest.raises(UnfitAccount):
        create_device(config, "a/b", "cuff", "")
    assert not (tmp_path / "new.db").exists()


def test_a_new_user_counts_the_administrators_who_may_sign_in(config: Config) -> None:
    add(config, "eve", "admin")
    add(config, "vera", "viewer")
    assert create_user(config, "thea", "therapist", PASSWORD, " +351 555 0100 ") == 1
    alter_user(config, "thea", "admin", None, disabled=None)
    alter_user(config, "eve", None, None, disabled=True)
    assert create_user(config, "ada", "admin", PASSWORD, "  ") == 2
    listed = {row["username"]: row for row in listed_users(config)}
    assert {name: (row["role"], row["disabled"]) for name, row in listed.items()} == {
        "thea": ("admin", False), "ada": ("admin", False), "eve": ("admin", True),
        "vera": ("viewer", False),
    }  # fmt: skip
    assert [listed[name]["phone"] for name in ("thea", "ada")] == ["+351 555 0100", None]
    assert all(row["created_at"].endswith("Z") for row in listed.values())
    assert not any("hash" in key for key in listed["ada"])
    assert Argon2Hasher().verify(PASSWORD, user(config, "ada").password_hash)
    assert acts(config)[-1] == ("the command line", "user_added", "ada")


def test_a_name_is_given_once(config: Config) -> None:
    add(config, "ada", "admin")
    with pytest.raises(NotUnique):
        create_user(config, "ada", "viewer", PASSWORD)
    assert user(config, "ada").role == "admin"


def test_a_change_leaves_all_that_was_not_given(config: Config) -> None:
    add(config, "ada", "admin")
    add(config, "thea", "therapist")
    before = user(config, "thea")
    alter_user(config, "thea", "viewer", None, disabled=None)
    assert user(config, "thea") == replace(before, role="viewer")
    alter_user(config, "thea", None, OTHER, disabled=None)
    changed = user(config, "thea")
    assert Argon2Hasher().verify(OTHER, changed.password_hash)
    assert (changed.role, changed.disabled) == ("viewer", False)
    alter_user(config, "thea", None, None, disabled=True, reset=True)
    assert (user(config, "thea").disabled, user(config, "thea").reset_at is None) == (True, False)
    alter_user(config, "thea", None, None, disabled=False)
    assert not user(config, "thea").disabled
    assert acts(config)[-1] == ("the command line", "user_changed", "thea")
    assert user(config, "ada").role == "admin"


def test_a_change_that_cannot_be_changes_nothing(config: Config) -> None:
    add(config, "ada", "admin")
    before = user(config, "ada")
    with pytest.raises(UnfitAccount):
        alter_user(config, "ada", "viewer", "ada12345", disabled=None)
    with pytest.raises(LastAdmin):
        alter_user(config, "ada", "viewer", None, disabled=None)
    with pytest.raises(LastAdmin):
        alter_user(config, "ada", None, None, disabled=True)
    with pytest.raises(Missing):
        alter_user(config, "eve", "viewer", None, disabled=None)
    assert user(config, "ada") == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"device_id": "a/b"}, "A device id has 1 to 64 of A-Z a-z 0-9 _ -"),
        ({"device_id": ""}, "A device id has"),
        ({"device_id": "Encounters"}, "The device id Encounters is the name of an account"),
        ({"device_id": "broker-user"}, "is the name of an account"),
        ({"site": "a/b"}, "A site has 1 to 64"),
        ({"user": -1}, "a number from 0 to 254"),
        ({"user": 255}, "a number from 0 to 254"),
        ({"model": "x" * 65}, "at most 64 printable characters"),
        ({"model": "BM\u200b85"}, "at most 64 printable characters"),
    ],
)
def test_a_device_that_does_not_fit_is_refused(
    config: Config, given: dict[str, object], said: str
) -> None:
    served = replace(config, mqtt_url="mqtt://Broker-User:secret@127.0.0.1")
    values = {"device_id": "cuff-1", "kind": "cuff", "site": ""} | given
    with pytest.raises(UnfitAccount) as refused:
        create_device(served, **values)  # type: ignore[arg-type]
    assert said in str(refused.value)
    assert listed_devices(config) == []


def test_a_device_gets_a_password_of_its_own_that_is_shown_once(config: Config) -> None:
    answer = json.loads(create_device(config, "cuff-1", "cuff", "", user=254, model=" BM85 "))
    password = answer["mqtt"].pop("password")
    assert answer == {
        "id": "cuff-1", "kind": "cuff", "site": "home",
        "mqtt": {"username": "cuff-1", "topic": "dosing/v1/home/cuff-1/readings"},
        "database": Store(config.database_url).where,
    }  # fmt: skip
    device = Store(config.database_url).run(find_device, "cuff-1")
    assert device is not None
    assert device.secret_hash is not None
    assert matches(password, device.secret_hash)
    assert (device.user, device.model) == (254, "BM85")
    assert acts(config) == [("the command line", "device_added", "cuff-1")]
    with pytest.raises(NotUnique):
        create_device(config, "cuff-1", "cuff", "")


def test_another_broker_keeps_its_own_passwords(config: Config) -> None:
    elsewhere = replace(config, mqtt_url="mqtt://127.0.0.1", site=("+",))
    answer = json.loads(create_device(elsewhere, "cuff-1", "cuff", "", user=0, model=" "))
    assert (answer["mqtt"]["username"], answer["mqtt"]["password"]) == (None, None)
    assert answer["site"] == "home", "a device is at one site, also of a service for all"
    (row,) = listed_devices(config)
    assert (row["user"], row["model"], row["active"]) == (0, None, True)
    create_device(replace(config, site=("lab", "home")), "cuff-2", "cuff", "")
    create_device(replace(config, site=("lab", "home")), "cuff-3", "cuff", "ward")
    assert [row["site"] for row in listed_devices(config)[1:]] == ["lab", "ward"]


def test_all_devices_are_listed_however_many_there_are(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_commands, "AT_ONCE", 2)
    store = Store(config.database_url)
    for count in range(5):
        assert len(listed_devices(config)) == count
        store.run(add_device, Device(id=f"d-{count}", kind="cuff", site="home", created_at=1.0))
    assert sorted(row["id"] for row in listed_devices(config)) == [f"d-{n}" for n in range(5)]
