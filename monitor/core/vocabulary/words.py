"""Words that inputs, events and status share: the closed lists of the journal."""

from typing import Final, Literal

Role = Literal["viewer", "therapist", "admin"]  # each may do what the ones before it may
DeviceKind = Literal["heart_rate", "cuff", "thermometer", "gateway"]
Mode = Literal["real", "test", "demo"]
Phase = Literal["preparation", "baseline", "onset", "peak", "recovery", "closed"]
Priority = Literal["low", "medium", "high"]
Presence = Literal["off", "on", "latched", "acknowledged"]
Kind = Literal["physiological", "technical"]
FaultCondition = Literal[
    "broker_lost", "storage_fault", "notice_failed", "broker_contested", "broker_open"
]
Verdict = Literal["accepted", "suspect", "rejected", "late"]
# "corrected": a reading in it was struck out; "left": the session was closed while it lasted.
Stage = Literal["opened", "higher", "sustained", "ended", "returned", "corrected", "left"]
Change = Literal[
    "raised", "escalated", "deescalated", "latched", "cleared", "acknowledged", "ended"
]
RANK: Final[dict[Priority, int]] = {"low": 1, "medium": 2, "high": 3}
