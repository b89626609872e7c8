"""Notices reach a person: real mail, real webhooks, and the handling of their failures."""

import base64
import hashlib
import hmac
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import unquote_plus

import http_ece
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.product import PASSWORD, Clinic, Product
from tests.parts.sinks import Got, HttpSink, MailSink, sinks

pytestmark = pytest.mark.paced

ALLOW: Final = "http://127.0.0.1,smtp://127.0.0.1"
FIRST_S: Final = 3.0
LATER_S: Final = 4.0
PHONE: Final = "+351 21 000 2233"


@pytest.fixture
def http_and_mail() -> Iterator[tuple[HttpSink, MailSink]]:
    with sinks() as both:
        yield both


@pytest.fixture
def http(http_and_mail: tuple[HttpSink, MailSink]) -> HttpSink:
    return http_and_mail[0]


@pytest.fixture
def mail(http_and_mail: tuple[HttpSink, MailSink]) -> MailSink:
    return http_and_mail[1]


@pytest.fixture
def product(product_with: Callable[..., Product], mosquitto: Mosquitto) -> Product:
    return product_with(MQTT_URL=mosquitto.url, NOTICE_ALLOW=ALLOW)


@pytest.fixture
def clinic(product: Product) -> Clinic:
    """thea, with a phone number: a contact may acknowledge her sessions' alarms without a look."""
    clinic = Clinic(product)
    assert clinic.http.patch("/me", json={"phone": PHONE}).is_success
    return clinic


@pytest.fixture
def admin(product: Product) -> Clinic:
    product.user("ada", "admin")
    return Clinic(product, "ada")


def help_wanted(clinic: Clinic, label: str = "Alder 14", mode: str = "real") -> tuple[str, str]:
    """Open a session with a dose and ask for help in it; return the ids of session and alarm."""
    encounter = clinic.session(label, {}, mode)
    clinic.dose(encounter)
    return encounter, cry(clinic, encounter)


def cry(clinic: Clinic, encounter: str) -> str:
    status = clinic.post(f"/encounters/{encounter}/help")
    found = [a["id"] for a in status["alarms"] if a["condition"] == "help_requested"]
    alarm: str = found[-1]
    return alarm


def ledger(clinic: Clinic, alarm: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = clinic.get(f"/alarms/{alarm}/notices")["items"]
    return found


def of(got: list[Got], alarm_kind: str = "alarm") -> list[Got]:
    return [g for g in got if g.json["purpose"] == alarm_kind]


def test_first_one_then_the_next_and_nobody_after_the_acknowledgement(
    clinic: Clinic, admin: Clinic, http: HttpSink, mail: MailSink
) -> None:
    admin.post("/contacts", name="Backup", urls=[http.url()], after_s=LATER_S)
    admin.post("/contacts", name="On call", urls=[mail.url()], after_s=0)
    admin.post("/contacts", name="Never", urls=[http.url("never")], after_s=2 * LATER_S)
    began = time.monotonic()
    _, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: mail.got, what="the first contact to be told")
    assert mail.got[0].at - began < FIRST_S
    assert mail.got[0].to == ("oncall@clinic.example",)
    assert http.got == []
    wait_until_blocking(lambda: http.got, what="the second")
    assert LATER_S <= http.got[0].at - began < LATER_S + FIRST_S
    clinic.post(f"/alarms/{alarm}/acknowledge")
    told = {row["contact"]: row for row in ledger(clinic, alarm)}
    how = {name: (row["state"], row["channel"], row["attempts"]) for name, row in told.items()}
    assert how == {"On call": ("sent", "mailto", 1), "Backup": ("sent", "json", 1)}
    assert told["Backup"]["delivered_at"] is not None
    # All three contacts get the notice of another session's alarm; by then, the third notice of the
    # first alarm would have been long due.
    other, second = help_wanted(clinic, "Birch 15")
    wait_until_blocking(lambda: http.at("never"), 20, "the third contact to be told of the other")
    assert [json_of(got)["session"] for got in http.at("never")] == [code(other)]
    assert len(ledger(clinic, alarm)) == 2
    clinic.post(f"/alarms/{second}/acknowledge")


def json_of(got: Got) -> dict[str, Any]:
    return got.json


def code(encounter: str) -> str:
    return encounter[1:7].upper()


