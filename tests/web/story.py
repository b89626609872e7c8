"""A session that a test plays through, in order to read its report afterwards."""

from typing import Any

from tests.parts import wait_until_blocking
from tests.parts.product import Clinic
from tests.web.hands import Desk


class Story:
    """One session, its cuff and two therapists."""

    def __init__(self, desk: Desk, mara: Clinic, label: str) -> None:
        self.desk = desk
        self.thea, self.mara = desk.clinic, mara
        self.encounter = desk.open(label)

    def status(self) -> Any:
        return self.thea.get(f"/encounters/{self.encounter}")

    def post(self, path: str, /, by: Clinic | None = None, **body: Any) -> Any:
        return (by or self.thea).post(f"/encounters/{self.encounter}/{path}", **body)

    def measured(self, sbp: float, dbp: float) -> None:
        self.desk.send("cuff", sbp=sbp, dbp=dbp)
        wait_until_blocking(lambda: self.desk.vital(self.encounter, "sbp") == sbp, what=f"{sbp}")

    def alarm(self, priority: str, condition: str = "sbp_high") -> Any:
        def found() -> list[Any]:
            alarms = self.status()["alarms"]
            return [a for a in alarms if (a["condition"], a["priority"]) == (condition, priority)]

        return wait_until_blocking(found, 20, f"a {priority} alarm")[0]

    def until(self, minute: float) -> None:
        """Wait until `minute` minutes after the last dose, by the service's clock."""
        wait_until_blocking(
            lambda: self.status()["minutes_since_dose"] >= minute, 90, f"minute {minute}"
        )
