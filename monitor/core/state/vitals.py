"""The vital signs: newest values, streams, silence, and the course that is expected of them."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from monitor.core.quality.cuffs.judging_order import Turn
from monitor.core.quality.stream import Follower
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PULSE

_RECENT_APART_S: Final = 15.0
_RECENT_KEPT: Final = 20
_SINGLES_KEPT: Final = 64


class Newest(Struct):
    """The newest believed value of a vital sign. received: receipt; cause: why it is suspect."""

    value: float
    effective: float
    received: float
    cause: Reason | None


class Single(Struct, frozen=True):
    """One measurement that is no pressure: a temperature, or a value of a stream that was typed.

    device    "": it was typed
    cause     what speaks against its value
    unproven  why it may be of another time or person
    turn      when it was judged
    """

    device: str
    value: float
    effective: float
    counted_from: float
    received: float
    turn: Turn
    cause: Reason | None = None
    unproven: Reason | None = None


class Expecting(Struct):
    """One vital sign since the last dose, against the course that is expected of it.

    higher, later   measurement time of the first reading in a row that was
    peak            the highest clean value while it was expected to be high
    """

    higher: float | None = None
    later: float | None = None
    peak: float | None = None


class VitalSigns(Struct):
    """newest     vital sign -> its newest believed value
    clean      vital sign -> the newest value that nothing speaks against, except heart rates
    rates      source -> its newest clean heart rate; doubted_rates: its doubtful ones of late
    recent     vital sign -> [(measurement time, value)], thinned, for the trend
    singles    vital sign -> its measurements one by one: temperatures, and what was typed
    following  vital sign that comes as a stream -> source -> course of its readings
    silence    vital sign that should come -> receipt of its newest believed reading (or since
               when it is expected); pressures are watched as "sbp"
    blind      vital sign whose silence was reported -> the same as in `silence`, at that moment
    expecting  vital sign -> what is found against its expected course
    """

    newest: dict[str, Newest] = {}
    clean: dict[str, Newest] = {}
    rates: dict[str, Newest] = {}
    doubted_rates: dict[str, list[Newest]] = {}
    recent: dict[str, list[tuple[float, float]]] = {}
    singles: dict[str, list[Single]] = {}
    following: dict[str, dict[str, Follower]] = {}
    silence: dict[str, float] = {}
    blind: dict[str, float] = {}
    expecting: dict[str, Expecting] = {}

    # --- newest values ----------------------------------------------------------------------

    def draw(self, vital: str, newest: Newest) -> None:
        """Unless one that was measured later is drawn already."""
        _draw(self.newest, vital, newest)

    def believe(self, vital: str, source: str, newest: Newest) -> None:
        """Draw a value of now and of the patient; for gates, if no cause speaks against it."""
        _draw(self.newest, vital, newest)
        if not newest.cause:
            drawn, key = (self.rates, source) if vital == PULSE else (self.clean, vital)
            _draw(drawn, key, newest)

    def set_rate(self, source: str, newest: Newest) -> None:
        self.rates[source] = newest

    def set_doubted_rates(self, source: str, kept: list[Newest]) -> None:
        self.doubted_rates[source] = kept

    def forget_rates(self, source: str) -> None:
        """The source has nothing to say any more."""
        self.rates.pop(source, None)
        self.doubted_rates.pop(source, None)

    def find_newest(self, vital: str, known: Iterable[Newest]) -> None:
        """Anew, from what is left of it. known: in order of measurement."""
        self.newest.pop(vital, None)
        self.clean.pop(vital, None)
        for newest in known:
            self.newest[vital] = newest
            if not newest.cause and vital != PULSE:
                self.clean[vital] = newest

    # --- what is kept of them ---------------------------------------------------------------

    def remember(self, vital: str, value: float, effective: float) -> bool:
        """A clean value, for the trend; return whether it is one of those that are kept."""
        recent = self.recent.setdefault(vital, [])
        if recent and effective - recent[-1][0] < _RECENT_APART_S:
            return False
        recent.append((effective, value))
        del recent[:-_RECENT_KEPT]
        return True

    def leave_trend(self, vital: str, value: float, effective: float) -> None:
        if vital in self.recent:
            self.recent[vital] = [row for row in self.recent[vital] if row != (effective, value)]

    def keep_single(self, vital: str, single: Single) -> None:
        kept = self.singles.setdefault(vital, [])
        kept.append(single)
        del kept[:-_SINGLES_KEPT]

    def keep_only(self, vital: str, singles: list[Single]) -> None:
        self.singles[vital] = singles

    # --- streams ----------------------------------------------------------------------------

    def streams(self, vital: str) -> dict[str, Follower]:
        """source -> course of its readings."""
        sources = self.following.get(vital)
        if sources is None:
            sources = self.following[vital] = {}
        return sources

    def follow(self, vital: str, source: str, follower: Follower | None) -> None:
        """None: nothing is left of this source."""
        sources = self.following.setdefault(vital, {})
        sources.pop(source, None)
        if follower is not None:
            sources[source] = follower

    def forget_streams(self, source: str) -> None:
        for sources in self.following.values():
            sources.pop(source, None)

    # --- silence ----------------------------------------------------------------------------

    def expect(self, vital: str, since: float) -> None:
        """It is promised; silence counts from then on, if it does not count yet."""
        self.silence.setdefault(vital, since)

    def expect_no_more(self, vital: str) -> None:
        del self.silence[vital]

    def hear(self, vital: str, since: float) -> float:
        """A reading came; return from when silence counts."""
        counted = self.silence.get(vital)
        if counted is None or since > counted:
            counted = self.silence[vital] = since
        return counted

    def count_silence(self, vital: str, since: float) -> None:
        """From then on, earlier or later than before."""
        self.silence[vital] = since

    def lose(self, vital: str, since: float) -> bool:
        """Its silence is reported; return False if it was already."""
        if vital in self.blind:
            return False
        self.blind[vital] = since
        return True

    def regain(self, vital: str) -> bool:
        return self.blind.pop(vital, None) is not None

    # --- the expected course ----------------------------------------------------------------

    def restart_course(self) -> None:
        self.expecting = {}

    def course(self, vital: str) -> Expecting:
        return self.expecting.setdefault(vital, Expecting())

    def forget_course(self, vital: str) -> None:
        self.expecting.pop(vital, None)


def _draw(drawn: dict[str, Newest], key: str, newest: Newest) -> None:
    known = drawn.get(key)
    if known is None or newest.effective >= known.effective:
        drawn[key] = newest
