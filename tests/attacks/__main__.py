"""Run attacks and print one line of figures for each; without a name, run all of them.

`python -m tests.attacks NAME… --seconds 5`. `--rooms 200` opens 200 further sessions first, so that
the page lists as many as a clinic's page.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from tests.attacks.table import ATTACKS, BY_NAME, Attack
from tests.attacks.trial import Told, trial
from tests.attacks.ward import Ward


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BY_NAME], default=[])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--crises", type=int, default=5)
    parser.add_argument("--rooms", type=int, default=0, help="open sessions beside these")
    parser.add_argument("--broker", choices=("mosquitto", "amqtt"), default="mosquitto")
    given = parser.parse_args()
    wrong = 0
    for attack in [BY_NAME[name] for name in given.names] or ATTACKS:
        told = _alone(attack, given.seconds, given.crises, given.broker, given.rooms)
        wrong += bool(told.wrong)
        sys.stdout.write(json.dumps(told.figures()) + "\n")
        sys.stdout.flush()
    return 1 if wrong else 0


def _alone(attack: Attack, seconds: float, crises: int, broker: str, rooms: int) -> Told:
    """Run an attack on a product of its own, so that no attack suffers from the one before."""
    with tempfile.TemporaryDirectory(prefix="attack-", ignore_cleanup_errors=True) as place:
        ward = Ward(Path(place), broker)
        try:
            ward.sessions(rooms)
            return asyncio.run(trial(ward, attack, seconds, crises))
        finally:
            ward.product.discard()


if __name__ == "__main__":
    sys.exit(main())