def test_a_dead_a_hanging_and_a_broken_channel_delay_nobody_else(
    clinic: Clinic, admin: Clinic, http: HttpSink, mail: MailSink
) -> None:
    dead = "json://127.0.0.1:9/nobody"
    for name, url in (
        ("Hanging", http.url("hang")), ("Broken", http.url("broken")), ("Dead", dead),
        ("Moved", http.url("moved")), ("Good", http.url("ok")), ("Mail", mail.url()),
    ):  # fmt: skip
        admin.post("/contacts", name=name, urls=[url], after_s=0)
    began = time.monotonic()
    _, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.at("ok") and mail.got, what="those that work")
    assert max(http.at("ok")[0].at, mail.got[0].at) - began < FIRST_S
    wait_until_blocking(
        lambda: sum(got.path == "/broken" for got in http.got) >= 3, 20, "it to be tried again"
    )
    assert len({got.headers["idempotency-key"] for got in http.got if got.path == "/broken"}) == 1
    assert [got for got in http.at("ok") if got.json["round"] > 1] == []
    assert len(http.at("ok")) == 1, "a redirect was followed"

    def failed() -> bool:
        standing = clinic.get(f"/encounters/{alarm.rpartition('-')[0]}")["alarms"]
        reasons = [a["reason"] for a in standing if a["condition"] == "notice_failed"]
        return len(reasons) == 4

    wait_until_blocking(failed, 20, "an alarm for each that could not be told")
    # The alarm is decided, and the row of the ledger is written a moment later.
    states = {
        "Hanging": "retrying", "Broken": "retrying", "Dead": "retrying", "Moved": "retrying",
        "Good": "sent", "Mail": "sent",
    }  # fmt: skip

    def rows_of() -> dict[str, Any]:
        return {row["contact"]: row for row in ledger(clinic, alarm)}

    wait_until_blocking(
        lambda: {name: row["state"] for name, row in rows_of().items()} == states, what="the ledger"
    )
    rows = rows_of()
    assert rows["Broken"]["detail"] == "it answered 500"
    assert rows["Broken"]["because"] == {"code": "answered", "facts": {"status": 500}}
    assert rows["Dead"]["detail"] == "no connection"
    clinic.post(f"/alarms/{alarm}/acknowledge")
    rows = {row["contact"]: row for row in ledger(clinic, alarm)}
    assert {row["state"] for row in rows.values()} == {"sent", "cancelled"}
    assert rows["Broken"]["detail"] == "acknowledged by thea; before that, it answered 500"


def test_a_failure_makes_the_next_be_told_sooner_and_is_over_when_it_arrives(
    clinic: Clinic, admin: Clinic, http: HttpSink, mail: MailSink
) -> None:
    mail.refuse(1)
    admin.post("/contacts", name="First", urls=[mail.url()], after_s=0)
    admin.post("/contacts", name="Second", urls=[http.url()], after_s=3000)
    began = time.monotonic()
    encounter, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="the second contact")
    assert http.got[0].at - began < FIRST_S
    wait_until_blocking(lambda: mail.got, what="the first, at the second attempt")

    def over() -> bool:
        alarms = clinic.everything(f"/encounters/{encounter}/alarms")
        return [a["presence"] for a in alarms if a["condition"] == "notice_failed"] == ["off"]

    wait_until_blocking(over, what="the failure to be over")
    assert [r["attempts"] for r in ledger(clinic, alarm) if r["contact"] == "First"] == [2]
    assert len(mail.got) == 1


def test_killed_between_alarm_and_delivery_it_delivers_after_the_restart_once(
    product: Product, clinic: Clinic, admin: Clinic, http: HttpSink
) -> None:
    admin.post("/contacts", name="On call", urls=[http.url("gate")], after_s=0)
    admin.post("/contacts", name="Later", urls=[http.url("later")], after_s=3000)
    _, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="an attempt that gets no answer")
    product.kill()
    assert http.at("gate") == []
    http.open_gate()
    product.start()
    wait_until_blocking(lambda: http.at("gate"), what="the notice after the restart")
    clinic = Clinic(product)
    wait_until_blocking(
        lambda: [r["state"] for r in ledger(clinic, alarm) if r["contact"] == "On call"] == ["sent"]
    )
    clinic.post(f"/alarms/{alarm}/acknowledge")
    assert len(http.at("gate")) == 1
    keys = {got.headers["idempotency-key"] for got in http.got if got.path == "/gate"}
    assert len(keys) == 1


