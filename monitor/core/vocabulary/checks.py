"""The checks before the dose: the id of each, and the sentence that a person confirms."""

from typing import Final

CHECKS: Final = {
    "sound": "The alarm sound was heard where this session is watched.",
    "sitter": "The sitter is with the patient and answered.",
    "reachable": "The patient said the address and phone number of today.",
    "backup": "A second clinician knows of this session and can be reached.",
}
