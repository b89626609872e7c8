"""Scenarios as data: the person, the dose, additions to the body's course, faults and their times.

All times are minutes from the planned dose; if none is planned, from the opening.
"""

from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from simulators.body import Bump
from simulators.faults import FaultKind
from simulators.physiology import Route, Vitals

Target = Literal["strap", "cuff", "thermometer", "all"]

# When a cuff inflates by itself, minutes from the dose (docs/clinical.md). The measurement "at 0"
# begins a minute early so that its result is there when the dose is recorded, and those before it
# leave time for a hold gate to open, which requires repeats five minutes apart.
SCHEDULES: Final[dict[str, tuple[float, ...]]] = {
    "sl_home": (-11.5, -6.5, -1, 15, 30, 45, 60, 75, 90, 120),
    "oral_home": (-11.5, -6.5, -1, 20, 40, 60, 80, 100, 120, 150, 180),
    "esk_nasal": (-11.5, -6.5, -1, 15, 40, 60, 90, 120),
    "im_clinic": (-11.5, -6.5, -1, 5, 10, 15, 20, 30, 45, 60, 90),
    "iv_40": (-11.5, -6.5, -1, 10, 20, 30, 40, 55, 70, 85, 100),
}
# A session goes half an hour past the shortest that its protocol allows.
LENGTHS: Final[dict[str, float]] = {
    "sl_home": 150,
    "oral_home": 210,
    "esk_nasal": 150,
    "im_clinic": 120,
    "iv_40": 130,
}


class Fault(Struct, frozen=True):
    """A fault of a scenario's devices. `size`: seconds ahead, for a clock."""

    target: Target
    kind: FaultKind
    begins: float
    ends: float
    size: float = 0.0


class Scenario(Struct, frozen=True, kw_only=True):
    """One person's session.

    story       one sentence for the documentation
    tree        first part of the patient's label; a number follows ("Alder 14")
    dose_min    minutes from the opening to the dose; None: no dose
    resting, amplitudes   None: drawn for each person
    override    reason with which a clinician overrides a shut hold gate; "": no override
    quirks      device ("strap", "cuff") -> names of its quirks (see `quirks`)
    """

    name: str
    story: str
    tree: str
    protocol: str = "sl_home"
    route: Route = "sublingual"
    drug: str = "ketamine"
    amount_mg: float = 200.0
    dose_min: float | None = 12.0
    birth_year: int = 1988
    risk_factors: tuple[str, ...] = ()
    resting: Vitals | None = None
    amplitudes: Vitals | None = None
    bumps: tuple[Bump, ...] = ()
    faults: tuple[Fault, ...] = ()
    clock_ahead_s: float = 0.0
    kpa: bool = False
    thermometer: bool = True
    override: str = ""
    quirks: dict[str, frozenset[str]] = {}


MILD: Final = Vitals(hr=4, sbp=9, dbp=4, temp=0.2)
EVEN: Final = Vitals(hr=70, sbp=120, dbp=74, temp=36.7)

_CALM = Scenario(
    name="calm",
    story="A usual session: everything rises a little and comes back.",
    tree="Alder",
    resting=EVEN,
    amplitudes=MILD,
)


def _as(scenario: Scenario, protocol: str) -> Scenario:
    """Return the same person with another protocol and its drug, route and amount."""
    drug, route, amount_mg = _GIVEN[protocol]
    return replace(scenario, protocol=protocol, drug=drug, route=route, amount_mg=amount_mg)


_GIVEN: Final[dict[str, tuple[str, Route, float]]] = {
    "sl_home": ("ketamine", "sublingual", 200.0),
    "oral_home": ("ketamine", "oral", 150.0),
    "esk_nasal": ("esketamine", "intranasal", 56.0),
    "im_clinic": ("ketamine", "intramuscular", 35.0),
    "iv_40": ("ketamine", "intravenous", 35.0),
}

