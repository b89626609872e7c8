"""Everything that an encounter remembers, as plain data."""

from typing import Final

from msgspec import Struct, field

from monitor.core.alarms.episodes import EpisodeBook
from monitor.core.alarms.signal import AlarmBook
from monitor.core.quality.cuffs.pressures import Pressure
from monitor.core.state.baseline import BaselineRecord
from monitor.core.state.cuffs import CuffReadings
from monitor.core.state.devices import SessionDevices
from monitor.core.state.escalation import AlarmNotices
from monitor.core.state.limits import SessionLimits
from monitor.core.state.session import DosingSession
from monitor.core.state.supervision import SessionSupervision
from monitor.core.state.vitals import VitalSigns
from monitor.core.state.watch import Watch
from monitor.core.vocabulary.events import Event

SNAPSHOT_VERSION: Final = 4


class State(Struct, kw_only=True):
    """One encounter, a part for each thing that it remembers.

    now          the latest time that was handed in
    undelivered  events decided before a refused input; the next call returns them
    """

    now: float
    session: DosingSession
    alarms: AlarmBook
    episodes: EpisodeBook = field(default_factory=EpisodeBook)
    baseline: BaselineRecord = field(default_factory=BaselineRecord)
    limits: SessionLimits = field(default_factory=SessionLimits)
    devices: SessionDevices = field(default_factory=SessionDevices)
    vitals: VitalSigns = field(default_factory=VitalSigns)
    cuffs: CuffReadings = field(default_factory=CuffReadings)
    supervision: SessionSupervision = field(default_factory=SessionSupervision)
    watch: Watch = field(default_factory=Watch)
    escalation: AlarmNotices = field(default_factory=AlarmNotices)
    undelivered: list[Event] = []

    @property
    def counted(self) -> list[Pressure]:
        """The pressures that were not set aside with a baseline."""
        since = self.baseline.readings.since.get("sbp")
        return [p for p in self.cuffs.pressures if since is None or p.effective > since]
