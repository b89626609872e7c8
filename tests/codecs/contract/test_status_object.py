"""The status object: a value in every field, keys kept from the broker, null and empty."""

from typing import Any

import msgspec

from monitor.codecs.contract.status_object import ForPeople, status_json
from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.sentences.english import english
from monitor.core.vocabulary import status as vocabulary
from monitor.core.vocabulary.events import Alarm
from monitor.core.vocabulary.inputs import Dose, Facts, Override
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Unmet
from monitor.core.vocabulary.status import CuffStatus, GateStatus, LimitStatus, Status
from tests.codecs import live_stories as stories
from tests.codecs.golden_files import GOLDEN, restored
from tests.codecs.whole_status import (
    DOSED,
    OPENED,
    PEOPLE,
    SHARED,
    STEP,
    UNKNOWN,
    WHOLE,
    whole_json,
)


def shown(name: str) -> Any:
    """Return the status of a golden file."""
    return restored(GOLDEN / "live" / f"status-{name}.json")["encounter"]


def structs(value: object) -> list[msgspec.Struct]:
    """Return all structs in a value, itself included."""
    if isinstance(value, msgspec.Struct):
        return [value, *structs([getattr(value, name) for name in value.__struct_fields__])]
    if isinstance(value, dict):
        return structs(list(value.values()))
    members = value if isinstance(value, list | tuple) else ()
    return [found for one in members for found in structs(one)]


def test_every_field_has_a_value_in_the_whole_status() -> None:
    """Of a new field: give it one in whole_status.py, and print the golden files."""
    found = [*structs(WHOLE), PEOPLE]
    empty = {
        f"{kind.__name__}.{name}"
        for kind in (*vars(vocabulary).values(), ForPeople)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
        for name in kind.__struct_fields__
        if not any(getattr(one, name) for one in found if type(one) is kind)
    }
    assert empty - {"Dose.override"} == set()  # no status shows it


def test_every_field_of_the_core_is_on_the_wire() -> None:
    inside = {"corrected"}  # in each dose
    assert set(Status.__struct_fields__) - inside <= whole_json().keys()
    alarms: Any = whole_json()["alarms"]
    (alarm,) = alarms
    named = {"limit_source"}  # as `source` in words, and as `source_because`
    assert set(Alarm.__struct_fields__) - named <= alarm.keys()
    assert alarm["source_because"] == msgspec.to_builtins(WHOLE.alarms[0].limit_source)


def test_mqtt_form_has_neither_label_nor_address() -> None:
    """The keys are absent, not null: no program can fill them by mistake.

    Of a new field: print the golden files first (`python -m tests.codecs.live_stories`).
    """
    status = restored(GOLDEN / "mqtt" / "status.json")
    assert whole_json().keys() - status.keys() == {
        "patient_label", "emergency", "facts", "code", "contacts", "contacts_known", "next_notice",
        "nobody_left", "notices", "sensors",
    }  # fmt: skip
    assert status["valid_until"] == "2026-11-23T14:45:45.000Z"
    for _, body in stories.mqtt_messages():
        text = msgspec.json.encode(body).decode()
        assert "K-104" not in text
        assert "Example Lane" not in text
    bare = whole_json().keys() - status_json(WHOLE, patient="p-12", watchers=None).keys()
    assert bare == whole_json().keys() - status.keys() - {"sensors"}


def test_what_a_cuff_and_a_clock_tell_beside_their_values() -> None:
    """MQTT includes them too: they name only staff, as `supervisor` does."""
    for form in (
        stories.for_people,
        lambda status: status_json(status, patient="p-12", watchers=None),
    ):
        told = form(dict(stories.statuses())["cuff-unknown-age"])
        assert told["cuffs"] == {
            "cuff-3": {
                "user": 1, "user_by": "thea", "users": [1, 2],
                "failed_at": "2026-11-23T15:34:00.000Z",
                "failed_reason": "The cuff measured and failed: too loose. It is asked again.",
                "failed_because": SHARED.failed_because,
                "unknown": {
                    "key": "cuff-3/a1/31/sbp", "received": "2026-11-23T15:34:40.000Z",
                    "values": {"sbp": 151.0, "dbp": 94.0, "map": 113.0},
                    "reason": UNKNOWN.reason, "because": UNKNOWN.because,
                },
                "stored_at": "2026-11-23T15:34:40.000Z",
                "stored_reason": "Stored in the cuff, measured 8 days ago.",
                "stored_because": SHARED.stored_because,
            }
        }  # fmt: skip
        assert told["clock_steps"] == {
            "strap-7": {
                "at": "2026-11-23T14:32:00.000Z", "by_s": 3600.0, "reason": STEP.reason,
                "because": STEP.because,
            }
        }  # fmt: skip


