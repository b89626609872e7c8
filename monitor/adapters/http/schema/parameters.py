"""Parameters shared by many routes."""

import re
from typing import Annotated, Final

from fastapi import Depends, Path, Query
from pydantic import AfterValidator

from monitor.adapters.http.errors import Unknown
from monitor.core.vocabulary.reasons import Reason

LIMIT_DEFAULT: Final = 100
LIMIT_AT_MOST: Final = 1000

_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


def _known_form(name: str, value: str) -> str:
    """Raise Unknown for a value that cannot be an id, without a query."""
    if _ID.fullmatch(value) is None:
        raise Unknown(Reason("no_such_id", {"thing": name}))
    return value


def _cursor(value: str | None) -> str | None:
    """Check that a cursor has the form that listings return: a number too large would cause a
    database error."""
    if value is not None and (not _ID.fullmatch(value) or re.search(r"\d{19}", value)):
        raise ValueError("is not a cursor that a listing gave out")
    return value


def _at_most(value: int) -> int:
    return min(value, LIMIT_AT_MOST)


def _patient(patient: Annotated[str | None, Query()] = None) -> str | None:
    return None if patient is None else _known_form("patient", patient)


def _encounter(encounter_id: Annotated[str, Path()]) -> str:
    return _known_form("encounter", encounter_id)


def _alarm(alarm_id: Annotated[str, Path()]) -> str:
    return _known_form("alarm", alarm_id)


def _device(device_id: Annotated[str, Path()]) -> str:
    return _known_form("device", device_id)


EncounterId = Annotated[str, Depends(_encounter)]
AlarmId = Annotated[str, Depends(_alarm)]
DeviceOf = Annotated[str, Depends(_device)]
OfPatient = Annotated[str | None, Depends(_patient)]
# A client that requests more receives the maximum; `next` and `count` show that more rows follow.
Limit = Annotated[
    int,
    Query(ge=1, description=f"rows at most; above {LIMIT_AT_MOST} as {LIMIT_AT_MOST}"),
    AfterValidator(_at_most),
]
After = Annotated[
    str | None, Query(description="`next` of the page before"), AfterValidator(_cursor)
]
ContactId = Annotated[int, Path(ge=1, le=2**31 - 1)]
