"""Native payloads as the service reads them: of the device d-1, received at `ISSUED`."""

from typing import Any, Final

import pytest

from monitor.codecs import Undecodable, decode
from monitor.codecs.contract.wire import from_iso
from monitor.core.vocabulary.vitals import Observation

ISSUED: Final = from_iso("2026-11-23T10:15:10Z")


def native(payload: str | bytes) -> Any:
    raw = payload.encode() if isinstance(payload, str) else payload
    return decode("native", raw, device="d-1", issued=ISSUED)


def one(payload: str | bytes) -> Observation:
    decoded = native(payload)
    (observation,) = decoded.observations
    assert decoded.refused == []
    assert isinstance(observation, Observation)
    return observation


def refusal(payload: str | bytes) -> str:
    with pytest.raises(Undecodable) as refused:
        native(payload)
    assert len(refused.value.excerpt) <= 512
    return refused.value.reason
