"""Who supervises a session, whether anybody watches it, and the checks that people made."""

from msgspec import Struct


class CheckMade(Struct, frozen=True):
    """When a person made a check, and who."""

    at: float
    by: str


class Supervisor(Struct, frozen=True):
    """Who supervises, since when, and to whom it is offered; "": no one."""

    name: str = ""
    since: float = 0.0
    offered_to: str = ""


class SessionSupervision(Struct):
    """checks            check -> who made it last; one that is taken back is not in it
    unattended_since  since when no one watches; None: a person does, or it is not known
    """

    supervisor: Supervisor = Supervisor()
    checks: dict[str, CheckMade] = {}
    unattended_since: float | None = None

    def set_supervisor(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor

    def check(self, name: str, made: CheckMade | None) -> None:
        """None: it is taken back."""
        if made is None:
            self.checks.pop(name, None)
        else:
            self.checks[name] = made

    def set_unattended(self, since: float | None) -> None:
        self.unattended_since = since