def test_a_step_of_a_clock_and_a_failed_measurement_have_their_reason_as_data_too() -> None:
    about = dict(stories.statuses())["cuff-unknown-age"]
    right = Reason("clock_right", {"device": "strap-7"})
    failed = Reason("cuff_failed", {"device": "cuff-3", "count": 1, "flags": (), "lost": ()})
    known = msgspec.structs.replace(about.cuffs["cuff-3"], failed_reason="", failed_because=failed)
    step = msgspec.structs.replace(STEP, reason="", because=right)
    status = msgspec.structs.replace(about, cuffs={"cuff-3": known}, clock_steps={"strap-7": step})
    told: Any = status_json(status, patient="p-12", watchers=None)
    (cuff,), (stepped,) = told["cuffs"].values(), told["clock_steps"].values()
    assert cuff["failed_reason"] == "The cuff cuff-3 measured and failed."
    assert cuff["failed_because"] == failed
    assert stepped["reason"] == "The clock of device strap-7 is right again."
    assert stepped["because"] == right


def test_a_limit_has_its_source_as_data_too() -> None:
    source = Reason("set_by", {"by": "thea", "text": "as agreed"})
    limit = LimitStatus("sbp_high", "high", "sbp", "high", 170.0, source)
    status = msgspec.structs.replace(WHOLE, limits=(limit,))
    told: Any = status_json(status, patient="p-12", watchers=None)
    (sent,) = told["limits"]
    assert sent["source_because"] == source
    assert sent["source"] == english(source)


def test_a_condition_of_a_gate_has_its_reason_as_data_too() -> None:
    about = dict(stories.statuses())["calm"]
    unmet = Unmet("sitter", Reason("nobody_stays"))
    status = msgspec.structs.replace(about, gates=(GateStatus("discharge", (unmet,)),))
    told: Any = status_json(status, patient="p-12", watchers=None)
    words = "A sitter stays with the patient: none."
    because = Reason("nobody_stays")
    assert told["gates"] == [
        {"gate": "discharge", "unmet": [{"id": "sitter", "text": words, "because": because}]}
    ]


def test_a_doubt_and_what_a_cuff_stored_have_their_reason_as_data_too() -> None:
    about = dict(stories.statuses())["cuff-unknown-age"]
    doubt = Reason("record_of_unknown_age", {"user": None})
    stored = Reason("records_stored", {"count": 2, "why": Reason("stored_before")})
    replace = msgspec.structs.replace
    unknown = replace(UNKNOWN, reason="", because=doubt)
    cuff = replace(about.cuffs["cuff-3"], unknown=unknown, stored_reason="", stored_because=stored)
    sbp = replace(about.vitals["sbp"], cause="", because=doubt)
    status = replace(about, cuffs={"cuff-3": cuff}, vitals={**about.vitals, "sbp": sbp})
    told: Any = status_json(status, patient="p-12", watchers=None)
    words = "its age is unknown, it may have been stored in the cuff"
    assert (told["vitals"]["sbp"]["cause"], told["vitals"]["sbp"]["because"]) == (words, doubt)
    sent = told["cuffs"]["cuff-3"]
    assert (sent["unknown"]["reason"], sent["unknown"]["because"]) == (words, doubt)
    assert sent["stored_because"] == stored
    assert sent["stored_reason"] == (
        "2 readings, each stored in the cuff, measured before what it sent since. Kept, and not "
        "watched."
    )


def test_a_cuff_of_which_nothing_is_known_is_null_and_empty() -> None:
    status = msgspec.structs.replace(
        dict(stories.statuses())["calm"], cuffs={"cuff-3": CuffStatus()}
    )
    told = status_json(status, patient="p-12", watchers=None)["cuffs"]
    assert told == {
        "cuff-3": {
            "user": None, "user_by": None, "users": [], "failed_at": None, "failed_reason": "",
            "unknown": None, "stored_at": None, "stored_reason": "",
        }
    }  # fmt: skip


def test_live_form_has_no_expiry_of_its_own() -> None:
    status = shown("calm")
    assert "valid_until" not in status
    assert status["emergency"] == PEOPLE.emergency


def test_a_vital_sign_that_never_came_is_null_throughout() -> None:
    temp = shown("preparation")["vitals"]["temp"]
    absent = ("value", "effective", "received", "age_s", "stale_at", "expires_at", "change")
    assert all(temp[key] is None for key in absent)
    assert (temp["state"], temp["unit"]) == ("missing", "Cel")


def test_status_of_a_real_encounter_says_when_its_phases_begin() -> None:
    facts = Facts(protocol="sl_home", mode="test", devices={"cuff-3": "cuff"})
    encounter, _ = Encounter.open("e-1", facts, PRESETS["sl_home"], OPENED)
    before = status_json(encounter.status(OPENED), patient="p-12", watchers=None)
    assert before["phases"] == {}
    dose = Dose(DOSED, "ketamine", "sublingual", 100.0, "m", Override("m", "tests the clock", "m"))
    encounter.dose(dose, DOSED)
    after = stories.for_people(encounter.status(DOSED))
    calm = shown("calm")
    assert after["phases"] == calm["phases"]
    # The stories have the keys of a real session.
    assert list(after) == list(calm)
