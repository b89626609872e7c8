"""Corrections through the running service: in an open session, after the close, after a restart."""

from typing import Any

import pytest

from tests.parts.product import Clinic, Product

WHY = "read it from the wrong line"


def correct(clinic: Clinic, encounter: str, **body: Any) -> Any:
    return clinic.post(f"/encounters/{encounter}/corrections", **({"reason": WHY} | body))


def refused(clinic: Clinic, path: str, **body: Any) -> tuple[int, str]:
    answer = clinic.http.post(path, json=body)
    assert answer.is_error, answer.text
    return answer.status_code, str(answer.json()["detail"])


def told(clinic: Clinic, encounter: str) -> list[Any]:
    return [
        row["body"]
        for row in clinic.everything(f"/encounters/{encounter}/journal", type="corrected")
    ]


@pytest.fixture
def session(clinic: Clinic) -> str:
    encounter = clinic.session("Alder 14", {"cuff-1": "cuff"})
    clinic.post(f"/encounters/{encounter}/observations", sbp=120, dbp=80)
    clinic.dose(encounter)
    return encounter


def test_what_is_corrected_holds_after_a_restart_and_after_the_close(
    product: Product, clinic: Clinic, session: str
) -> None:
    typed = clinic.post(f"/encounters/{session}/observations", sbp=212, dbp=90)["items"]
    now = correct(clinic, session, kind="dose", dose=1, amount_mg=50, route="oral")
    assert (now["doses"][0]["amount_mg"], now["doses"][0]["corrected"]) == (50, True)
    now = correct(clinic, session, kind="reading", observation=typed[1]["id"])
    assert [a["presence"] for a in now["alarms"] if a["condition"] == "sbp_high"] == ["latched"]
    now = correct(clinic, session, kind="birth_year", value=1950)
    assert now["facts"]["birth_year"] == 1950
    now = correct(clinic, session, kind="phone", value="555 0199")
    assert now["emergency"]["phone"] == "555 0199"
    now = correct(clinic, session, kind="label", value="Alder 15")
    assert now["patient_label"] == "Alder 15"
    before = clinic.get(f"/encounters/{session}")
    product.kill()
    product.start()
    after = clinic.get(f"/encounters/{session}")
    for name in ("doses", "facts", "emergency", "patient_label", "corrections", "baseline"):
        assert after[name] == before[name], name
    assert "journal_disagrees" not in product.log
    clinic.post(f"/encounters/{session}/close", override_reason="ends here")
    correct(clinic, session, kind="dose", dose=1, amount_mg=75)
    correct(clinic, session, kind="sitter", value="Sam Reed")
    first = clinic.everything(f"/encounters/{session}/observations", source="manual")[0]
    correct(clinic, session, kind="reading", observation=first["id"])
    closed = clinic.get(f"/encounters/{session}")
    assert (closed["doses"][0]["amount_mg"], closed["corrections"]) == (75, 8)
    rows = clinic.everything(f"/encounters/{session}/observations")
    assert {row["state"] for row in rows} == {"rejected"}
    (dose,) = clinic.everything(f"/encounters/{session}/journal", type="dose")
    assert dose["body"]["amount_mg"] == 100
    said = told(clinic, session)
    assert [s["what"] for s in said] == [
        "dose", "reading", "birth_year", "phone", "label", "dose", "sitter", "reading",
    ]  # fmt: skip
    assert all((s["by"], s["reason"]) == ("thea", WHY) for s in said)
    assert [(s["before"]["amount_mg"], s["after"]["amount_mg"]) for s in (said[0], said[5])] == [
        (100, 50), (50, 75),
    ]  # fmt: skip


def beside(clinic: Clinic, session: str, device: str, *risks: str) -> str:
    """Open another session of the same patient; return its id."""
    clinic.post("/devices", id=device, kind="cuff")
    patient = clinic.get(f"/encounters/{session}")["patient"]
    other: str = clinic.post(
        "/encounters", patient_id=patient, protocol="sl_home", device_ids=[device], mode="test",
        risk_factors=list(risks),
    )["id"]  # fmt: skip
    return other


def medium(clinic: Clinic, encounter: str) -> float:
    """Return the medium limit of the systolic pressure."""
    (found,) = [
        limit["value"]
        for limit in clinic.get(f"/encounters/{encounter}")["limits"]
        if (limit["condition"], limit["priority"]) == ("sbp_high", "medium")
    ]
    return float(found)


