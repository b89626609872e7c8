"""`python -m tests.chaos --seed 1 --seconds 600`: one JSON line, and status 1 if a promise broke.

With `--faults kill=20` or `--faults down=10,half_open=10 --lasts 6 8` just these happen, however
long it takes. What each attack did is said on standard error at its end. With `--prove`, builds
that are broken on purpose are run instead; each must be found out.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

import msgspec

from tests.chaos.broken import BUILDS, build
from tests.chaos.run import Figures, Wanted, run
from tests.chaos.schedule import KINDS, LASTS_S, Kind


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--rate", type=float, default=200.0, help="readings a second, of all")
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--devices", choices=("keep", "forget"), default="keep")
    parser.add_argument("--faults", type=_faults, default={}, help="kind=count,kind=count")
    parser.add_argument("--lasts", type=float, nargs=2, default=LASTS_S, help="each fault, s")
    parser.add_argument("--prove", action="store_true", help="run broken builds")
    parser.add_argument("--keep", type=Path, help="leave data and log of a run that failed there")
    given = parser.parse_args()
    wanted = Wanted(
        seed=given.seed, seconds=given.seconds, rate=given.rate, sessions=given.sessions,
        devices=given.devices, faults=given.faults, lasts=tuple(given.lasts),
        keep=given.keep,
    )  # fmt: skip
    return prove(wanted) if given.prove else _told(asyncio.run(run(wanted)))


def prove(wanted: Wanted) -> int:
    """0 when every broken build was found out by what is wrong with it."""
    unfound = 0
    for broken in BUILDS:
        with tempfile.TemporaryDirectory(prefix="chaos-build-") as place:
            tree = build(broken, Path(place))
            figures = asyncio.run(
                run(
                    msgspec.structs.replace(
                        wanted,
                        devices=broken.devices,
                        tree=tree,
                        faults=broken.faults,
                        lasts=broken.lasts,
                    )
                )
            )
        found = any(broken.says in words for words in figures["wrong"])
        unfound += not found
        _say({"build": broken.name, "found_out": found, **figures})
    return 1 if unfound else 0


def _faults(text: str) -> dict[Kind, int]:
    """`kill=20,cut=3`. Raises ValueError, which argparse reports."""
    found: dict[Kind, int] = {}
    for piece in text.split(","):
        kind, _, count = piece.partition("=")
        if kind not in KINDS:
            raise argparse.ArgumentTypeError(f"{kind!r} is none of {', '.join(KINDS)}")
        found[kind] = int(count or "1")
    return found


def _told(figures: Figures) -> int:
    _say(figures)
    return 0 if figures["clean"] else 1


def _say(figures: Figures) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
