"""The schema of a status names exactly the fields that are sent."""

from monitor.adapters.http.schema.responses import StatusResponse
from tests.codecs.fields import Fields
from tests.codecs.golden_files import WHOLE_FILE
from tests.codecs.whole_status import whole_json


def test_the_schema_of_a_status_is_that_of_the_whole_one() -> None:
    """Pydantic refuses a field that the schema lacks; the rest is one that nothing sends."""
    StatusResponse.model_validate_json(WHOLE_FILE.read_bytes())
    schema = StatusResponse.model_json_schema()
    fields = Fields(schema["$defs"])
    documented = set(fields.documented(schema))
    assert documented - set(fields.filled(schema, whole_json())) == set()
    assert {"contacts.on_duty", "alarms.struck", "vitals.typed"} < documented
