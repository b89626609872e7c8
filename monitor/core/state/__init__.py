"""What a session remembers, one part a module: what a snapshot holds, and nothing else.

A part is written by its own module, or by one rule; all others read it and call its methods.
"""

from monitor.core.state.state import SNAPSHOT_VERSION, State

__all__ = ["SNAPSHOT_VERSION", "State"]