def test_acknowledged_and_then_killed_nothing_is_sent_by_the_next_process(
    product: Product, clinic: Clinic, admin: Clinic, http: HttpSink
) -> None:
    """The commit of the acknowledgement also cancels the pending notices."""
    admin.post("/contacts", name="On call", urls=[http.url("broken")], after_s=0)
    encounter, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="an attempt")
    clinic.post(f"/alarms/{alarm}/acknowledge")
    product.kill()
    attempts = [got.json["id"] for got in http.got]
    product.start()
    clinic = Clinic(product)
    assert [row["state"] for row in ledger(clinic, alarm)] == ["cancelled"]
    # When a new notice goes out, the new process has already sent any old one that was pending.
    cry(clinic, encounter)
    wait_until_blocking(lambda: {got.json["id"] for got in http.got} - {*attempts}, what="more")
    assert [got.json["id"] for got in http.got].count(attempts[0]) == attempts.count(attempts[0])


HEALTH: Final = re.compile(
    r"alder|heart|pulse|pressure|systolic|temperature|fever|ketamine|sublingual|dose\b|mm ?hg|sbp|"
    r"dbp|\bhr\b|help|\b(18\d|11\d|150)\b|sam\b|555 0100|test way|sl_home|limit|"
    r"baseline|chest|pain",
    re.IGNORECASE,
)


def test_what_leaves_holds_no_health_data(
    clinic: Clinic, admin: Clinic, http: HttpSink, mail: MailSink, product: Product
) -> None:
    added = admin.post(
        "/contacts", name="On call", urls=[http.url(), mail.url(), http.url("form", "form")],
        after_s=0, zone="Europe/Lisbon",
    )  # fmt: skip
    encounter, _ = help_wanted(clinic)
    clinic.post(f"/encounters/{encounter}/symptoms", symptom="chest_pain")
    clinic.post(f"/encounters/{encounter}/observations", sbp=186, dbp=114, hr=150)
    admin.post(f"/contacts/{added['id']}/test")

    def all_came() -> bool:
        return len(mail.got) >= 4 and len(http.at("ok")) >= 4 and len(http.at("form")) >= 4

    wait_until_blocking(all_came, what="notices of every alarm and the test")
    link = re.compile(r"http://127\.0\.0\.1:\d+/n/[\w.-]+")
    left = [unquote_plus(got.body.decode()) for got in http.got] + [
        f"{m.subject}\n{m.text}\n{m.message['From']}" for m in mail.got
    ]
    left += [json.dumps(got.headers) for got in http.got]
    for text in left:
        bare = link.sub(" ", text).replace(encounter, "").replace(code(encounter), "")
        assert not HEALTH.search(bare), bare
    (first,) = [got for got in http.at("ok") if got.json["alarms"] == 1][:1]
    assert set(first.json) == {
        "version", "title", "message", "attachments", "type", "id", "purpose", "mode", "session",
        "priority", "kind", "since", "priority_since", "began", "alarms", "round", "link",
    }  # fmt: skip
    assert first.json["title"] == f"High alarm, session {code(encounter)}"
    assert "(Europe/Lisbon)" in first.json["message"]
    # A webhook is signed with the key that the administrator can see.
    stamp = first.headers["x-dosing-monitor-timestamp"]
    signed = hmac.new(
        added["signing_key"].encode(), stamp.encode() + b"." + first.body, hashlib.sha256
    )
    assert first.headers["x-dosing-monitor-signature"] == f"sha256={signed.hexdigest()}"
    assert abs(int(stamp) - time.time()) < 60
    for url in (http.url(), mail.url(), "oncall@clinic.example"):
        assert url not in product.log


def test_alarms_of_one_moment_are_one_message(
    clinic: Clinic, admin: Clinic, http: HttpSink
) -> None:
    admin.post("/contacts", name="On call", urls=[http.url()], after_s=0)
    encounter = clinic.session("Alder 14", {}, "real")
    clinic.dose(encounter)
    clinic.post(f"/encounters/{encounter}/observations", sbp=186, dbp=114)
    wait_until_blocking(lambda: http.got, what="the notice")
    assert [got.json["alarms"] for got in http.got] == [2]
    alarms = [a["id"] for a in clinic.get(f"/encounters/{encounter}")["alarms"]]
    rows = [row for alarm in alarms for row in ledger(clinic, alarm)]
    assert len(rows) == 2
    assert len({row["message"] for row in rows}) == 1


# --- links ----------------------------------------------------------------------------------------


