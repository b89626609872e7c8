"""Protocols: phases, schedule of pressure readings, gates and limits, as data.

No number here is clinically validated; a clinician signs the protocol that a clinic uses. Each
limit carries its source. "label" is the esketamine label as restated in secondary sources,
"CRTCE" the Toronto clinic's definition of treatment-emergent hypertension (Rodrigues 2020,
doi 10.1080/14740338.2020.1776699), "engineering default" was chosen for this product.
"""

from msgspec import Struct

from monitor.core.protocol.limit import AlarmLimit
from monitor.core.vocabulary.words import Priority


class HoldGate(Struct, frozen=True, kw_only=True):
    """The conditions for a dose. Pressures mmHg, heart rate /min.

    repeats, repeat_apart_min   number and spacing of the clean repeats that a pressure over its
                                limit needs; 0: the newest reading alone decides
    """

    sbp_over: float = 140.0  # phase 3 hold rule (janssenscience.com)
    sbp_over_above_65: float = 150.0
    dbp_over: float = 90.0
    hr_over: float = 100.0  # general practice, unconfirmed
    hr_under: float = 50.0
    repeats: int = 2
    repeat_apart_min: float = 5.0
    sitter: bool = True
    reachable: bool = True


class DischargeGate(Struct, frozen=True, kw_only=True):
    """The conditions for a close without an override."""

    minimum_min: float
    apart_min: float = 10.0
    sbp_under: float = 140.0
    dbp_under: float = 90.0
    within_percent: float = 20.0  # of baseline (after Aldrete's circulation score, unconfirmed)
    hr_from: float = 50.0
    hr_to: float = 100.0
    sitter: bool = True


class Escalation(Struct, frozen=True, kw_only=True):
    """When contacts are notified of an alarm of one priority, s.

    delay_s    added to each contact's own delay
    repeat_s   time until each is notified again, until an acknowledgement; 0: notified once
    """

    delay_s: float
    repeat_s: float


class Escalations(Struct, frozen=True, kw_only=True):
    """Escalation by priority; engineering defaults. Low alarms go to contacts that want them."""

    high: Escalation = Escalation(delay_s=0.0, repeat_s=180.0)
    medium: Escalation = Escalation(delay_s=120.0, repeat_s=600.0)
    low: Escalation = Escalation(delay_s=600.0, repeat_s=0.0)

    def of(self, priority: Priority) -> Escalation:
        rule: Escalation = getattr(self, priority)
        return rule


class Protocol(Struct, frozen=True, kw_only=True):
    """The plan of a session. Minutes count from the last dose.

    onset_until, peak_until, recovery_until   ends of the phases
    bp_minutes                                readings of pressure after the dose, ascending
    booster                                   whether a second dose belongs to it
    version                                   of this id, from 1; 0: before versions were recorded
    """

    id: str
    name: str
    route: str
    onset_until: float
    peak_until: float
    recovery_until: float
    expected_peak: float
    bp_minutes: tuple[float, ...]
    bp_minutes_before: tuple[float, ...] = (-10.0, -5.0, 0.0)
    temp_every: float = 15.0
    bp_extra_every: float = 5.0
    booster: bool = True
    booster_bp_age_min: float = 15.0
    hold: HoldGate = HoldGate()
    discharge: DischargeGate
    escalation: Escalations = Escalations()
    limits: tuple[AlarmLimit, ...]
    source: str
    version: int = 0
