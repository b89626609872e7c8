"""The acts of people: each is on the record before its answer, or is refused with the reason."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from monitor.adapters.http.errors import Invalid, Unknown
from monitor.adapters.store.questions.findings import list_observations
from monitor.adapters.store.questions.users import change_user
from monitor.core.vocabulary.checks import CHECKS
from monitor.core.vocabulary.inputs import (
    BACKDATED_S,
    Checked,
    CuffUser,
    HandOver,
    TakeOver,
)
from monitor.core.vocabulary.symptoms import SYMPTOMS
from monitor.service.desk.desk import EXPECTED_FOR_S, SessionActs
from tests.core.refusing import refused
from tests.service.desk.front import GOES_AHEAD, Front, a_dose

Act = Callable[[SessionActs, str], Awaitable[Any]]

ACTS: Final[dict[str, Act]] = {
    "dose": lambda desk, e: desk.dose(e, a_dose(), by="thea"),
    "observe": lambda desk, e: desk.observe(e, {"hr": 70.0}, at=None, by="thea"),
    "symptom": lambda desk, e: desk.symptom(e, next(iter(SYMPTOMS)), by="thea"),
    "ask_for_help": lambda desk, e: desk.ask_for_help(e, by="thea"),
    "note": lambda desk, e: desk.note(e, "calm", by="thea"),
    "check": lambda desk, e: desk.check(e, Checked(next(iter(CHECKS)), "thea")),
    "hand_over": lambda desk, e: desk.hand_over(e, HandOver("thea", "thea")),
    "take_over": lambda desk, e: desk.take_over(e, TakeOver("thea")),
    "audio_pause": lambda desk, e: desk.audio_pause(e, 60.0, by="thea"),
    "cuff_user": lambda desk, e: desk.cuff_user(e, CuffUser("cuff", 1, "thea")),
    "change_devices": lambda desk, e: desk.change_devices(e, add=(), remove=(), by="thea"),
    "close": lambda desk, e: desk.close(e, None, alert=True, by="thea"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_no_act_reaches_a_session_that_is_closed_or_does_not_exist(
    front: Front, act: Act
) -> None:
    encounter = await front.closed("cuff")
    with refused(r"^This session is closed.$"):
        await act(front.desk, encounter)
    with pytest.raises(Unknown, match=r"^There is no session with this id.$"):
        await act(front.desk, "e0")


# --- doses and readings ---------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "recorded"), [
    (None, 0.0),
    (1.9, 0.0),  # the page's clock is a little ahead
    (-5.0, -5.0),
    (-BACKDATED_S, -BACKDATED_S),
])  # fmt: skip
async def test_a_dose_was_taken_at_its_own_time_but_not_in_the_future(
    front: Front, given: float | None, recorded: float
) -> None:
    encounter = await front.opened()
    front.monotonic += 3600
    now = front.clock.now()
    at = None if given is None else now + given
    await front.desk.dose(encounter, a_dose(at), by="thea")
    state = front.ward.sessions[encounter].encounter.state
    assert [dose.at - now for dose in state.session.doses] == [recorded]


@pytest.mark.parametrize(("offset", "said"), [
    (2.1, "It lies in the future."),
    (-BACKDATED_S - 0.1, "It lies more than 30 min back."),
])  # fmt: skip
async def test_an_impossible_time_is_refused_for_a_dose_and_for_a_reading(
    front: Front, offset: float, said: str
) -> None:
    encounter = await front.opened()
    front.monotonic += 3600
    at = front.clock.now() + offset
    acts: list[Awaitable[Any]] = [
        front.desk.dose(encounter, a_dose(at), by="thea"),
        front.desk.observe(encounter, {"hr": 70.0}, at=at, by="thea"),
    ]
    for act in acts:
        with pytest.raises(Invalid) as no:
            await act
        assert (no.value.field, no.value.text) == ("at", said)
    assert not front.ward.sessions[encounter].encounter.state.session.doses


async def test_typed_values_are_answered_as_stored_the_impossible_with_the_reason(
    front: Front,
) -> None:
    encounter = await front.opened()
    rows = await front.desk.observe(encounter, {"hr": 70.0, "temp": 90.0}, at=None, by="thea")
    stored = (await front.store.read(list_observations, encounter, 10)).items
    assert {row["id"] for row in rows} == {row.id for row in stored}
    (hr,) = [row for row in rows if row["vital"] == "hr"]
    (temp,) = [row for row in rows if row["vital"] == "temp"]
    assert (hr["state"], temp["state"]) == ("accepted", "rejected")
    assert temp["reason"]
    counted = front.registry.get_sample_value(
        "dosing_monitor_observations_total", {"result": "stored"}
    )
    assert counted == 1


async def test_the_expectation_reaches_four_hours_beyond_the_last_dose(front: Front) -> None:
    encounter = await front.opened()
    assert (await front.desk.expectation(encounter))["since"] is None
    await front.desk.dose(encounter, a_dose(), by="thea")
    front.monotonic += 600
    await front.desk.dose(encounter, a_dose(), by="thea")
    expected: Any = await front.desk.expectation(encounter)
    assert expected["since"] == "2026-11-23T10:00:00.000Z"
    assert {len(values) for values in expected["upper"].values()} <= {
        int((600 + EXPECTED_FOR_S) / 60) + 1, 0,
    }  # fmt: skip
    await front.desk.close(encounter, GOES_AHEAD, alert=True, by="thea")
    assert await front.desk.expectation(encounter) == expected


# --- words and persons ----------------------------------------------------------------------------


async def test_a_word_that_is_in_no_list_is_the_fault_of_its_field(front: Front) -> None:
    encounter = await front.opened()
    with pytest.raises(Invalid) as no:
        await front.desk.symptom(encounter, "boredom", by="thea")
    assert no.value.field == "symptom"
    with pytest.raises(Invalid) as no:
        await front.desk.check(encounter, Checked("weather", "thea"))
    assert no.value.field == "check"
    assert not list(front.ward.sessions[encounter].encounter.state.alarms)


@pytest.mark.parametrize("to", ["vera", "nobody", "theo"])
async def test_a_session_is_offered_only_to_a_user_who_may_run_it(front: Front, to: str) -> None:
    """theo may until he is disabled."""
    encounter = await front.opened()
    if to == "theo":
        await front.desk.hand_over(encounter, HandOver(to, "thea"))
        await front.store.write(change_user, "theo", disabled=True)
    with pytest.raises(Invalid) as no:
        await front.desk.hand_over(encounter, HandOver(to, "thea"))
    assert (no.value.field, no.value.text) == ("to", f"{to} is nobody who may run a session.")


# --- devices --------------------------------------------------------------------------------------


async def test_a_device_that_is_added_serves_and_one_that_is_removed_does_not(
    front: Front,
) -> None:
    encounter = await front.opened("cuff")
    session = front.ward.sessions[encounter]
    await front.desk.change_devices(encounter, add=("strap",), remove=("cuff",), by="thea")
    assert session.devices == list(session.sites) == list(front.ward.serving) == ["strap"]
    assert front.ward.serving["strap"] is session
    other = await front.opened("cuff")
    assert front.ward.serving["cuff"] is front.ward.sessions[other]


async def test_a_device_of_another_session_is_neither_removed_nor_given_a_user(
    front: Front,
) -> None:
    encounter = await front.opened("strap")
    await front.opened("cuff")
    with pytest.raises(Invalid) as no:
        await front.desk.change_devices(encounter, add=(), remove=("cuff",), by="thea")
    assert (no.value.field, no.value.text) == ("remove", "Device cuff does not serve this session.")
    with pytest.raises(Unknown, match=r"^Device cuff does not serve this session.$"):
        await front.desk.cuff_user(encounter, CuffUser("cuff", 1, "thea"))


# --- the end --------------------------------------------------------------------------------------


async def test_a_closed_session_frees_its_devices_and_stays_readable(front: Front) -> None:
    encounter = await front.opened("cuff")
    assert front.desk.open_sessions() == [encounter]
    await front.desk.dose(encounter, a_dose(), by="thea")
    await front.desk.observe(encounter, {"hr": 70.0}, at=None, by="thea")
    front.monotonic += 60
    await front.desk.close(encounter, GOES_AHEAD, alert=True, by="thea")
    assert (front.desk.open_sessions(), front.desk.statuses()) == ([], [])
    assert front.ward.serving == {}
    status = await front.desk.status(encounter)
    assert (status["id"], status["patient_label"]) == (encounter, "K-1")
    assert (status["closed_at"], status["minutes_since_dose"]) == ("2026-11-23T10:01:00.000Z", 1)
    front.monotonic += 600
    assert await front.desk.status(encounter) == status, "as it ended"
    with pytest.raises(Unknown):
        await front.desk.status("e0")


async def test_sessions_are_listed_by_their_state_and_in_either_order(front: Front) -> None:
    first = await front.closed()
    front.monotonic += 1
    second = await front.opened()
    front.monotonic += 1
    third = await front.opened()

    async def listed(state: Any, *, newest_first: bool = False) -> list[Any]:
        found = await front.desk.encounters(
            state=state, patient="p", limit=10, after=None, newest_first=newest_first
        )
        assert found.count == len(found.items)
        return [one["id"] for one in found.items]

    assert await listed("open") == [second, third]
    assert await listed("closed") == [first]
    assert await listed(None, newest_first=True) == [third, second, first]


# --- alarms ---------------------------------------------------------------------------------------


async def test_an_alarm_is_acknowledged_once_known_and_while_its_session_is_open(
    front: Front,
) -> None:
    encounter = await front.opened()
    alarm = await front.help(encounter)
    for unknown in (f"{encounter}-99", "e0-1", "none"):
        with pytest.raises(Unknown, match=r"^There is no such alarm.$"):
            await front.desk.acknowledge(unknown, note="", by="thea")
    answer = await front.desk.acknowledge(alarm, note="seen", by="thea")
    assert (answer["id"], answer["acknowledged_by"]) == (alarm, "thea")
    await front.desk.close(encounter, GOES_AHEAD, alert=True, by="thea")
    with refused(r"^The session of this alarm is closed.$"):
        await front.desk.acknowledge(alarm, note="", by="thea")


async def test_an_alarm_is_rated_also_after_its_session(front: Front) -> None:
    encounter = await front.opened()
    alarm = await front.help(encounter)
    await front.desk.rate(alarm, useful=True, by="thea")
    with pytest.raises(Unknown, match=r"^There is no such alarm.$"):
        await front.desk.rate(f"{encounter}-99", useful=True, by="thea")
    await front.desk.close(encounter, GOES_AHEAD, alert=True, by="thea")
    await front.desk.rate(alarm, useful=False, by="thea")
    with pytest.raises(Unknown, match=r"^There is no such alarm.$"):
        await front.desk.rate("e0-1", useful=True, by="thea")