def test_a_link_acknowledges_once_for_who_says_who_it_is(
    clinic: Clinic, admin: Clinic, http: HttpSink, product: Product
) -> None:
    admin.post("/contacts", name="Dr Voss", urls=[http.url()], after_s=0, pin="481516")
    encounter, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="the notice")
    link = http.got[0].json["link"]
    with httpx.Client() as phone:
        page = phone.get(link)
        assert page.status_code == 200
        assert "High priority, about the patient, session" in page.text
        assert HEALTH.search(re.sub(r"(?s)<head>.*</head>|since [^.]*", "", page.text)) is None
        # To open the link is not to acknowledge the alarm.
        assert standing(clinic, encounter, alarm)["presence"] == "on"
        assert ledger(clinic, alarm)[0]["seen_at"] is not None
        wrong = phone.post(link, data={"way": "pin", "pin": "000000"})
        assert (wrong.status_code, "not right" in wrong.text) == (403, True)
        assert standing(clinic, encounter, alarm)["presence"] == "on"
        done = phone.post(link, data={"way": "pin", "pin": "481516"})
        assert "Acknowledged by Dr Voss (by PIN)." in done.text
        # A used link does not reveal whether a PIN is right.
        for pin in ("481516", "000000"):
            again = phone.post(link, data={"way": "pin", "pin": pin})
            assert (again.status_code, "used already" in again.text) == (409, True)
        assert "used already" in phone.get(link).text
        broken = phone.get(link[:-1] + "!")
        assert (broken.status_code, "acknowledge the alarm there" in broken.text) == (404, True)
    taken = clinic.everything(f"/encounters/{encounter}/alarms")
    assert [a["acknowledged_by"] for a in taken if a["id"] == alarm] == ["Dr Voss (by PIN)"]
    assert ledger(clinic, alarm)[0]["acknowledged_at"] is not None


def standing(clinic: Clinic, encounter: str, alarm: str) -> dict[str, Any]:
    (found,) = [a for a in clinic.get(f"/encounters/{encounter}")["alarms"] if a["id"] == alarm]
    return dict(found)


