"""The memory of pressures, and of the patient's user number on a shared cuff."""

import pytest

from monitor.core.quality.cuffs.pressures import KEPT, Pressure
from monitor.core.state.cuffs import CuffReadings, PatientUser
from monitor.core.vocabulary.reasons import plain


def pressure(at: float, sbp: float = 120.0, *, doubt: str = "", cause: str = "") -> Pressure:
    return Pressure(
        at, sbp, 80.0, clean=not doubt and not cause,
        doubts={"age": plain(doubt)} if doubt else {},
        causes={"sbp": plain(cause)} if cause else {},
    )  # fmt: skip


def test_pressures_are_kept_in_the_order_of_their_measurement() -> None:
    cuffs = CuffReadings()
    for at in (300.0, 100.0, 200.0):
        cuffs.put(pressure(at))
    assert [p.effective for p in cuffs.pressures] == [100, 200, 300]
    cuffs.put(pressure(250.0, 130.0), instead_of=cuffs.pressures[0])
    assert [p.effective for p in cuffs.pressures] == [200, 250, 300]
    cuffs.leave(cuffs.pressures[1])
    assert [p.effective for p in cuffs.pressures] == [200, 300]


def test_one_that_is_not_kept_can_neither_be_replaced_nor_removed() -> None:
    cuffs = CuffReadings()
    cuffs.put(pressure(100.0))
    with pytest.raises(ValueError, match="not in list"):
        cuffs.leave(pressure(100.0, 121.0))
    with pytest.raises(ValueError, match="not in list"):
        cuffs.put(pressure(200.0), instead_of=pressure(100.0, 121.0))
    assert cuffs.pressures == [pressure(100.0)]


def test_the_oldest_is_dropped_even_if_it_comes_last() -> None:
    cuffs = CuffReadings()
    for n in range(KEPT):
        cuffs.put(pressure(100.0 + n))
    cuffs.put(pressure(50.0))
    assert [p.effective for p in cuffs.pressures] == [100.0 + n for n in range(KEPT)]


def test_proven_are_those_of_now_and_of_the_patient_even_if_their_value_is_doubtful() -> None:
    cuffs = CuffReadings()
    clean, moved = pressure(100.0), pressure(200.0, cause="The arm moved.")
    for one in (clean, moved, pressure(300.0, doubt="Its age is unknown.")):
        cuffs.put(one)
    assert cuffs.proven == [clean, moved]


def test_the_user_of_a_cuff_is_set_anew_and_forgotten_by_its_cuff() -> None:
    cuffs = CuffReadings()
    cuffs.set_user("cuff", PatientUser(1))
    cuffs.set_user("other", PatientUser(3))
    cuffs.set_user("cuff", PatientUser(2, "m.keller"))
    assert cuffs.users == {"cuff": PatientUser(2, "m.keller"), "other": PatientUser(3)}
    cuffs.forget_user("cuff")
    cuffs.forget_user("cuff")
    assert cuffs.users == {"other": PatientUser(3)}
