"""Users and their tokens."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from monitor.adapters.store import LastAdmin, Missing, NotFirst, NotUnique, Store
from monitor.adapters.store.questions import users
from monitor.adapters.store.tables.definitions import audit
from tests.adapters.store.sessions import T0


def holder(store: Store, token: str, at: float) -> users.User | None:
    found = store.run(users.token, token, at)
    return None if found is None else found.user


def test_a_user_is_found_by_name_and_added_once(migrated: Store) -> None:
    bert = migrated.run(users.add_user, "bert", "viewer", "b", T0)
    anna = migrated.run(users.add_user, "anna", "admin", "a", T0 + 1)
    with pytest.raises(NotUnique):
        migrated.run(users.add_user, "bert", "admin", "c", T0)
    assert migrated.run(users.user_named, "bert") == bert
    assert migrated.run(users.user_named, "Bert") is None
    assert migrated.run(users.all_users) == [anna, bert]
    assert (bert.role, bert.password_hash, bert.created_at, bert.disabled) == (
        "viewer",
        "b",
        T0,
        False,
    )


@pytest.mark.parametrize("twin", ["Mara", "MARA", "rnara", "mara"])
def test_a_name_that_looks_like_a_user_s_is_refused(migrated: Store, twin: str) -> None:
    migrated.run(users.add_user, "mara", "viewer", "m", T0)
    with pytest.raises(NotUnique, match="There is a user mara already"):
        migrated.run(users.add_user, twin, "admin", "t", T0)
    assert [user.name for user in migrated.run(users.all_users)] == ["mara"]


def test_a_token_lets_its_user_in_until_it_expires_or_is_dropped(migrated: Store) -> None:
    anna = migrated.run(users.add_user, "anna", "admin", "a", T0)
    migrated.run(users.add_token, "t", anna.id, T0, T0 + 60)
    assert holder(migrated, "t", T0 + 59.9) == anna
    assert holder(migrated, "t", T0 + 60) is None
    assert holder(migrated, "other", T0) is None
    migrated.run(users.use_token, "t", T0 + 50, T0 + 110)
    assert holder(migrated, "t", T0 + 100) == anna
    migrated.run(users.drop_token, "t", T0 + 100)
    assert holder(migrated, "t", T0) is None


def test_expired_tokens_are_dropped_and_no_others(migrated: Store) -> None:
    anna = migrated.run(users.add_user, "anna", "admin", "a", T0)
    for i in range(3):
        migrated.run(users.add_token, f"t{i}", anna.id, T0, T0 + i)
    assert migrated.run(users.drop_expired_tokens, T0 + 1) == 2
    assert holder(migrated, "t2", T0 + 1) == anna


@pytest.mark.parametrize("change", [{"password_hash": "new"}, {"disabled": True}])
def test_a_new_password_and_being_disabled_end_every_session(
    migrated: Store, change: dict[str, object]
) -> None:
    anna = migrated.run(users.add_user, "anna", "admin", "a", T0)
    other = migrated.run(users.add_user, "bert", "admin", "b", T0)
    migrated.run(users.add_token, "t", anna.id, T0, T0 + 60)
    migrated.run(users.add_token, "u", other.id, T0, T0 + 60)
    changed = migrated.run(users.change_user, "anna", **change)  # type: ignore[arg-type]
    assert changed == migrated.run(users.user_named, "anna") != anna
    migrated.run(users.change_user, "anna", disabled=False)
    assert holder(migrated, "t", T0) is None
    assert holder(migrated, "u", T0) == other


def test_a_disabled_user_has_no_valid_token(migrated: Store) -> None:
    anna = migrated.run(users.add_user, "anna", "admin", "a", T0)
    migrated.run(users.change_user, "anna", disabled=True)
    migrated.run(users.add_token, "t", anna.id, T0, T0 + 60)
    assert holder(migrated, "t", T0) is None


def test_a_new_role_leaves_the_sessions_alone(migrated: Store) -> None:
    anna = migrated.run(users.add_user, "anna", "admin", "a", T0)
    migrated.run(users.add_token, "t", anna.id, T0, T0 + 60)
    changed = migrated.run(users.change_user, "anna", role="viewer")
    assert holder(migrated, "t", T0) == changed
    assert changed.role == "viewer"


def test_nobody_cannot_be_changed(migrated: Store) -> None:
    with pytest.raises(Missing):
        migrated.run(users.change_user, "nobody", role="admin")


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "therapist"}, {"role": "viewer"}])
def test_the_last_administrator_who_may_sign_in_stays_one(
    migrated: Store, change: dict[str, object]
) -> None:
    """The others are no administrators, or may not sign in."""
    anna = migrated.run(users.add_user, "anna", "admin", "a", T0)
    migrated.run(users.add_user, "bert", "therapist", "b", T0)
    migrated.run(users.add_user, "carl", "admin", "c", T0)
    migrated.run(users.alter_user, "carl", disabled=True)
    with pytest.raises(LastAdmin, match=r"anna is the last .*dosing-monitor user add"):
        migrated.run(users.alter_user, "anna", **change)  # type: ignore[arg-type]
    assert migrated.run(users.user_named, "anna") == anna
    assert migrated.run(users.alter_user, "anna", password_hash="new", role="admin").role == "admin"
    migrated.run(users.alter_user, "carl", disabled=False)
    assert migrated.run(users.alter_user, "anna", **change) != anna  # type: ignore[arg-type]


def test_who_is_no_administrator_may_go_although_there_is_none(migrated: Store) -> None:
    migrated.run(users.add_user, "bert", "therapist", "b", T0)
    assert migrated.run(users.alter_user, "bert", disabled=True).disabled
    with pytest.raises(Missing):
        migrated.run(users.alter_user, "nobody", disabled=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run each in a thread of its own at the same moment; return the results."""
    begin = Barrier(len(acts))
    became: list[object] = [None] * len(acts)

    def do(place: int, act: Callable[[], object]) -> None:
        begin.wait()
        try:
            became[place] = act()
        except Exception as error:  # noqa: BLE001 - it is looked at below
            became[place] = error

    threads = [Thread(target=do, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return became


def test_two_administrators_who_disable_each_other_leave_one(migrated: Store, url: str) -> None:
    for name in ("anna", "bert"):
        migrated.run(users.add_user, name, "admin", "x", T0)
    for _ in range(20):
        became = at_once(
            lambda: Store(url).run(users.alter_user, "bert", disabled=True),
            lambda: Store(url).run(users.alter_user, "anna", role="viewer"),
        )
        assert [type(one) for one in became].count(LastAdmin) == 1, became
        for name in ("anna", "bert"):
            migrated.run(users.change_user, name, role="admin", disabled=False)


def test_only_the_first_user_is_the_first(migrated: Store, url: str) -> None:
    assert migrated.run(users.count_users) == 0
    became = at_once(
        *(
            lambda name=name: Store(url).run(users.add_first_user, name, "admin", "x", T0)
            for name in ("anna", "bert", "carl")
        )
    )
    assert [type(one) for one in became].count(NotFirst) == 2, became
    assert migrated.run(users.count_users) == 1
    (first,) = migrated.run(users.all_users)
    migrated.run(users.change_user, first.name, disabled=True)
    with pytest.raises(NotFirst):
        migrated.run(users.add_first_user, "dora", "admin", "x", T0)


def test_who_changed_a_user_is_on_the_audit(migrated: Store) -> None:
    migrated.run(users.add_user, "anna", "admin", "a", T0)
    with pytest.raises(Missing):
        migrated.run(users.alter_user, "bert", role="viewer", by="anna", at=T0 + 1)
    migrated.run(users.add_user, "bert", "therapist", "b", T0)
    migrated.run(users.alter_user, "bert", role="viewer", by="anna", at=T0 + 2)
    rows = migrated.run(lambda connection: connection.execute(select(audit)).mappings().all())
    assert [(row["at"], row["user"], row["object"]) for row in rows] == [(T0 + 2, "anna", "bert")]
