"""The proof that a user signed in from this browser before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.http.guard.passwords.known import LASTS_S, KnownBrowser, KnownBrowsers

BROWSERS = KnownBrowsers(b"key")
NAMES = st.text("ab.é", max_size=6)
NOW = 1_795_400_000.0


@given(NAMES, NAMES)
def test_a_cookie_proves_one_user_alone_and_has_a_name_of_its_own(user: str, other: str) -> None:
    cookie = BROWSERS.cookie(user, NOW)
    proof = BROWSERS.proves(cookie, user, NOW)
    assert proof is not None
    assert proof.since == NOW
    assert BROWSERS.name(user).startswith("dosing_monitor_known_")
    assert (BROWSERS.proves(cookie, other, NOW) is not None) is (user == other)
    assert (BROWSERS.name(user) == BROWSERS.name(other)) is (user == other)


@given(st.data())
def test_a_changed_character_proves_nothing(data: st.DataObject) -> None:
    cookie = BROWSERS.cookie("theo", NOW, KnownBrowser("0123456789ab" * 2, NOW))
    at = data.draw(st.integers(0, len(cookie) - 1))
    other = data.draw(st.sampled_from("0f.é\x00").filter(lambda one: one != cookie[at]))
    assert BROWSERS.proves(cookie[:at] + other + cookie[at + 1 :], "theo", NOW) is None


@given(st.text(max_size=300))
def test_what_is_no_cookie_of_ours_is_refused_without_an_error(text: str) -> None:
    assert BROWSERS.proves(text, "theo", NOW) is None


def test_it_lasts_half_a_year_and_whole_seconds_count() -> None:
    cookie = BROWSERS.cookie("theo", NOW + 0.9)
    assert LASTS_S == 180 * 86_400
    assert BROWSERS.proves(cookie, "theo", NOW + LASTS_S - 0.1) is not None
    assert BROWSERS.proves(cookie, "theo", NOW + LASTS_S) is None


def test_a_new_cookie_keeps_the_number_of_the_browser() -> None:
    first = BROWSERS.proves(BROWSERS.cookie("theo", NOW), "theo", NOW)
    assert first is not None
    again = BROWSERS.proves(BROWSERS.cookie("theo", NOW + 60, first), "theo", NOW + 60)
    assert again == KnownBrowser(first.number, NOW + 60)
    fresh = BROWSERS.proves(BROWSERS.cookie("theo", NOW), "theo", NOW)
    assert fresh is not None
    assert fresh.number != first.number


@pytest.mark.parametrize("key", [b"", b"another key"])
def test_another_service_s_cookie_proves_nothing(key: bytes) -> None:
    assert KnownBrowsers(key).proves(BROWSERS.cookie("theo", NOW), "theo", NOW) is None


def test_a_cookie_of_another_length_is_not_looked_at() -> None:
    """However it is signed: the work for a stranger has a bound."""
    long = BROWSERS.cookie("theo", NOW, KnownBrowser("f" * 200, NOW))
    assert BROWSERS.proves(long, "theo", NOW) is None
