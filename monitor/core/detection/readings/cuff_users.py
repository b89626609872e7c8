"""Users of a shared cuff: its readings carry a user number, which may not be the patient's.

The patient's user number comes from the device's entry, or a person sets it in the session;
otherwise the first reading that is surely of now sets it, and this is announced to all. A reading
of another user only warns, as every unproven one does: who really sat at the cuff is unknown.
"""

from typing import Final

from monitor.core.detection.readings import reconsider
from monitor.core.state import State
from monitor.core.state.cuffs import PatientUser
from monitor.core.vocabulary.events import Event, UserTaken
from monitor.core.vocabulary.inputs import CuffUser
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused

REGISTERED: Final = "the device's entry"


def register(state: State, users: dict[str, int]) -> None:
    """Take the patient's user numbers from the entries of these devices."""
    for device, user in users.items():
        state.cuffs.set_user(device, PatientUser(user, REGISTERED))


def doubt(state: State, device: str, user: int | None) -> Reason | None:
    """Return why a reading may be another person's; None if its user is the patient or unknown."""
    known = state.cuffs.users.get(device)
    if user is None or known is None or user == known.user:
        return None
    return Reason("other_user", {"user": user, "patient": known.user})


def learn(state: State, device: str, user: int | None, now: float) -> list[Event]:
    """Set the patient's user number, if unknown, from a reading that is surely of now."""
    if user is None or device in state.cuffs.users:
        return []
    state.cuffs.set_user(device, PatientUser(user))
    return [UserTaken(at=now, device=device, user=user)]


def cuff_user(state: State, given: CuffUser, now: float) -> list[Event]:
    """Set the patient's user number by a person's word; judge this session's readings again.

    Raise `Refused` for a device that is not in the session.
    """
    if not state.devices.kind(given.device):
        raise Refused(Reason("not_serving", {"device": given.device}))
    state.cuffs.set_user(given.device, PatientUser(given.user, given.by))
    taken = UserTaken(at=now, device=given.device, user=given.user, by=given.by)
    why = Reason("user_stated", {"by": given.by, "user": given.user})
    again = reconsider.whose_anew(
        state, given.device, lambda p: doubt(state, p.device, p.user), now, why
    )
    return [taken, *again]
