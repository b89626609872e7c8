"""Bluetooth bytes as the service reads them, and its words for the status of a cuff."""

from monitor.codecs import Decoded, decode
from monitor.core.vocabulary.vitals import Observation

MOVEMENT, LOOSE, IRREGULAR = "movement", "cuff_loose", "irregular_pulse"
POSITION, PULSE = "improper_position", "pulse_out_of_range"


def gatt(characteristic: str, written: str) -> Decoded:
    return decode(f"gatt-{characteristic}", bytes.fromhex(written), device="d-1", issued=5.0)


def one(characteristic: str, written: str) -> Observation:
    decoded = gatt(characteristic, written)
    (observation,) = decoded.observations
    assert decoded.refused == []
    assert (observation.device, observation.issued) == ("d-1", 5.0)
    # The zone of a cuff's clock is unknown, so its stamp is not used as a time.
    assert observation.effective is None
    return observation
