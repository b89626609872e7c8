"""Why an act is refused: the conditions to meet first, as data and in words."""

from msgspec import Struct


class Unmet(Struct, frozen=True):
    """One condition of a gate that does not hold: a stable id and a sentence."""

    id: str
    text: str


class Refused(Exception):
    """The caller requests an act that this encounter cannot do now. Nothing was changed."""


class GateRefused(Refused):
    """A gate is shut. `unmet` lists every condition that does not hold; an override opens it."""

    def __init__(self, gate: str, unmet: tuple[Unmet, ...]) -> None:
        self.gate = gate
        self.unmet = unmet
        super().__init__(f"{gate}: " + " ".join(u.text for u in unmet))
