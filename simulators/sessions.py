"""One simulated session: a person, their devices, and when the clinic acts."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from msgspec.structs import replace

from simulators.body import Body
from simulators.devices import Cuff, Device, Strap, Thermometer, Unit
from simulators.faults import Window
from simulators.physiology import draw_amplitudes, draw_resting
from simulators.quirks import raw
from simulators.raw_cuffs import RawCuff
from simulators.raw_straps import RawStrap
from simulators.scenarios import CLINIC, LENGTHS, SCENARIOS, SCHEDULES, ZOO, Place, Scenario

# fmt: off
TREES: Final = (
    "Alder", "Birch", "Cedar", "Elm", "Hazel", "Juniper", "Larch", "Maple", "Rowan", "Sorrel",
    "Willow", "Yew", "Aspen", "Beech", "Box", "Briar", "Cherry", "Ginkgo", "Holly", "Linden",
    "Medlar", "Myrtle", "Oak", "Olive", "Pear", "Pine", "Plane", "Poplar", "Quince", "Spruce",
)
# fmt: on
AFTERWARDS_MIN: Final = 15.0  # between a cuff's readings after its schedule
UNDOSED_SCHEDULE: Final = (1.0, 6.0, 11.0)
HORIZON_MIN: Final = 12 * 60.0
# How far into its course a session is, min: so that a few are in different phases.
FIRST_AT_MIN: Final = 47.0
APART_MIN: Final = 31.0
LONGEST_AT_MIN: Final = 95.0
_TABLES: Final = {"clinic": CLINIC, "zoo": ZOO}


@dataclass
class Session:
    """A simulated session. `dose_at` None: no dose is planned. `ends`: when its simulation ends."""

    label: str
    scenario: Scenario
    opens: float
    dose_at: float | None
    ends: float
    body: Body
    devices: tuple[Device, ...]
    emergency: dict[str, str]
    encounter: str = ""
    dosed: bool = False

    def dose(self, at: float) -> None:
        """The dose is recorded; from now on the body responds to it."""
        self.dosed = True
        self.body.dose(at)


def places(scenario: str, patients: int | None) -> list[Place]:
    """Return `patients` sessions of a scenario, the clinic or the zoo; None: as many as it has."""
    several = _TABLES.get(scenario)
    wanted = (len(several) if several else 1) if patients is None else patients
    table = several or _spread(SCENARIOS[scenario], wanted)
    own = list(dict.fromkeys(place.scenario.tree for place in table))
    trees = own + [tree for tree in TREES if tree not in own]
    found = []
    for number in range(wanted):
        place = table[number % len(table)]
        tree = trees[number % len(trees)]
        found.append(Place(replace(place.scenario, tree=tree), place.at_min))
    return found


def _spread(scenario: Scenario, patients: int) -> tuple[Place, ...]:
    """Return the same course at different minutes of it, as in a clinic."""
    return tuple(
        Place(scenario, (FIRST_AT_MIN + APART_MIN * n) % LONGEST_AT_MIN) for n in range(patients)
    )


def build(scenario: Scenario, *, seed: int, number: int, opens: float) -> Session:
    """Build the `number`th session of a run; the same arguments give the same session."""
    rng = np.random.default_rng((seed, number))
    anchor = opens + 60 * (scenario.dose_min or 0.0)
    dosed = scenario.dose_min is not None
    body = Body(
        rng,
        resting=scenario.resting or draw_resting(rng),
        amplitudes=scenario.amplitudes or draw_amplitudes(rng, scenario.route),
        route=scenario.route,
        origin=opens,
        anchor=anchor,
        bumps=scenario.bumps,
    )
    label = f"{scenario.tree} {_two_digits(seed, number)}"
    return Session(
        label=label,
        scenario=scenario,
        opens=opens,
        dose_at=anchor if dosed else None,
        ends=anchor + 60 * LENGTHS[scenario.protocol],
        body=body,
        devices=_devices(scenario, label, (seed, number), opens, anchor, body),
        emergency={
            "address": f"{number + 1} Example Lane",
            "phone": f"555 {110 + number % 80:04d}",
            "sitter": f"Sitter of {label}",
            "local_number": "555 0100",
        },
    )


def _devices(
    scenario: Scenario, label: str, seed: tuple[int, int], opens: float, anchor: float, body: Body
) -> tuple[Device, ...]:
    stem = label.lower().replace(" ", "-")

    def unit(name: str, index: int) -> Unit:
        faults = [f for f in scenario.faults if f.target in (name, "all")]
        windows = tuple(
            Window(f.kind, anchor + 60 * f.begins, anchor + 60 * f.ends, f.size) for f in faults
        )
        return Unit(
            id=f"{stem}-{name}",
            seed=(*seed, index),
            starts=opens,
            clock_ahead_s=scenario.clock_ahead_s,
            faults=windows,
            kpa=scenario.kpa,
            quirks=scenario.quirks.get(name, frozenset()),
        )

    worn, squeezes = unit("strap", 1), unit("cuff", 2)
    strap = (RawStrap if raw(worn.quirks) else Strap)(worn, body)
    cuff = (RawCuff if raw(squeezes.quirks) else Cuff)(squeezes, body, _schedule(scenario, anchor))
    if not scenario.thermometer:
        return strap, cuff
    return strap, cuff, Thermometer(unit("thermometer", 3), body)


def _schedule(scenario: Scenario, anchor: float) -> tuple[float, ...]:
    dosed = scenario.dose_min is not None
    minutes = list(SCHEDULES[scenario.protocol] if dosed else UNDOSED_SCHEDULE)
    while minutes[-1] < HORIZON_MIN:
        minutes.append(minutes[-1] + AFTERWARDS_MIN)
    return tuple(anchor + 60 * minute for minute in minutes)


def _two_digits(seed: int, number: int) -> int:
    """Return two digits that differ between neighbouring seeds, for two runs in one clinic."""
    return (37 * seed + 57 + 7 * (number // len(TREES))) % 90 + 10
