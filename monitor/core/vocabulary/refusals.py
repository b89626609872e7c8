"""Why an act is refused: as a reason, and for a shut gate the conditions to meet first."""

from msgspec import Struct

from monitor.core.vocabulary.reasons import Reason


class Unmet(Struct, frozen=True):
    """One condition of a gate that does not hold: a stable id, and the condition as a reason."""

    id: str
    because: Reason


class Refused(Exception):
    """The caller requests an act that this encounter cannot do now. Nothing was changed."""

    def __init__(self, because: Reason) -> None:
        self.because = because
        super().__init__(because.code)


class GateRefused(Refused):
    """A gate is shut. `unmet` lists every condition that does not hold; an override opens it."""

    def __init__(self, because: Reason, unmet: tuple[Unmet, ...]) -> None:
        self.unmet = unmet
        super().__init__(because)