_ONE_EACH: Final[tuple[Scenario, ...]] = (
    _CALM,
    replace(
        _CALM,
        name="transient-pressure",
        story="Systolic pressure crosses 180 near the peak and is back by 90 minutes.",
        tree="Birch",
        birth_year=1971,
        resting=Vitals(hr=72, sbp=131, dbp=81, temp=36.6),
        amplitudes=Vitals(hr=6, sbp=15, dbp=9, temp=0.2),
        bumps=(
            Bump(vital="sbp", size=50, begins=34, rise=9, hold=13, fall=20),
            Bump(vital="dbp", size=16, begins=34, rise=9, hold=13, fall=20),
            Bump(vital="hr", size=3, begins=34, rise=9, hold=13, fall=20),
        ),
    ),
    replace(
        _as(_CALM, "im_clinic"),
        name="sustained-tachycardia",
        story="Heart rate climbs to about 148 and stays there for twelve minutes.",
        tree="Hazel",
        bumps=(Bump(vital="hr", size=75, begins=14, rise=3, hold=12, fall=8),),
    ),
    replace(
        _as(_CALM, "iv_40"),
        name="artefact-burst",
        story="Restless: bursts of false heart rates, a cuff that reports movement; no real rise.",
        tree="Juniper",
        faults=(
            Fault("strap", "artefact", 8, 9),
            Fault("strap", "no_contact", 21, 21.5),
            Fault("strap", "artefact", 32, 33.5),
            Fault("cuff", "artefact", 28, 33),
            Fault("strap", "artefact", 46, 47),
        ),
    ),
    replace(
        _as(_CALM, "oral_home"),
        name="cuff-off",
        story="The cuff slips off for 40 minutes and reports that it is loose.",
        tree="Cedar",
        faults=(Fault("cuff", "loose", 18, 58),),
    ),
    replace(
        _CALM,
        name="goes-silent",
        story="The strap is silent for eight minutes while connected; later the cuff for good.",
        tree="Elm",
        faults=(Fault("strap", "silent", 25, 33), Fault("cuff", "silent", 40, 1e6)),
    ),
    replace(
        _as(_CALM, "esk_nasal"),
        name="clock-two-minutes-fast",
        story="Every device's clock is two minutes fast.",
        tree="Larch",
        clock_ahead_s=120.0,
    ),
    replace(
        _CALM,
        name="reconnect-burst",
        story="The home loses its network for 5 and 12 minutes; the devices send what they kept.",
        tree="Maple",
        faults=(Fault("all", "offline", 22, 27), Fault("all", "offline", 50, 62)),
    ),
    replace(
        _as(_CALM, "iv_40"),
        name="low-heart-rate",
        story="Heart rate falls to the low thirties for six minutes.",
        tree="Rowan",
        bumps=(Bump(vital="hr", size=-40, begins=38, rise=2, hold=6, fall=3),),
    ),
    replace(
        _as(_CALM, "oral_home"),
        name="garbage-payload",
        story="Strap and cuff send undecodable and absurd messages among the good ones.",
        tree="Sorrel",
        faults=(Fault("strap", "garbage", -8, 60), Fault("cuff", "garbage", -8, 60)),
    ),
    replace(
        _CALM,
        name="odd-gateway",
        story="Messages arrive twice, batches backwards, a strap restarts, pressures are in kPa.",
        tree="Willow",
        kpa=True,
        faults=(
            Fault("all", "duplicate", -5, 10),
            Fault("all", "shuffled", 10, 30),
            Fault("strap", "restart", 35, 35),
            Fault("strap", "clock", 45, 50, size=-3600),
        ),
    ),
    replace(
        _CALM,
        name="held-dose",
        story="Pressure before the dose is over the hold limit; a clinician overrides the gate.",
        tree="Yew",
        resting=Vitals(hr=74, sbp=149, dbp=92, temp=36.7),
        amplitudes=Vitals(hr=3, sbp=6, dbp=3, temp=0.1),
        override="White-coat effect, home readings normal; agreed by telephone.",
    ),
)
SCENARIOS: Final[dict[str, Scenario]] = {s.name: s for s in _ONE_EACH}


# --- a clinic's afternoon -----------------------------------------------------------------------


class Place(Struct, frozen=True):
    """One session on the wall: `at_min` minutes since its dose (or opening) when the page opens."""

    scenario: Scenario
    at_min: float


def _calm(tree: str, protocol: str, **changes: float) -> Scenario:
    return replace(_as(_CALM, protocol), tree=tree, resting=replace(EVEN, **changes))


CLINIC_STORY: Final = (
    "Eight sessions at different minutes: one runs into a pressure alarm half a minute after the "
    "page opens, one is still in its baseline, one heart rate climbs after six minutes."
)
CLINIC: Final[tuple[Place, ...]] = (
    Place(SCENARIOS["transient-pressure"], 45.2),
    Place(
        replace(_calm("Cedar", "oral_home", hr=67.0), dose_min=None),
        6,
    ),
    Place(_calm("Alder", "sl_home", hr=71.0, sbp=118.0), 26),
    Place(_calm("Elm", "esk_nasal", hr=64.0, sbp=124.0), 72),
    Place(replace(SCENARIOS["sustained-tachycardia"], tree="Hazel"), 9),
    Place(replace(SCENARIOS["artefact-burst"], tree="Juniper"), 35),
    Place(_calm("Larch", "oral_home", hr=75.0, dbp=78.0), 95),
    Place(_calm("Maple", "iv_40", hr=69.0, sbp=115.0), 58),
)


# --- a zoo of devices -----------------------------------------------------------------------------

ZOO_STORY: Final = (
    "Sixteen people with the devices that people really buy: together they have every quirk."
)


def _with(tree: str, cuff: str, strap: str) -> Place:
    """Return a person with a usual course and unusual devices. Quirks: names with spaces."""
    quirks = {"cuff": frozenset(cuff.split()), "strap": frozenset(strap.split())}
    calm = replace(_CALM, resting=None, amplitudes=None)
    return Place(replace(calm, tree=tree, quirks=quirks, override=ZOO_OVERRIDE), 0)


ZOO_OVERRIDE: Final = "The devices are in doubt; a nurse measured by hand."
ZOO: Final[tuple[Place, ...]] = (
    _with("Alder", "memory-at-connect", "rr-living"),
    _with("Birch", "memory-each-time inflating-notices", "contact-wrong rr-living"),
    _with("Cedar", "memory-without-stamps", "rr-contradicting"),
    _with("Elm", "latest-at-connect two-users", "frozen"),
    _with("Hazel", "fails-silently inflating-notices", "freezes"),
    _with("Juniper", "fails-with-status stamps-in-minutes clock-steps", "bad-batch"),
    _with("Larch", "half-failed inflating-notices", "hex-text odd-battery"),
    _with("Maple", "unflagged-user clock-behind", "base64-text"),
    _with("Rowan", "clock-stands pulse-zero", "comma-text"),
    _with("Sorrel", "split-pressure", "counter-256"),
    _with("Willow", "split-pressure-untimed", "counter-65536"),
    _with("Yew", "clock-steps", "clock-steps no-sent"),
    _with("Aspen", "clock-ahead", "clock-behind counter-anew"),
    _with("Beech", "clock-1970", "epoch-s"),
    _with("Box", "epoch-us pulse-zero", "epoch-ns"),
    _with("Briar", "clock-1970 memory-at-connect", "counter-zero no-sent"),
)
NAMES: Final = (*SCENARIOS, "clinic", "zoo")