def form_of(page: httpx.Response) -> dict[str, str]:
    """Return the hidden fields that the page's one form would send with its button."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return dict(found)


def test_whoever_was_told_sees_values_reason_and_supervisor_before_taking(
    clinic: Clinic, admin: Clinic, http: HttpSink, product: Product
) -> None:
    assert clinic.http.patch("/me", json={"phone": None}).is_success
    admin.post("/contacts", name="Dr Voss", urls=[http.url()], after_s=0, pin="481516")
    admin.post("/contacts", name="Dr Late", urls=[http.url("late")], after_s=3000, pin="481516")
    encounter, alarm = help_wanted(clinic)
    clinic.post(f"/encounters/{encounter}/observations", hr=97, sbp=141, dbp=88)
    wait_until_blocking(lambda: http.got, what="the notice")
    link = http.got[0].json["link"]
    with httpx.Client() as phone:
        asked = phone.get(link).text
        assert "Acknowledge" not in asked
        assert "No telephone number of thea is on file. So look" in asked
        # The supervisor has no phone number here, so "take" without a look only looks.
        seen = phone.post(link, data={"way": "pin", "pin": "481516", "act": "take"})
        assert "Look first. Nothing was acknowledged yet." in seen.text
        assert standing(clinic, encounter, alarm)["presence"] == "on"
        for words in (
            "Help asked for by",
            "141/88 mmHg",
            "97 /min",
            "thea supervises",
            "measured",
        ):
            assert words in seen.text, words
        assert seen.headers["referrer-policy"] == "no-referrer"
        assert seen.headers["cache-control"] == "no-store"
        for hidden in ("Alder 14", "1 Test Way", "555 0100", "Sam", "ketamine", "100 mg"):
            assert hidden not in seen.text, hidden
        given = form_of(seen)
        # Once the supervisor's number is on file, the page shows it as a link to call.
        assert clinic.http.patch("/me", json={"phone": PHONE}).is_success
        again = phone.post(link, data=given | {"act": "look"})
        assert 'href="tel:+351210002233"' in again.text
        assert form_of(again)["grant"] == given["grant"], "looking prolongs nothing"
        # The grant of one PIN opens no other link, and a forged or partial grant not even this one.
        cry(clinic, encounter)
        other = wait_until_blocking(
            lambda: [g.json["link"] for g in http.got if g.json["link"] != link], what="another"
        )[0]
        assert phone.post(other, data=given | {"act": "take"}).status_code == 403
        later = str(int(given["grant"].partition(".")[0]) + 60)
        for forged in ("", ".", later + given["grant"][10:], "9" * 400, "x" + given["grant"]):
            answer = phone.post(link, data=given | {"grant": forged, "act": "take"})
            assert answer.status_code in (400, 403), forged
            assert "141/88" not in answer.text
        assert standing(clinic, encounter, alarm)["presence"] == "on"
        done = phone.post(link, data=given | {"act": "take"})
        assert "Acknowledged by Dr Voss (by PIN)." in done.text
        assert "141/88 mmHg" in done.text, "whoever took it still sees it"
        assert phone.post(link, data=given | {"act": "take"}).status_code == 409
    assert [a["acknowledged_by"] for a in clinic.everything(f"/encounters/{encounter}/alarms")
            if a["id"] == alarm] == ["Dr Voss (by PIN)"]  # fmt: skip
    assert given["grant"] not in product.log
    assert link.rpartition("/")[2] not in product.log


def test_another_pin_of_the_contact_ends_what_the_old_one_opened(
    clinic: Clinic, admin: Clinic, http: HttpSink
) -> None:
    made = admin.post("/contacts", name="Dr Voss", urls=[http.url()], after_s=0, pin="481516")
    help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="the notice")
    link = http.got[0].json["link"]
    seen = httpx.post(link, data={"way": "pin", "pin": "481516", "act": "look"})
    assert "thea supervises" in seen.text
    changed = {"name": "Dr Voss", "urls": [http.url()], "after_s": 0, "pin": "234208"}
    assert admin.http.put(f"/contacts/{made['id']}", json=changed).is_success
    assert httpx.post(link, data=form_of(seen) | {"act": "look"}).status_code == 403


def test_whoever_cannot_says_so_and_the_next_is_told_at_once(
    clinic: Clinic, admin: Clinic, http: HttpSink, mail: MailSink
) -> None:
    first = admin.post("/contacts", name="Dr Voss", urls=[http.url()], after_s=0, pin="481516")
    admin.post("/contacts", name="Dr Late", urls=[mail.url()], after_s=3000, pin="234208")
    encounter, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="the first contact")
    with httpx.Client() as phone:
        link = http.got[0].json["link"]
        seen = phone.post(link, data={"way": "pin", "pin": "481516", "act": "look"})
        began = time.monotonic()
        said = phone.post(link, data=form_of(seen) | {"act": "decline"})
        assert "Dr Late is told now. The alarm stands until somebody takes it." in said.text
        assert "I cannot" not in said.text
        wait_until_blocking(lambda: mail.got, what="the next")
        assert mail.got[0].at - began < FIRST_S
        assert standing(clinic, encounter, alarm)["presence"] == "on"
        told = {row["contact"]: row for row in ledger(clinic, alarm)}
        assert told["Dr Voss"]["declined_at"] is not None
        assert (told["Dr Late"]["declined_at"], told["Dr Late"]["state"]) == (None, "sent")
        status = clinic.get(f"/encounters/{encounter}")
        assert status["nobody_left"] == []
        assert status["next_notice"]["contact"] == "Dr Late", "not the one who cannot"
        # The last contact declines as well: the page reports it, and the alarm remains.
        next_link = re.findall(r"http://\S+/n/[\w.-]+", mail.got[0].text)[0]
        last = phone.post(next_link, data={"way": "pin", "pin": "234208", "act": "decline"})
        assert "Nobody else is left who could be told. The alarm stands" in last.text
        assert 'href="tel:+351210002233"' in last.text
        assert standing(clinic, encounter, alarm)["presence"] == "on"
        assert clinic.get(f"/encounters/{encounter}")["nobody_left"] == [alarm]
        # A contact who declined can still take the alarm.
        done = phone.post(link, data=form_of(said) | {"act": "take"})
        assert "Acknowledged by Dr Voss (by PIN)." in done.text
        assert phone.post(next_link, data={"way": "pin", "pin": "234208", "act": "decline"}
                          ).status_code == 409  # fmt: skip
    journal = clinic.everything(f"/encounters/{encounter}/journal")
    said_so = [row["body"] for row in journal if row["type"] == "notice_declined"]
    assert [(b["by"], b["alarm_id"]) for b in said_so] == [
        ("Dr Voss (by PIN)", alarm), ("Dr Late (by PIN)", alarm),
    ]  # fmt: skip
    assert said_so[0]["contact"] == int(first["id"])
    assert clinic.get(f"/encounters/{encounter}")["nobody_left"] == []


def test_that_somebody_cannot_outlives_a_kill(
    clinic: Clinic, admin: Clinic, http: HttpSink, product: Product
) -> None:
    admin.post("/contacts", name="Dr Voss", urls=[http.url()], after_s=0, pin="481516")
    encounter, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="the notice")
    link = http.got[0].json["link"]
    seen = httpx.post(link, data={"way": "pin", "pin": "481516", "act": "look"})
    assert "Nobody else is left" in httpx.post(link, data=form_of(seen) | {"act": "decline"}).text
    product.kill()
    product.start()
    clinic = Clinic(product)
    assert clinic.get(f"/encounters/{encounter}")["nobody_left"] == [alarm]
    after = httpx.post(link, data=form_of(seen) | {"act": "look"})
    assert ("I take it after all" in after.text, "I cannot" in after.text) == (True, False)


def test_who_signs_in_sees_whose_session_it_is_and_stays_signed_in(
    clinic: Clinic, admin: Clinic, http: HttpSink, product: Product
) -> None:
    product.user("mara", "therapist")
    admin.post("/contacts", name="Dr Voss", urls=[http.url()], after_s=0)
    encounter, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="the notice")
    link = http.got[0].json["link"]
    given = {"way": "password", "username": "mara", "password": PASSWORD, "act": "look"}
    with httpx.Client() as phone:
        seen = phone.post(link, data=given)
        for words in ("Alder 14", "1 Test Way", 'href="tel:5550100"', "Sam", "Help asked for by"):
            assert words in seen.text, words
        # The look acknowledges no alarm, but signs the browser in: now the link shows the session.
        assert standing(clinic, encounter, alarm)["presence"] == "on"
        assert "Alder 14" in phone.get(link).text
        assert phone.get(f"{product.url}/api/v1/me").json()["user"] == "mara"
        done = phone.post(link, data=form_of(seen) | {"act": "take"})
        assert (done.status_code, done.headers["location"]) == (303, f"/#/session/{encounter}")
    assert "Alder 14" not in httpx.get(link).text
    taken = clinic.everything(f"/encounters/{encounter}/alarms")
    assert [a["acknowledged_by"] for a in taken if a["id"] == alarm] == ["mara"]


def test_a_pin_cannot_be_tried_out_and_a_viewer_cannot_acknowledge(
    clinic: Clinic, admin: Clinic, http: HttpSink, product: Product
) -> None:
    product.user("vera", "viewer")
    admin.post("/contacts", name="Dr Voss", urls=[http.url()], after_s=0, pin="481516")
    encounter, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="the notice")
    link = http.got[0].json["link"]
    for name in ("vera", "nobody", "thea"):
        password = "wrong" if name == "thea" else PASSWORD
        given = {"way": "password", "username": name, "password": password}
        assert httpx.post(link, data=given).status_code == 403
    answers = [httpx.post(link, data={"way": "pin", "pin": f"{n:06}"}) for n in range(9)]
    assert [a.status_code for a in answers] == [403] * 5 + [429] * 4
    assert "name=pin" in httpx.get(link).text.replace('"', ""), "looked at five, not at nine"
    assert httpx.post(link, data={"way": "session"}).status_code == 403
    assert httpx.post(link, data={f"f{n}": "x" for n in range(20)}).status_code == 400
    assert httpx.post(link, data={"way": "pin", "pin": "48\x0015"}).status_code == 400
    foreign = {"sec-fetch-site": "cross-site"}
    assert (
        httpx.post(link, data={"way": "pin", "pin": "481516"}, headers=foreign).status_code == 403
    )
    assert standing(clinic, encounter, alarm)["presence"] == "on"
    signed_in = {"Cookie": f"dosing_monitor_session={clinic.token}"}
    answer = httpx.post(link, data={"way": "session"}, headers=signed_in)
    assert "Acknowledged by thea." in answer.text
    assert httpx.get(link).text.count("<form") == 0


def test_wrong_pins_from_everywhere_shut_the_pin_of_a_link_and_not_its_sign_in(
    product: Product, clinic: Clinic, admin: Clinic, http: HttpSink
) -> None:
    admin.post("/contacts", name="Dr Voss", urls=[http.url()], after_s=0, pin="481516")
    help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="the notice")
    link = http.got[0].json["link"]
    for last in range(2, 12):  # each from a separate address
        with httpx.Client(transport=httpx.HTTPTransport(local_address=f"127.0.0.{last}")) as one:
            assert one.post(link, data={"way": "pin", "pin": "000000"}).status_code == 403
    refused = httpx.post(link, data={"way": "pin", "pin": "481516"})
    assert (refused.status_code, "takes no PIN" in refused.text) == (403, True)
    given = {"way": "password", "username": "thea", "password": PASSWORD}
    assert "Acknowledged by thea." in httpx.post(link, data=given).text


def test_a_link_that_is_opened_while_it_is_sent_is_on_the_ledger(
    clinic: Clinic, admin: Clinic, http: HttpSink
) -> None:
    admin.post("/contacts", name="Dr Voss", urls=[http.url("gate")], after_s=0)
    _, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="the attempt")
    assert httpx.get(http.got[0].json["link"]).status_code == 200
    http.open_gate()
    wait_until_blocking(lambda: ledger(clinic, alarm)[0]["state"] == "sent", what="it to be taken")
    assert ledger(clinic, alarm)[0]["seen_at"] is not None
    given = {"way": "password", "username": "thea", "password": PASSWORD}
    assert "Acknowledged by thea" in httpx.post(http.got[0].json["link"], data=given).text
    row = ledger(clinic, alarm)[0]
    assert (row["state"], row["acknowledged_at"] is not None) == ("sent", True)


def test_a_slow_channel_is_late_and_not_told_twice(
    clinic: Clinic, admin: Clinic, http: HttpSink
) -> None:
    """The channel exceeds the timeout of an attempt, which is given up and then arrives."""
    slow = http.url("slow", "form")
    admin.post("/contacts", name="Slow", urls=[slow], after_s=0)
    admin.post("/contacts", name="Next", urls=[http.url()], after_s=3000)
    _, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.at("ok"), 20, "the next to be told")

    def sent() -> bool:
        return any(r["state"] == "sent" for r in ledger(clinic, alarm) if r["contact"] == "Slow")

    wait_until_blocking(sent, 30, "the slow one to be written down as sent")
    assert len([got for got in http.got if got.path == "/slow"]) == 1


# --- contacts -------------------------------------------------------------------------------------


def test_a_test_notice_goes_out_and_is_confirmed_by_its_link(
    clinic: Clinic, admin: Clinic, http: HttpSink
) -> None:
    contact = admin.post("/contacts", name="On call", urls=[http.url(), http.url("broken")])
    assert contact["confirmed_at"] is None
    rows = admin.post(f"/contacts/{contact['id']}/test")["items"]
    assert [(row["state"], row["purpose"]) for row in rows] == [
        ("sent", "test"), ("retrying", "test"),
    ]  # fmt: skip
    (got,) = http.at("ok")
    assert got.json["title"] == "Dosing Monitor: test notice"
    encounter = clinic.session("Alder 14", {}, "real")
    assert clinic.get(f"/encounters/{encounter}")["contacts"][0]["confirmed_at"] is None
    given = {"way": "password", "username": "thea", "password": PASSWORD}
    assert "It arrived. Thank you." in httpx.post(got.json["link"], data=given).text
    assert admin.get("/contacts")["items"][0]["confirmed_at"] is not None
    known = clinic.get(f"/encounters/{encounter}")["contacts"]
    assert [(c["name"], c["on_duty"]) for c in known] == [("On call", True)]
    assert known[0]["confirmed_at"] is not None
    # A therapist may test the contacts of one session, but not twice in quick succession.
    rows = clinic.post(f"/encounters/{encounter}/test-notice")["items"]
    assert rows[0]["state"] == "sent"
    again = clinic.http.post(f"/encounters/{encounter}/test-notice")
    assert again.status_code == 429
    assert int(again.headers["Retry-After"]) > 0
    assert [n["purpose"] for n in clinic.get(f"/encounters/{encounter}/notices")["items"]] == [
        "test", "test",
    ]  # fmt: skip
    # New addresses need a new test; a removed contact disappears, but stays in the ledger.
    put = admin.http.put(
        f"/contacts/{contact['id']}", json={"name": "On call", "urls": [http.url("other")]}
    )
    assert put.json()["confirmed_at"] is None
    assert admin.http.delete(f"/contacts/{contact['id']}").status_code == 200
    assert admin.get("/contacts")["items"] == []
    assert clinic.get(f"/encounters/{encounter}")["contacts"] == []
    assert admin.http.post(f"/contacts/{contact['id']}/test").status_code == 404


# --- contacts without a notice --------------------------------------------------------------------


def test_a_test_session_pages_nobody_who_did_not_ask_for_it(
    clinic: Clinic, admin: Clinic, http: HttpSink
) -> None:
    """By default it notifies only addresses on this machine; its notices contain TEST."""
    admin.post("/contacts", name="Sink", urls=[http.url()], after_s=0)

    admin.post(
        "/contacts", name="Real", after_s=0,
        urls=["mailto://me:pw@example.com?smtp=mail.example.com&to=a@b.example"],
    )  # fmt: skip
    _, alarm = help_wanted(clinic, mode="test")
    wait_until_blocking(lambda: http.got, what="the sink")
    assert http.got[0].json["title"].startswith("TEST, nobody is in danger: high alarm")
    rows = {row["contact"]: row for row in ledger(clinic, alarm)}
    assert rows["Real"]["state"] == "cancelled"
    assert rows["Real"]["detail"] == "a session in mode test: this contact is told of real ones"


def test_nobody_watching_a_dosed_session_is_an_alarm_that_is_sent(
    product_with: Callable[..., Product], mosquitto: Mosquitto, http: HttpSink
) -> None:
    product = product_with(MQTT_URL=mosquitto.url, NOTICE_ALLOW=ALLOW, CLOCK_SPEED="10")
    clinic = Clinic(product)
    product.user("ada", "admin")
    Clinic(product, "ada").post("/contacts", name="Backup", urls=[http.url()], after_s=600)
    encounter = clinic.session("Alder 14", {}, "test")
    clinic.dose(encounter)
    wait_until_blocking(lambda: http.got, 20, "the backup to be told")
    assert (http.got[0].json["kind"], http.got[0].json["priority"]) == ("technical", "high")
    standing_ = clinic.get(f"/encounters/{encounter}")["alarms"]
    assert ("unattended", "high") in [(a["condition"], a["priority"]) for a in standing_]


# --- browsers -------------------------------------------------------------------------------------


def test_the_supervisor_s_own_browser_is_told_with_the_tab_closed(
    product_with: Callable[..., Product], mosquitto: Mosquitto, http: HttpSink
) -> None:
    """A sink replaces the push service; the test decrypts the message as a browser would."""
    allow = f"{ALLOW},webpush://127.0.0.1"
    product = product_with(MQTT_URL=mosquitto.url, NOTICE_ALLOW=allow)
    product.user("mara", "therapist")
    clinic, other = Clinic(product), Clinic(product, "mara")
    browser = Browser()
    for who, path in ((clinic, "thea"), (other, "mara")):
        who.post("/push", endpoint=f"http://127.0.0.1:{http.port}/{path}", keys=browser.keys)
    theirs = f"http://127.0.0.1:{http.port}/thea"
    taken = other.http.post("/push", json={"endpoint": theirs, "keys": Browser().keys})
    assert (taken.status_code, "another user" in taken.text) == (409, True)
    other.post("/push/end", endpoint=theirs)
    assert clinic.http.post("/push", json={"endpoint": "https://10.0.0.1/x", "keys": browser.keys}
                            ).status_code == 422  # fmt: skip
    encounter, alarm = help_wanted(clinic)
    wait_until_blocking(lambda: http.got, what="the push")
    (got,) = http.got
    assert got.path == "/thea"
    assert (got.headers["urgency"], got.headers["content-encoding"]) == ("high", "aes128gcm")
    said = browser.read(got.body)
    assert set(said) == {"title", "body", "link", "tag"}
    assert said["title"] == f"High alarm, session {code(encounter)}"
    assert HEALTH.search(re.sub(r"http\S+|since [^.]*", "", said["body"])) is None
    token, key = re.findall(r"t=([^,]+),\s*k=(\S+)", got.headers["authorization"])[0]
    assert key == clinic.get("/push")["key"]
    assert browser.claims(token, key)["aud"] == f"http://127.0.0.1:{http.port}"
    assert [row["channel"] for row in ledger(clinic, alarm)] == ["webpush"]
    # The push goes to the therapist who takes the session over.
    clinic.post(f"/alarms/{alarm}/acknowledge")
    other.post(f"/encounters/{encounter}/take-over", reason="thea had to leave")
    cry(clinic, encounter)
    wait_until_blocking(lambda: http.at("mara"), what="the push to the other")
    assert len(http.at("thea")) == 1
    other.post("/push/end", endpoint=f"http://127.0.0.1:{http.port}/mara")
    assert clinic.get(f"/encounters/{encounter}")["contacts"] == []


class Browser:
    """A browser's subscription to pushes: its keys, and the decryption with them."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.keys = {"p256dh": _text(point), "auth": _text(self._auth)}

    def read(self, body: bytes) -> dict[str, str]:
        plain = http_ece.decrypt(
            body, private_key=self._key, auth_secret=self._auth, version="aes128gcm"
        )
        found: dict[str, str] = json.loads(plain)
        return found

    def claims(self, token: str, key: str) -> dict[str, Any]:
        """Return the claims of the token; raise if the key did not sign it."""
        signed, _, signature = token.rpartition(".")
        raw = _bytes(signature)
        numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
        public.verify(encode_dss_signature(*numbers), signed.encode(), ec.ECDSA(SHA256()))
        claims: dict[str, Any] = json.loads(_bytes(signed.partition(".")[2]))
        return claims


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
