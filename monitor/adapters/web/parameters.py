"""Parameters that many routes share."""

import re
from typing import Annotated, Final

from fastapi import Depends, Path, Query

from monitor.adapters.web.desk import Unknown

LIMIT_DEFAULT: Final = 100
LIMIT_AT_MOST: Final = 1000

_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


def _known_form(name: str, value: str) -> str:
    """What cannot be an id does not exist; it need not be looked for."""
    if _ID.fullmatch(value) is None:
        raise Unknown(f"There is no {name} of that id.")
    return value


def _encounter(encounter_id: Annotated[str, Path()]) -> str:
    return _known_form("encounter", encounter_id)


def _alarm(alarm_id: Annotated[str, Path()]) -> str:
    return _known_form("alarm", alarm_id)


def _contact(contact_id: Annotated[str, Path()]) -> str:
    return _known_form("contact", contact_id)


EncounterId = Annotated[str, Depends(_encounter)]
AlarmId = Annotated[str, Depends(_alarm)]
ContactId = Annotated[str, Depends(_contact)]
Limit = Annotated[int, Query(ge=1, le=LIMIT_AT_MOST, description="rows at most")]
After = Annotated[str | None, Query(max_length=200, description="`next` of the page before")]
