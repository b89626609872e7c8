"""Names of the counts of a device, in the keys of its readings and in replies to the device.

The first count under a device's restart mark is named by the mark's own word, a later one by a name
of our making: "b~2", or "~2" if the device sends no mark. If a device counts its vital signs apart,
a tab and the vital signs' name follow in the key of a count, not in its name.
"""

from monitor.core.vocabulary.vitals import PRESSURES


def word_of(key: str) -> str:
    """Return the device's own restart mark; "" if it has no mark."""
    name = name_of(key)
    word, made, count = name.rpartition("~")
    return word if made and count.isdecimal() else name


def name_of(key: str) -> str:
    """Return the name under which the readings of this count are filed."""
    return key.partition("\t")[0]


def counter_of(key: str) -> str:
    """Return the word and the vital signs counted apart under it, for any of its counts."""
    return word_of(key) + key[len(name_of(key)) :]


def first_name(word: str) -> str:
    """Return the first count's name under this word: the word, unless it looks like one of ours."""
    return word if word_of(word) == word else f"{word}~1"


def group_of(vital: str) -> str:
    """Return the group of vital signs that a device counts together if it counts others apart."""
    return "bp" if vital in PRESSURES else vital
