"""The session itself: facts, protocol, phase, doses, and what was corrected of them."""

from msgspec import Struct

from monitor.core.protocol.protocol import Protocol
from monitor.core.vocabulary.inputs import Dose, Facts
from monitor.core.vocabulary.words import Phase


class DosingSession(Struct, kw_only=True):
    """What is known of one session, and what was done in it. Times are epoch seconds.

    amended      numbers of the doses whose record was corrected, from 1
    struck       keys of the typed readings that were struck out
    corrections  number of corrections, of any kind
    """

    id: str
    facts: Facts
    protocol: Protocol
    opened_at: float
    phase: Phase = "preparation"
    doses: list[Dose] = []
    amended: list[int] = []
    struck: list[str] = []
    corrections: int = 0
    closed_at: float | None = None

    @property
    def dosed_at(self) -> float | None:
        """When the first dose was taken."""
        return self.doses[0].at if self.doses else None

    @property
    def last_dose_at(self) -> float | None:
        return self.doses[-1].at if self.doses else None

    @property
    def age(self) -> int | None:
        """The patient's age at the opening, years."""
        return self.facts.age(self.opened_at)

    def enter(self, phase: Phase) -> None:
        self.phase = phase

    def add_dose(self, dose: Dose) -> None:
        self.doses.append(dose)

    def close(self, at: float) -> None:
        self.closed_at = at

    def correct_facts(self, facts: Facts) -> None:
        self.facts = facts
        self.count_correction()

    def correct_dose(self, number: int, dose: Dose) -> None:
        """number: from 1."""
        self.doses[number - 1] = dose
        self.amended = sorted({*self.amended, number})
        self.count_correction()

    def strike(self, keys: tuple[str, ...]) -> None:
        self.struck += keys
        self.count_correction()

    def count_correction(self) -> None:
        self.corrections += 1
