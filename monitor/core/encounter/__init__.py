"""One dosing session: the only entry point to the core, its status, its replay."""

from monitor.core.encounter.encounter import Encounter

__all__ = ["Encounter"]