@pytest.mark.parametrize("closed", [False, True], ids=["an open one", "a closed one"])
def test_what_decides_about_limits_reaches_every_open_session_of_the_patient(
    clinic: Clinic, session: str, closed: bool
) -> None:
    other, stranger = beside(clinic, session, "cuff-2", "thyroid"), clinic.session("Elm 2", {})
    before = [medium(clinic, e) for e in (other, stranger)]
    if closed:
        clinic.post(f"/encounters/{session}/close", override_reason="ends here")
    correct(clinic, session, kind="birth_year", value=1950)
    correct(clinic, session, kind="risk_factors", value=["stroke"])
    facts = clinic.get(f"/encounters/{other}")["facts"]
    assert (facts["birth_year"], facts["risk_factors"]) == (1950, ["thyroid", "stroke"])
    assert medium(clinic, other) < before[0]
    assert medium(clinic, stranger) == before[1]
    said = told(clinic, other)
    assert [(s["what"], s["before"], s["after"], s["by"], s["reason"]) for s in said] == [
        ("birth_year", None, 1950, "thea", WHY),
        ("risk_factors", ["thyroid"], ["thyroid", "stroke"], "thea", WHY),
    ]
    assert told(clinic, stranger) == []


def test_what_another_session_says_already_is_not_said_twice(clinic: Clinic, session: str) -> None:
    correct(clinic, session, kind="birth_year", value=1950)
    other = beside(clinic, session, "cuff-2")
    correct(clinic, other, kind="risk_factors", value=["stroke"])
    correct(clinic, session, kind="phone", value="555 0199")
    assert [s["what"] for s in told(clinic, other)] == ["risk_factors"]
    assert [s["what"] for s in told(clinic, session)] == ["birth_year", "risk_factors", "phone"]
    clinic.post(f"/encounters/{other}/close", override_reason="ends here")
    correct(clinic, other, kind="risk_factors", value=[])
    assert clinic.get(f"/encounters/{session}")["facts"]["risk_factors"] == []


def test_what_cannot_be_is_refused_in_a_sentence(clinic: Clinic, session: str) -> None:
    path = f"/encounters/{session}/corrections"
    clinic.session("Zo\u00eb 1", {})
    typed = clinic.everything(f"/encounters/{session}/observations")[0]["id"]
    for status, words, body in (
        (409, "There is a patient Zo\u00eb 1 already", {"kind": "label", "value": "zoe\u20091"}),
        (409, "stands on the record already", {"kind": "sitter", "value": "Sam"}),
        (409, "There is no such dose", {"kind": "dose", "dose": 2, "amount_mg": 5}),
        (422, "There is no such reading", {"kind": "reading", "observation": typed + 900}),
        (422, "is not one of", {"kind": "risk_factors", "value": ["tea"]}),
        (422, "lies in the future", {"kind": "birth_year", "value": 2099}),
        (422, "does not serve this session", {"kind": "device", "remove": "x", "add": "cuff-1"}),
        (422, "Register it first", {"kind": "device", "remove": "cuff-1", "add": "none"}),
    ):
        answer = refused(clinic, path, reason=WHY, **body)
        assert answer[0] == status, answer
        assert words in answer[1]
    nobody = refused(clinic, "/encounters/none/corrections", kind="sitter", value="S", reason=WHY)
    assert nobody == (404, "There is no session with this id.")
    assert told(clinic, session) == []
    assert clinic.get(f"/encounters/{session}")["patient_label"] == "Alder 14"


def test_a_deactivated_device_serves_nobody_and_the_admin_reads_why(
    product: Product, clinic: Clinic, session: str
) -> None:
    clinic.post("/devices", id="cuff-2", kind="cuff")

    def change(device: str, **body: Any) -> Any:
        return clinic.http.patch(f"/devices/{device}", json=body)

    busy = change("cuff-1", active=False, reason="it fell")
    assert (busy.status_code, session in busy.json()["detail"]) == (409, True)
    gone = change("cuff-2", active=False, reason="it fell").json()
    assert (gone["active"], gone["deactivated_at"] is None) == (False, False)
    swap = {"kind": "device", "remove": "cuff-1", "add": "cuff-2", "reason": WHY}
    answer = refused(clinic, f"/encounters/{session}/corrections", **swap)
    assert answer == (409, "Device cuff-2 is deactivated: activate it first.")
    assert change("cuff-2", active=True).json()["active"]
    clinic.post(f"/encounters/{session}/corrections", **swap)
    assert list(clinic.get(f"/encounters/{session}")["devices"]) == ["cuff-2"]
    product.user("ada", "admin")
    admin = Clinic(product, "ada")
    acts = admin.everything("/audit")
    assert [(a["by"], a["action"], a["object"]) for a in acts if a["object"] == "cuff-2"] == [
        ("thea", "device_activated", "cuff-2"),
        ("thea", "device_deactivated", "cuff-2"),
        ("thea", "device_added", "cuff-2"),
    ]
    reasons = [a["detail"].get("reason") for a in acts if a["action"] == "device_deactivated"]
    assert reasons == ["it fell"]
    assert ("the command line", "user_added", "ada") in [
        (a["by"], a["action"], a["object"]) for a in acts
    ]
