"""Sign-ins and seats: who may not act, or not look on, and the remedy."""

from typing import Final

from monitor.core.sentences.languages import table
from monitor.core.vocabulary.words import Role


def sign_in_first() -> str:
    return "Sign in first."


def sign_in_wrong() -> str:
    return "User name or password is wrong."


def no_user_yet() -> str:
    return (
        "There is no user yet. Where the service was started it told a link to make the first one."
    )


def not_your_password() -> str:
    return "That is not your password."


def password_again() -> str:
    return "You signed in long ago. Give your password again; nothing was done yet."


def new_password_first() -> str:
    return "Set a new password first: yours was reset."


def role_too_small(role: Role, own: Role) -> str:
    """role: the least that may do this; own: the person's."""
    return f"This needs the role {role}; you are signed in as {own}."


def page_of_another_origin() -> str:
    return "This request comes from a page of another origin."


def sign_ins_wait() -> str:
    return "Too many sign-ins at once. Try again."


def sign_ins_often(seconds: int) -> str:
    """seconds: until it is allowed again."""
    return f"Too many attempts to sign in. Try again in {seconds} seconds."


def sign_ins_watch(count: int) -> str:
    """count: sign-ins of one person, as many as are allowed."""
    return f"You are signed in at {count} pages that watch sessions. Sign out at one of them."


# --- seats: how many pages may be connected -------------------------------------------------------


def seats_full() -> str:
    return "Too many pages are connected. Close some that nobody looks at."


def seats_for_acting() -> str:
    """Word a refusal of a page that only looks on."""
    return (
        "Too many pages are connected. The last seats are kept for people who may act: close a "
        "page that only looks on."
    )


def seats_of_user(name: str) -> str:
    return (
        f"Too many pages are connected as {name}. Close some that nobody looks at, or sign in "
        "there as another user."
    )


def seats_of_sign_in() -> str:
    return (
        "Too many pages are connected with this sign-in. Close some that nobody looks at, or sign "
        "in anew on the other screens."
    )


def seats_not_yet() -> str:
    return "Too many pages are connected. The service starts or stops; wait a moment."


def address_crowded() -> str:
    return (
        "Too many connections come from this address. Close pages that nobody looks at, or try "
        "again in a moment."
    )


SENTENCES: Final = table(
    sign_in_first, sign_in_wrong, no_user_yet, not_your_password, password_again,
    new_password_first, role_too_small, page_of_another_origin, sign_ins_wait, sign_ins_often,
    sign_ins_watch, seats_full, seats_for_acting, seats_of_user, seats_of_sign_in, seats_not_yet,
    address_crowded,
)  # fmt: skip
