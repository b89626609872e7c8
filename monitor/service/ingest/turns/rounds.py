"""Fair turns: which lane is served next, by deficit round robin.

Each lane has credit for a quantum of work per round; work beyond it is missing in the next round,
so that in the long run all lanes get the same share, however large their pieces are. A lane that
was idle comes first for one turn: a device with one message waits for the piece in progress, not
for all other devices.
"""

from collections import deque
from typing import Final

# In the work of one ordinary reading
QUANTUM: Final = 32.0


class Rounds:
    def __init__(self, quantum: float = QUANTUM) -> None:
        self._quantum = quantum
        self._new: deque[str] = deque()
        self._old: deque[str] = deque()
        self._credit: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._credit)

    def __contains__(self, name: object) -> bool:
        return name in self._credit

    def join(self, name: str) -> None:
        """Add a lane that has work. A repeated call has no effect."""
        if name not in self._credit:
            self._credit[name] = self._quantum
            self._new.append(name)

    @property
    def turn(self) -> str | None:
        """The lane whose turn it is; None: no lane has work."""
        while queue := self._new or self._old:
            name = queue[0]
            if self._credit[name] > 0:
                return name
            queue.popleft()
            self._credit[name] += self._quantum
            self._old.append(name)
        return None

    def spent(self, name: str, cost: float) -> None:
        """Charge work to the lane whose turn it is."""
        self._credit[name] -= cost

    def leave(self, name: str) -> None:
        """Remove the lane whose turn it is: it has no more work."""
        queue = self._new or self._old
        assert queue[0] == name
        queue.popleft()
        del self._credit[name]
