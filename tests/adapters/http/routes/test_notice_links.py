"""The link of a notice: who may look, take and decline, and which proof each of them needs."""

from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from monitor.adapters.http import Accounts, Passwords, SignIns
from monitor.adapters.http.errors import Unknown
from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.passwords.proving import Proving
from monitor.adapters.http.guard.passwords.slow_down import FailedSignIns
from monitor.adapters.http.guard.sign_ins import AT_MOST
from monitor.adapters.http.ports.notices import Linked, Seen, SeenValue, Whose
from monitor.adapters.http.routes.notice_links import PINS_A_LINK, Identify, routes
from monitor.adapters.store import Store, StoreError
from monitor.adapters.store.questions import users
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused
from tests.adapters.http.asgi import client_of, routed
from tests.adapters.http.conftest import REAL_TIME
from tests.adapters.http.guard.passwords.test_proving import CHEAP
from tests.adapters.http.outbox import SmallOutbox

PIN, PASSWORD = {"way": "pin", "pin": "1234"}, {"way": "password", "password": "1234"}
ALARM = Linked(
    message="m1", purpose="alarm", state="open", encounter="e1", contact=7, name="Anna",
    pin_hash=CHEAP, lines=("Systolic pressure 184.",), supervisor="theo",
)  # fmt: skip
WHOSE = Whose(label="K-1", address="1 Example Lane", phone="555 0100", sitter="", local_number="")
LOOKED = {"seen": "1"}


