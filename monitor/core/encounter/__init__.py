"""One dosing session: the only door to the core, what it looks like from outside, its replay."""

from monitor.core.encounter.encounter import Encounter

__all__ = ["Encounter"]
