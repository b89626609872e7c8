"""What the counts of a device are called, in the keys of its readings and to the device.

The first count under a device's restart mark has the mark's own word for a name, a later one a name
of our making: "b~2", and "~2" where the device tells no mark. Where a device counts its vital signs
apart, a tab and the vital signs' name follow in the key of a count, not in its name.
"""

from monitor.core.vocabulary.vitals import PRESSURES


def word_of(key: str) -> str:
    """The device's own restart mark; "" when it has none."""
    name = name_of(key)
    word, made, count = name.rpartition("~")
    return word if made and count.isdecimal() else name


def name_of(key: str) -> str:
    """What the readings of this count are filed under."""
    return key.partition("\t")[0]


def counter_of(key: str) -> str:
    """The word, and what is counted apart under it, whichever count it is."""
    return word_of(key) + key[len(name_of(key)) :]


def first_name(word: str) -> str:
    """Of the first count under this word: the word, unless it looks like one of our making."""
    return word if word_of(word) == word else f"{word}~1"


def group_of(vital: str) -> str:
    """Vital signs that a device counts together if it counts others apart."""
    return "bp" if vital in PRESSURES else vital
