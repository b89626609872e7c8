"""Sign-ins and seats read with the remedy, unless there is none."""

from typing import Final

import pytest

from monitor.core.sentences.people.signing_in import SENTENCES
from monitor.core.vocabulary.reasons import Facts
from tests.core.sentences.reads import Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    ("sign_in_first", {}, "Sign in first."),
    ("sign_in_wrong", {}, "User name or password is wrong."),
    (
        "no_user_yet",
        {},
        "There is no user yet. Where the service was started it told a link to make the first one.",
    ),
    ("not_your_password", {}, "That is not your password."),
    (
        "password_again",
        {},
        "You signed in long ago. Give your password again; nothing was done yet.",
    ),
    ("new_password_first", {}, "Set a new password first: yours was reset."),
    (
        "role_too_small",
        {"role": "admin", "own": "viewer"},
        "This needs the role admin; you are signed in as viewer.",
    ),
    (
        "page_of_another_origin",
        {},
        "This request comes from a page of another origin.",
    ),
    ("sign_ins_wait", {}, "Too many sign-ins at once. Try again."),
    (
        "sign_ins_often",
        {"seconds": 30},
        "Too many attempts to sign in. Try again in 30 seconds.",
    ),
    (
        "sign_ins_watch",
        {"count": 8},
        "You are signed in at 8 pages that watch sessions. Sign out at one of them.",
    ),
    ("seats_full", {}, "Too many pages are connected. Close some that nobody looks at."),
    (
        "seats_for_acting",
        {},
        (
            "Too many pages are connected. The last seats are kept for people who may act: close a "
            "page that only looks on."
        ),
    ),
    (
        "seats_of_user",
        {"name": "thea"},
        (
            "Too many pages are connected as thea. Close some that nobody looks at, or sign in "
            "there as another user."
        ),
    ),
    (
        "seats_of_sign_in",
        {},
        (
            "Too many pages are connected with this sign-in. Close some that nobody looks at, or "
            "sign in anew on the other screens."
        ),
    ),
    (
        "seats_not_yet",
        {},
        "Too many pages are connected. The service starts or stops; wait a moment.",
    ),
    (
        "address_crowded",
        {},
        (
            "Too many connections come from this address. Close pages that nobody looks at, or try "
            "again in a moment."
        ),
    ),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)
