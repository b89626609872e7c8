"""Who may come in: users and their tokens."""

import pytest

from monitor.adapters.store import Conflict, Missing, Store, people
from tests.adapters.store.sessions import T0


def test_a_user_is_found_by_name_and_added_once(migrated: Store) -> None:
    bert = migrated.run(people.add_user, "bert", "viewer", "b", T0)
    anna = migrated.run(people.add_user, "anna", "admin", "a", T0 + 1)
    with pytest.raises(Conflict):
        migrated.run(people.add_user, "bert", "admin", "c", T0)
    assert migrated.run(people.user_named, "bert") == bert
    assert migrated.run(people.user_named, "Bert") is None
    assert migrated.run(people.all_users) == [anna, bert]
    assert (bert.role, bert.password_hash, bert.created_at, bert.disabled) == (
        "viewer",
        "b",
        T0,
        False,
    )


def test_a_token_lets_its_user_in_until_it_expires_or_is_dropped(migrated: Store) -> None:
    anna = migrated.run(people.add_user, "anna", "admin", "a", T0)
    migrated.run(people.add_token, "t", anna.id, T0, T0 + 60)
    assert migrated.run(people.token_user, "t", T0 + 59.9) == anna
    assert migrated.run(people.token_user, "t", T0 + 60) is None
    assert migrated.run(people.token_user, "other", T0) is None
    migrated.run(people.use_token, "t", T0 + 50, T0 + 110)
    assert migrated.run(people.token_user, "t", T0 + 100) == anna
    migrated.run(people.drop_token, "t")
    assert migrated.run(people.token_user, "t", T0) is None


def test_expired_tokens_are_dropped_and_no_others(migrated: Store) -> None:
    anna = migrated.run(people.add_user, "anna", "admin", "a", T0)
    for i in range(3):
        migrated.run(people.add_token, f"t{i}", anna.id, T0, T0 + i)
    assert migrated.run(people.drop_expired_tokens, T0 + 1) == 2
    assert migrated.run(people.token_user, "t2", T0 + 1) == anna


@pytest.mark.parametrize("change", [{"password_hash": "new"}, {"disabled": True}])
def test_a_new_password_and_being_disabled_end_every_session(
    migrated: Store, change: dict[str, object]
) -> None:
    anna = migrated.run(people.add_user, "anna", "admin", "a", T0)
    other = migrated.run(people.add_user, "bert", "admin", "b", T0)
    migrated.run(people.add_token, "t", anna.id, T0, T0 + 60)
    migrated.run(people.add_token, "u", other.id, T0, T0 + 60)
    changed = migrated.run(people.change_user, "anna", **change)  # type: ignore[arg-type]
    assert changed == migrated.run(people.user_named, "anna") != anna
    migrated.run(people.change_user, "anna", disabled=False)
    assert migrated.run(people.token_user, "t", T0) is None
    assert migrated.run(people.token_user, "u", T0) == other


def test_a_disabled_user_has_no_valid_token(migrated: Store) -> None:
    anna = migrated.run(people.add_user, "anna", "admin", "a", T0)
    migrated.run(people.change_user, "anna", disabled=True)
    migrated.run(people.add_token, "t", anna.id, T0, T0 + 60)
    assert migrated.run(people.token_user, "t", T0) is None


def test_a_new_role_leaves_the_sessions_alone(migrated: Store) -> None:
    anna = migrated.run(people.add_user, "anna", "admin", "a", T0)
    migrated.run(people.add_token, "t", anna.id, T0, T0 + 60)
    changed = migrated.run(people.change_user, "anna", role="viewer")
    assert migrated.run(people.token_user, "t", T0) == changed
    assert changed.role == "viewer"


def test_nobody_cannot_be_changed(migrated: Store) -> None:
    with pytest.raises(Missing):
        migrated.run(people.change_user, "nobody", role="admin")