class Links(SmallOutbox):
    """An outbox with links. told: the names of those whom a decline notifies; fails: instead."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.links = {"t1": ALARM, "t2": msgspec.structs.replace(ALARM, message="m2")}
        self.opened: list[bool] = []
        self.used: list[str] = []
        self.told: list[str] = []
        self.session_open = True
        self.fails: Exception | None = None

    def change(self, **change: Any) -> None:
        self.links["t1"] = msgspec.structs.replace(self.links["t1"], **change)

    async def linked(self, token: str, *, opened: bool) -> Linked:
        if self.fails is not None:
            raise self.fails
        self.opened.append(opened)
        if token not in self.links:
            raise Unknown(Reason("no_such", {"thing": "notice"}))
        return self.links[token]

    async def seen(self, linked: Linked, *, private: bool) -> Seen | None:
        if not self.session_open:
            return None
        values = (SeenValue("Heart rate", "128 /min", ""),)
        return Seen(at="07:06:12", alarms=(), values=values, whose=WHOSE if private else None)

    def grant(self, linked: Linked) -> str:
        return f"proof for {linked.message}"

    def granted(self, linked: Linked, grant: str) -> bool:
        return grant == self.grant(linked)

    async def decline(self, linked: Linked, *, by: str) -> list[str]:
        self.used.append(f"{by} cannot")
        return self.told

    async def use(self, linked: Linked, *, by: str) -> None:
        if linked.state != "open":
            raise Refused(Reason("link_closed", {"state": "used"}))
        self.used.append(by)
        self.change(state="used")


class Telephone:
    """A telephone that presses the buttons of a link; each press may come from another address."""

    def __init__(self, store: Store) -> None:
        self.store, self.outbox = store, Links(store)
        self.accounts, cookies = Accounts(store, lambda: REAL_TIME), Cookies()
        self.sign_ins = SignIns(self.accounts)
        proving = Proving(self.accounts, Passwords(), FailedSignIns(), cookies)
        trail = self.accounts.trail
        identify = Identify(proving, self.sign_ins, cookies, trail, self.outbox.granted)
        self._app = routed(routes(self.outbox, identify))

    async def look(self, link: str = "t1", **headers: str) -> httpx.Response:
        async with client_of(self._app, **headers) as client:
            return await client.get(f"/n/{link}")

    async def press(
        self, *forms: dict[str, str], link: str = "t1", address: str = "203.0.113.7",
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:  # fmt: skip
        data = {name: value for form in forms for name, value in form.items()}
        async with client_of(self._app, address) as client:
            return await client.post(f"/n/{link}", data=data, headers=headers)

    async def signed_in(self, name: str) -> dict[str, str]:
        """Sign this user in; return the header of that browser."""
        user = await self.accounts.user(name)
        assert user is not None
        token, _ = await self.sign_ins.open(user)
        return {"Cookie": f"dosing_monitor_session={token}"}

    async def audited(self) -> list[tuple[str, str, str]]:
        """Return failed attempts and reads, oldest first."""
        await self.store.flush()
        rows = (await self.store.read(list_audit, 200)).items[::-1]
        kinds = ("sign_in_failed", "emergency_read")
        return [(row.user, row.action, row.object) for row in rows if row.action in kinds]


@pytest_asyncio.fixture
async def phone(store: Store) -> Telephone:
    for name, role in (("mara", "therapist"), ("vic", "viewer")):
        await store.write(users.add_user, name, role, CHEAP, REAL_TIME)
    return Telephone(store)


# --- looking --------------------------------------------------------------------------------------


async def test_opening_a_link_acknowledges_nothing_and_shows_no_session(phone: Telephone) -> None:
    page = await phone.look()
    assert page.status_code == 200
    assert "Systolic pressure 184." in page.text
    assert "128 /min" not in page.text
    assert 'name="pin"' in page.text
    assert (phone.outbox.opened, phone.outbox.used) == ([True], [])
    phone.outbox.change(pin_hash=None)
    assert 'name="pin"' not in (await phone.look()).text


async def test_who_is_signed_in_and_may_act_sees_the_session_at_once(phone: Telephone) -> None:
    seen = await phone.look(**await phone.signed_in("theo"))
    assert "1 Example Lane" in seen.text
    assert await phone.audited() == [("theo", "emergency_read", "e1")]
    viewer = await phone.look(**await phone.signed_in("vera"))
    assert "1 Example Lane" not in viewer.text
    phone.outbox.session_open = False
    assert "An alarm waits" in (await phone.look(**await phone.signed_in("theo"))).text


async def test_a_link_that_is_not_ours_and_a_database_that_is_away(phone: Telephone) -> None:
    for answer in (await phone.look("nothing"), await phone.press(PIN, link="nothing")):
        assert (answer.status_code, "not whole" in answer.text) == (404, True)
    phone.outbox.fails = StoreError("/secret")
    for answer in (await phone.look(), await phone.press(PIN)):
        assert (answer.status_code, "secret" in answer.text) == (503, False)
        assert "does not answer at the moment.</p>" in answer.text  # a page, not JSON


# --- by PIN ---------------------------------------------------------------------------------------


async def test_a_pin_shows_the_session_without_the_patient_s_part_and_then_takes_it(
    phone: Telephone,
) -> None:
    seen = await phone.press(PIN, {"act": "look"})
    assert "128 /min" in seen.text
    assert "1 Example Lane" not in seen.text
    assert 'value="proof for m1"' in seen.text
    assert phone.outbox.used == []
    grant = {"way": "grant", "grant": "proof for m1"}
    taken = await phone.press(grant, LOOKED, {"act": "take"})
    assert "Acknowledged by Anna (by PIN)." in taken.text
    assert "sign in below" in taken.text
    assert phone.outbox.used == ["Anna (by PIN)"]
    again = await phone.press(grant, LOOKED, {"act": "take"})
    assert (again.status_code, "This link is used; nothing was done by it." in again.text) == (
        409,
        True,
    )
    for other in ("", "proof for m2"):
        refused = await phone.press({"way": "grant", "grant": other}, LOOKED)
        assert (refused.status_code, "128 /min" in refused.text) == (403, False)


async def test_a_link_takes_so_many_wrong_pins_from_all_addresses_and_then_none(
    phone: Telephone,
) -> None:
    wrong = PIN | {"pin": "9999"}
    for n in range(PINS_A_LINK):
        assert (await phone.press(PIN, {"act": "look"}, address=f"n{n}")).status_code == 200
        refused = await phone.press(wrong, address=f"n{n}")
        assert (refused.status_code, "That is not right." in refused.text) == (403, True)
    last = await phone.press(PIN, {"act": "look"}, address="n99")
    assert (last.status_code, "takes no PIN" in last.text) == (403, True)
    assert 'name="pin"' not in last.text
    assert (await phone.press(PIN, {"act": "look"}, link="t2", address="n99")).status_code == 200
    assert phone.outbox.used == []


async def test_a_pin_that_was_not_looked_at_does_not_count_against_the_link(
    phone: Telephone,
) -> None:
    wrong = PIN | {"pin": "9999"}
    statuses = [(await phone.press(wrong)).status_code for _ in range(9)]
    assert statuses == [403] * 5 + [429] * 4
    assert (await phone.press(PIN, {"act": "look"}, address="elsewhere")).status_code == 200


@pytest.mark.parametrize("state", ["used", "over", "expired", "changed"])
async def test_a_closed_link_says_nothing_of_a_pin_or_a_password(
    phone: Telephone, state: str
) -> None:
    phone.outbox.change(state=state)
    for form in (PIN, PIN | {"pin": "9"}, PASSWORD | {"username": "mara"}, PASSWORD):
        closed = await phone.press(form)
        assert (closed.status_code, "takes no answer any more" in closed.text) == (409, True)
        assert "Set-Cookie" not in closed.headers
    assert await phone.audited() == []
    own = await phone.press(
        {"way": "session", "act": "look"}, headers=await phone.signed_in("theo")
    )
    assert "128 /min" in own.text


# --- by a sign-in ---------------------------------------------------------------------------------


async def test_a_password_signs_in_takes_and_leads_to_the_session(phone: Telephone) -> None:
    taken = await phone.press(PASSWORD, {"username": "mara", "act": "take"}, LOOKED)
    assert (taken.status_code, taken.headers["Location"]) == (303, "/#/session/e1")
    session, known = taken.headers.get_list("Set-Cookie")
    token = session.partition("=")[2].partition(";")[0]
    person = await phone.sign_ins.find(token)
    assert person is not None
    assert person.name == "mara"
    assert known.startswith("dosing_monitor_known_")
    assert phone.outbox.used == ["mara"]


async def test_who_may_not_act_is_answered_like_a_wrong_password(phone: Telephone) -> None:
    answers = [
        await phone.press({"way": "password", "username": name, "password": password})
        for name, password in (("mara", "x"), ("vic", "1234"), ("nobody", "1234"), ("", ""))
    ]
    assert {(one.status_code, one.text) for one in answers} == {(403, answers[0].text)}
    assert "That is not right. Nothing was acknowledged." in answers[0].text
    assert [of for _, _, of in await phone.audited()] == ["mara", "vic", "", ""]


async def test_after_a_reset_the_password_is_set_on_the_page_first(phone: Telephone) -> None:
    await phone.store.write(lambda c: users.change_user(c, "mara", reset=True, at=REAL_TIME))
    refused = await phone.press(PASSWORD, {"username": "mara"}, LOOKED)
    assert (refused.status_code, "Open the page and sign in there." in refused.text) == (403, True)
    assert phone.outbox.used == []


async def test_the_way_of_a_sign_in_needs_one_that_may_act(phone: Telephone) -> None:
    way = {"way": "session", "act": "take"}
    for headers in ({}, await phone.signed_in("vera")):
        refused = await phone.press(way, LOOKED, headers=headers)
        assert (refused.status_code, "Nobody who may act" in refused.text) == (403, True)
    taken = await phone.press(way, LOOKED, headers=await phone.signed_in("theo"))
    assert (taken.status_code, phone.outbox.used) == (303, ["theo"])


async def test_with_every_sign_in_watching_nothing_is_acknowledged(phone: Telephone) -> None:
    class Wall:
        """A page that watches, for each sign-in of the store."""

        def __init__(self, sign_ins: list[str]) -> None:
            self._all = sign_ins

        def sign_ins(self) -> dict[str, bool]:
            return dict.fromkeys(self._all, True)

        def users(self) -> dict[str, str]:
            return dict.fromkeys(self._all, "mara")

        def end_sign_in(self, sign_in: str) -> None:
            raise AssertionError(sign_in)

        def appoint(self, sign_in: str, role: str) -> None:
            raise AssertionError(sign_in)

    for _ in range(AT_MOST):
        await phone.signed_in("mara")
    user = await phone.accounts.user("mara")
    assert user is not None
    phone.sign_ins._pages = Wall([*await phone.accounts.sign_ins(user)])
    refused = await phone.press(PASSWORD, {"username": "mara"}, LOOKED)
    assert (refused.status_code, "Sign out at one of them" in refused.text) == (409, True)
    assert refused.headers["Content-Type"].startswith("text/html")
    assert phone.outbox.used == []


# --- the acts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "taken"), [("", False), ("12", False), ("+351 555", True)])
async def test_only_with_a_number_to_call_may_it_be_taken_without_a_look(
    phone: Telephone, number: str, taken: bool
) -> None:
    phone.outbox.change(phone=number)
    answer = await phone.press(PIN, {"act": "take"})
    assert answer.status_code == 200
    assert phone.outbox.used == ["Anna (by PIN)"] * taken
    assert ("Look first. Nothing was acknowledged yet." in answer.text) is not taken
    assert ("Now call theo and say that you have it." in answer.text) is taken


async def test_who_takes_it_without_a_look_is_shown_the_session_here(phone: Telephone) -> None:
    phone.outbox.change(phone="+351 555")
    headers = await phone.signed_in("theo")
    taken = await phone.press({"way": "session", "act": "take"}, headers=headers)
    assert (taken.status_code, "Acknowledged by theo." in taken.text) == (200, True)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([], "Nobody else is left who could be told."), (["Bea"], "Bea is told now."),
        (["Bea", "Cy"], "Bea and Cy are told now."),
    ],
)  # fmt: skip
async def test_who_declines_learns_who_is_told_instead(
    phone: Telephone, told: list[str], said: str
) -> None:
    phone.outbox.told = told
    answer = await phone.press(PIN, {"act": "decline"})
    assert said in answer.text
    assert "The alarm stands until somebody takes it." in answer.text
    assert phone.outbox.used == ["Anna (by PIN) cannot"]


async def test_a_test_notice_is_confirmed_and_signs_nobody_in(phone: Telephone) -> None:
    phone.outbox.change(purpose="test")
    done = await phone.press(PASSWORD, {"username": "mara"})
    assert (done.status_code, "It arrived. Thank you." in done.text) == (200, True)
    assert "Set-Cookie" not in done.headers
    assert phone.outbox.used == ["mara"]


async def test_after_the_session_s_end_there_is_nothing_to_do(phone: Telephone) -> None:
    phone.outbox.session_open = False
    answer = await phone.press(PIN, {"act": "look"})
    assert (answer.status_code, "Nothing to do" in answer.text) == (200, True)
    assert "grant" not in answer.text


# --- forms that are not ours ----------------------------------------------------------------------


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_page_of_another_origin_presses_no_button(phone: Telephone, site: str) -> None:
    headers = {"Sec-Fetch-Site": site} | await phone.signed_in("theo")
    refused = await phone.press({"way": "session"}, LOOKED, headers=headers)
    assert (refused.status_code, phone.outbox.used) == (403, [])
    headers["Sec-Fetch-Site"] = "same-origin"
    assert (await phone.press({"way": "session"}, LOOKED, headers=headers)).status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"pin": "1234\n"}, {"username": "a\x00"}, {"grant": "x" * 257}, {"way": "\x7f"},
        {f"f{n}": "1" for n in range(11)},
    ],
)  # fmt: skip
async def test_a_form_that_is_not_ours_is_not_looked_at(
    phone: Telephone, form: dict[str, str]
) -> None:
    refused = await phone.press(PIN | form, LOOKED)
    assert (refused.status_code, "That is no form of this page." in refused.text) == (400, True)
    assert phone.outbox.used == []
