"""Print a digest of the decisions on a device with arbitrary behaviour, for `test_hashes`.

Random readings as a greedy device sends them, thinned, sent again, and the newest first: every form
that the service may give to a flood.
"""

import hashlib
import random
import sys
from collections.abc import Iterator
from typing import Final

import msgspec

from monitor.codecs import Undecodable, decode
from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.inputs import Facts, Observed
from monitor.core.vocabulary.vitals import Observation
from tests.attacks import devices

START: Final = 1_795_428_000.0
READINGS: Final = 2_000
SHARE: Final = 0.7
AHEAD: Final = 0.1


def observations(seed: int) -> Iterator[Observation]:
    rng = random.Random(seed)  # noqa: S311 - a behaviour, not a secret
    received, waiting = START, list[Observation]()
    for message in devices.drawn("topic", START, seed):
        received += rng.choice((0.0001, 0.001, 0.05))
        try:
            decoded = decode("native", message.payload, device="d", issued=received)
        except Undecodable:
            continue
        waiting += decoded.observations
        kept = rng.choice((0, 50, 800))
        while len(waiting) > kept:
            observation = waiting.pop(-1 if rng.random() < AHEAD else 0)
            if rng.random() < SHARE:
                yield observation


def digest(seeds: range) -> str:
    found = hashlib.sha256()
    for seed in seeds:
        facts = Facts(protocol="sl_home", mode="test", devices={"d": "cuff"})
        encounter, _ = Encounter.open("e", facts, PRESETS["sl_home"], START)
        for _, observation in zip(range(READINGS), observations(seed), strict=False):
            at = max(encounter.state.now, observation.issued)
            for event in encounter.apply(Observed(observation), at):
                found.update(msgspec.json.encode(event))
    return found.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(digest(range(int(sys.argv[1]))))
