"""Cookies that no other host can set or read, where the page is reached by HTTPS."""

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from monitor.adapters.http.guard.cookies import Cookies
from tests.adapters.http.asgi import request_of

HOME = Cookies("https://Monitor.example:8443/page")


def request(host: str, cookie: str = "", **scope: Any) -> Request:
    return request_of(headers={"Host": host, "Cookie": cookie}, **scope)


@pytest.mark.parametrize(
    ("cookies", "scheme", "host", "home", "secure"),
    [
        (HOME, "http", "monitor.example", True, True),  # TLS ends before us
        (HOME, "http", "MONITOR.example.:8443", True, True),
        (HOME, "https", "other.example", False, True),
        (HOME, "wss", "other.example", False, True),
        (HOME, "http", "127.0.0.1:8000", False, False),
        (HOME, "ws", "", False, False),
        (Cookies(), "http", "", False, False),
        (Cookies("http://monitor.example"), "http", "monitor.example", False, False),
        (Cookies("http://monitor.example"), "https", "monitor.example", False, True),
    ],
)
def test_a_connection_is_safe_by_its_scheme_or_by_the_public_url(
    cookies: Cookies, scheme: str, host: str, home: bool, secure: bool
) -> None:
    scope = request(host, scheme=scheme).scope
    assert (cookies.at_home(scope), cookies.secure(scope)) == (home, secure)
    assert cookies.name("a", scope) == ("__Host-a" if secure else "a")


@pytest.mark.parametrize(
    ("host", "cookie", "token"),
    [
        ("monitor.example", "__Host-dosing_monitor_session=t; other=x", "t"),
        ("monitor.example", "dosing_monitor_session=t", ""),  # anybody on the line may have set it
        ("127.0.0.1", "dosing_monitor_session=t", "t"),
        ("127.0.0.1", "__Host-dosing_monitor_session=t", ""),
        ("127.0.0.1", "", ""),
        ("127.0.0.1", "dosing_monitor_session", ""),
    ],
)
def test_a_token_is_read_under_the_name_of_its_connection_alone(
    host: str, cookie: str, token: str
) -> None:
    assert HOME.sign_in(request(host, cookie).scope) == token


@pytest.mark.parametrize(
    ("host", "name", "more"),
    [
        ("monitor.example", "__Host-dosing_monitor_session", {"secure"}),
        ("127.0.0.1", "dosing_monitor_session", set()),
    ],
)
def test_a_sign_in_lasts_until_the_browser_exits_or_it_is_signed_out(
    host: str, name: str, more: set[str]
) -> None:
    scope = request(host).scope
    response = Response()
    HOME.keep_signed_in(response, "t", scope)
    HOME.sign_out(response, scope)
    kept, ended = (_parts(header) for header in response.headers.getlist("set-cookie"))
    everywhere = {"httponly", "samesite=strict", "path=/"} | more
    assert kept == {f"{name}=t", *everywhere}
    assert ended > {f'{name}=""', "max-age=0", *everywhere}


def test_a_cookie_may_last_for_a_time() -> None:
    response = Response()
    HOME.set(response, "known", "k", request("127.0.0.1").scope, 60)
    assert {"known=k", "max-age=60"} < _parts(response.headers["set-cookie"])


def _parts(header: str) -> set[str]:
    """Return name and value of a cookie, and its attributes in lower case."""
    first, *attributes = header.split("; ")
    return {first, *map(str.lower, attributes)}
