"""Who may read /metrics and /docs: a program on this machine, the token, and any sign-in."""

import pytest_asyncio

from monitor.adapters.http import Accounts, SignIns
from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.operators import Operators
from monitor.adapters.store import Store
from tests.adapters.http.asgi import request_of
from tests.adapters.http.conftest import REAL_TIME

FAR, HERE = "203.0.113.7", "127.0.0.1"
TOKEN = "a-secret-of-scrapers"


@pytest_asyncio.fixture
async def sign_ins(store: Store) -> SignIns:
    return SignIns(Accounts(store, lambda: REAL_TIME))


async def status(operators: Operators, address: str, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    refused = await operators.refused(request_of(address, headers=named))
    if refused is None:
        return 200
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    return refused.status_code


WAYS: list[tuple[str, dict[str, str], int]] = [
    (HERE, {}, 200), ("::1", {}, 200), ("::ffff:127.0.0.1", {}, 200), (FAR, {}, 401),
    ("", {}, 401),
    *((HERE, {name: "x"}, 401) for name in ("Forwarded", "X_Forwarded_For",
      "X_Forwarded_Host", "X_Forwarded_Proto", "X_Real_IP", "Via")),
    (FAR, {"Authorization": f"Bearer {TOKEN}"}, 200),
    (HERE, {"Authorization": f"bearer  {TOKEN} ", "Via": "x"}, 200),
    (FAR, {"Authorization": f"Bearer {TOKEN}x"}, 401),
    (FAR, {"Authorization": f"Bearer {TOKEN[:-1]}"}, 401),
    (FAR, {"Authorization": f"Basic {TOKEN}"}, 401),
    (FAR, {"Authorization": "Bearer "}, 401), (FAR, {"Authorization": "Bearer é"}, 401),
]  # fmt: skip


async def test_a_program_reads_from_here_or_by_the_token(sign_ins: SignIns) -> None:
    operators = Operators(sign_ins, Cookies(), TOKEN)
    for address, headers, expected in WAYS:
        assert await status(operators, address, **headers) == expected, (address, headers)


async def test_without_a_configured_token_none_opens(sign_ins: SignIns) -> None:
    operators = Operators(sign_ins, Cookies())
    for given in ("Bearer ", "Bearer x", ""):
        assert await status(operators, FAR, Authorization=given) == 401


async def test_a_sign_in_of_any_role_opens_by_cookie_or_token(
    store: Store, sign_ins: SignIns
) -> None:
    user = await Accounts(store, lambda: REAL_TIME).user("vera")
    assert user is not None
    token, _ = await sign_ins.open(user)
    operators = Operators(sign_ins, Cookies(), TOKEN)
    assert await status(operators, FAR, Authorization=f"Bearer {token}") == 200
    assert await status(operators, FAR, Cookie=f"dosing_monitor_session={token}") == 200
    assert await status(operators, FAR, Cookie=f"another={token}") == 401
