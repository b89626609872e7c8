"""A running session shows exactly the status object, to people and to the broker."""

import json
from pathlib import Path

from tests.codecs.golden_files import GOLDEN, restored
from tests.codecs.whole_status import WATCHERS, whole_json
from tests.service.rig import START, Rig


async def test_it_adds_no_key_and_leaves_none_out(tmp_path: Path) -> None:
    rig = Rig(f"sqlite:///{tmp_path / 'ward.db'}")
    await rig.begin({"cuff-3": "cuff"})
    session = await rig.open("e-7f3a", {"cuff-3": "cuff"})
    people, broker = session.private(START, WATCHERS), session.public(START, WATCHERS, START + 30)
    await rig.end()
    assert list(people) == [key for key in whole_json() if key != "sensors"]
    assert list(json.loads(broker)) == list(restored(GOLDEN / "mqtt" / "status.json"))
    assert people["supervision"] == json.loads(broker)["supervision"] == {
        "watching": 1, "visible": 1, "audible": 1,
    }  # fmt: skip
