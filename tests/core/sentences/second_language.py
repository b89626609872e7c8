"""A second language, for tests only: it shows that codes and facts suffice for a translation.

It is close to German and nobody checked it as a text for people. A fact in `PROSE` is still a text
(of a person, of a protocol, or of the system); it appears between marks, so that a test can leave
it out.
"""

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any, Final

from monitor.core.sentences.languages import Language

PROSE: Final = {"text", "cause"}
VITAL: Final = {
    "hr": "Puls", "sbp": "Oberer Druck", "dbp": "Unterer Druck", "map": "Mitteldruck",
    "temp": "Temperatur",
}  # fmt: skip
# fact -> its values in this language
WORDS: Final[Mapping[str, Mapping[Any, str]]] = {
    "vital": VITAL,
    "direction": {"high": "mindestens", "low": "unter"},
    "priority": {"low": "niedrig", "medium": "mittel", "high": "hoch"},
    "phase": {
        "preparation": "Vorbereitung", "baseline": "Ruhe", "onset": "Beginn", "peak": "Gipfel",
        "recovery": "Erholung", "closed": "Ende",
    },
    "placed": {"received": "Empfang", "unknown": "unklar", "as_old": "wie angegeben"},
    "condition": {
        "broker_lost": "Keine Verbindung", "storage_fault": "Datenbank schreibt nicht",
        "notice_failed": "Keine Nachrichten", "broker_contested": "Vermittler umstritten",
        "broker_open": "Vermittler offen",
    },
    "route": {
        "sublingual": "unter der Zunge", "oral": "geschluckt", "intranasal": "durch die Nase",
        "intramuscular": "in den Muskel", "intravenous": "in die Vene",
    },
    "flags": {
        "movement": "Arm bewegt", "cuff_loose": "Manschette lose", "irregular_pulse": "unregelm.",
        "improper_position": "falsche Lage", "pulse_out_of_range": "Puls zu weit",
    },
    "lost": VITAL,
    "half": VITAL,
    "kind": {"physiological": "Mensch", "technical": "Technik"},
    "state": {
        "used": "benutzt", "expired": "abgelaufen", "over": "vorbei", "changed": "ge\u00e4ndert",
    },
    "symptom": {},
    "factor": {},
}  # fmt: skip
TEMPLATES: Final = {
    "before_dose": "vor der ersten von {doses} Dosen",
    "after_dose": "{minutes} Min. nach Dosis {dose} von {doses}",
    "beyond": "{vital} {value}: Grenze {direction} {limit} ({priority}; {source}), {when}; "
    "sonst {baseline}. {proof}",
    "over_baseline": "{vital} {value}, sonst {baseline}: Grenze {limit} ({priority}; {source}), "
    "{when}. {proof}",
    "rising": "{vital} steigt: {value}, {minutes} Min. vorher {before}; Grenze {limit} ({source}), "
    "{when}; sonst {baseline}.",
    "was_beyond": "{vital} war {was}, jetzt {value}: Grenze {direction} {limit} ({priority}; "
    "{source}; verschoben: {moved}), {when}. {proof}",
    "with_newest": "{reason} {vital} jetzt {value}.",
    "unproven": "{reason} Unsicher: {why}.",
    "returned": "{vital} {value} wieder innerhalb ({direction} {limit}), {when}.",
    "overtaken": "{vital} {value} war {direction} {limit} ({source}), {minutes} Min. vor dem Wert.",
    "came_after": "{vital} danach {value}, {when}.",
    "provisional": "Wiederholung verlangt.",
    "no_repeat": "Keine Wiederholung.",
    "repeated": "Wiederholt.",
    "unconfirmed": "Nicht wiederholt.",
    "of_protocol": "Protokoll {protocol}, {phase}: {text} {retaken}",
    "of_risk": "Risiko {factor}: {text}",
    "set_by": "von {by}: {text}",
    "and_rising": "{source}, steigend",
    "baseline_retaken": "Ruhewert neu von {by}, {when}",
    "acknowledged": "Gesehen von {by}. {reason}",
    "still_there": "Noch da, nachdem {by} es sah. {reason}",
    "comes_and_goes": "{reason} Kommt und geht, bleibt {minutes} Min.",
    "came_and_went": "{reason} Kam {times} Mal in {within} Min., blieb {minutes} Min.",
    "data_lost": "{reason} Keine Daten.",
    "higher_than_expected": "{vital} {value}, sonst {baseline}, erwartet {rise} mehr, {when} "
    "({route}).",
    "later_than_expected": "{vital} {value}, sonst {baseline}, {when}, Dosen {doses}; sollte ab "
    "{falling} Min. fallen ({route}).",
    "back_to_expected": "{vital} {value} wieder wie erwartet.",
    "of_further_dose": "{vital} {value} durch die neue Dosis.",
    "lower_again": "{vital} {value} wieder niedriger.",
    "not_recovering": "Druck {sbp}/{dbp} {percent}% \u00fcber {base_sbp}/{base_dbp}, {minutes} "
    "Min., {when}.",
    "recovered": "Druck {sbp}/{dbp} wieder innerhalb {percent}%.",
    "of_expected_course": "Erwartung",
    "of_recovery": "Verlauf",
    "text": "{text}",
    "symptom": "Symptom {symptom}, gemeldet von {by}, {when}.",
    "help_requested": "{by} bittet um Hilfe, {when}.",
    "taken_up": "{by} k\u00fcmmert sich.",
    "dose_corrected": "{by} berichtigt Dosis: {text}",
    "patient_corrected": "{by} berichtigt Angaben: {text}",
    "reading_struck": "{by} streicht Wert: {text}",
    "value_struck": "{vital}: {by} streicht {value}: {text}",
    "only_reading_struck": "{by} streicht den einzigen Wert.",
    "other_half_against": "Der andere Teil widerspricht.",
    "judged_anew": "Neu beurteilt.",
    "was_old": "Der Wert war alt: {why}.",
    "age_unknown": "Alter unbekannt.",
    "user_stated": "{by} nennt Nutzer {user}.",
    "no_data": "{vital} fehlt {since}; Alarm bleibt: {standing}.",
    "data_back": "{vital} kommt wieder.",
    "not_expected": "{vital} nicht erwartet, {by} entfernt das Ger\u00e4t.",
    "bp_overdue": "Druck {when} \u00fcberf\u00e4llig.",
    "bp_taken": "Druck gemessen.",
    "device_removed": "{by} entfernt {device}.",
    "device_offline": "{device} getrennt {since}.",
    "device_back": "{device} wieder da.",
    "device_flooding": "{device} sendet zu viel {since}.",
    "flood_over": "{device} wieder normal nach {seconds} s, {dropped} verworfen.",
    "late_data": "{device} zu langsam: {late}.",
    "in_time_again": "{device} wieder rechtzeitig.",
    "numbers_missing": "{device}: {count} fehlen, {first} bis {last}.",
    "numbers_lost": "{device}: {count} verloren.",
    "numbers_found": "{device}: alles nachgeliefert.",
    "counts_by": "{device} z\u00e4hlt in Schritten von {step}.",
    "number_reused": "{device}: Nummer {seq} doppelt.",
    "number_constant": "{device}: immer Nummer {seq}.",
    "clock_skew": "Uhr von {device} {behind_s} s falsch; Einordnung: {placed}.",
    "clock_right": "Uhr von {device} stimmt.",
    "clock_set_right": "Uhr von {device} gestellt, war {was_s} s falsch.",
    "clock_set": "Uhr von {device} gestellt, {was_s} s, jetzt {is_s} s; stimmt: {right}.",
    "no_contact": "{device} ohne Hautkontakt {since}.",
    "contact_again": "{device} hat Hautkontakt.",
    "contact_bit_wrong": "{device} meldet falschen Hautkontakt.",
    "cuff_reports": "{device} meldet {flags}, {times} Mal; Wert: {measured}.",
    "measures_well": "{device} misst wieder gut.",
    "stream_doubtful": "{vital} von {device} zweifelhaft {since}: {why}.",
    "stream_impossible": "{vital} von {device}: {count} unm\u00f6glich in {seconds} s: {why}.",
    "stream_believable": "{vital} von {device} wieder glaubhaft.",
    "singles_doubtful": "{vital} von {device}: {count} zweifelhaft: {why}.",
    "singles_believable": "{vital} von {device} wieder glaubhaft.",
    "cuff_failed": "{device} scheitert zum {count}. Mal: {flags} {lost}.",
    "fault": "{condition} seit {since}: {cause}.",
    "fault_over": "Vorbei nach {seconds} s: {condition}, {cause}.",
    "unattended": "Niemand da seit {since}.",
    "attended": "Wieder jemand da.",
    "contact_unreached": "Kontakt nicht erreicht: {cause}.",
    "contact_reached": "Kontakt erreicht.",
    "contact_removed": "Kontakt entfernt.",
    "both": "{first}; {second}",
    "missing_value": "{vital} {value} hei\u00dft: kein Wert",
    "out_of_range": "{vital} {value} unm\u00f6glich",
    "no_skin": "kein Hautkontakt",
    "cuff_doubts": "Manschette: {flags}",
    "half_impossible": "{half} unm\u00f6glich",
    "halves_impossible": "ein Druck unm\u00f6glich",
    "too_narrow": "nur {width} auseinander",
    "odd_width": "{width} auseinander",
    "mean_outside": "Mittel {mean} nicht zwischen {low} und {high}",
    "mean_unfit": "Mittel {mean} passt nicht zu {high}/{low}",
    "same_pressures": "genau wie vorher",
    "pressure_jump": "{half} war {was} vor {minutes} Min.",
    "other_pulse": "Manschette {pulse}, Herz {rate}",
    "stuck_moving": "{value} seit {minutes} Min., bewegt",
    "stuck_lively": "{value} seit {minutes} Min., vorher lebhaft",
    "stuck_long": "{value} seit {minutes} Min., {readings} Werte",
    "rate_jump": "{was} auf {value} in {seconds} s",
    "other_rate": "{other} sagt {rate}",
    "own_beats": "eigene Schl\u00e4ge {rate}",
    "replayed": "aufbewahrt",
    "too_old": "{seconds} s alt",
    "clock_unknown": "Uhr unbekannt",
    "clock_then_unknown": "Uhr damals unbekannt",
    "unit_unknown": "Einheit unbekannt",
    "dated_ahead": "{seconds} s voraus",
    "always_as_old": "immer {seconds} s alt",
    "old_or_set": "{seconds} s alt oder Uhr gestellt",
    "off_or_waited": "Uhr {behind_s} s falsch ({right}) oder gewartet",
    "waited_or_set": "{seconds} s gewartet oder Uhr gestellt",
    "gap_or_set": "{seconds} s L\u00fccke oder Uhr gestellt",
    "set_or_waited": "Uhr gestellt, {behind_s} s ({right}), oder gewartet",
    "waited_over_step": "gewartet, Uhr gestellt",
    "record_of_unknown_age": "Alter unbekannt, Nutzer {user}",
    "stored_before": "gespeichert",
    "stored_for": "gespeichert vor {seconds} s",
    "records_stored": "{count} {why}.",
    "other_user": "Nutzer {user}, nicht {patient}",
    "struck_out": "gestrichen von {by}: {text} ({closed})",
    "half_lost": "{lost} gescheitert",
    "cuff_flags": "{flags}",
    "session_closed": "Diese Sitzung ist zu.",
    "opened_twice": "Schon begonnen.",
    "dose_waits": "Noch keine Dosis",
    "second_dose_waits": "Noch keine zweite Dosis",
    "session_stays_open": "Noch kein Ende",
    "more_than_given": "{reason}, mehr als begr\u00fcndet",
    "dose_ahead": "Dosis im Voraus.",
    "dose_long_ago": "Dosis vor \u00fcber {minutes} Min.",
    "later_dose_recorded": "Es gibt eine sp\u00e4tere Dosis.",
    "no_such_dose": "Keine solche Dosis.",
    "recorded_so": "Steht schon so da.",
    "corrected_ahead": "Dosis im Voraus.",
    "before_opening": "Dosis lange vor Beginn.",
    "before_other_dose": "Vorige Dosis sp\u00e4ter.",
    "after_other_dose": "N\u00e4chste Dosis fr\u00fcher.",
    "no_birth_year": "Kein Jahr.",
    "risks_not_listed": "Risiko unbekannt.",
    "struck_before": "Schon gestrichen.",
    "sent_by_device": "Von einem Ger\u00e4t gesendet.",
    "no_own_limit": "Keine eigene Grenze.",
    "limit_impossible": "{vital} {value} unm\u00f6glich.",
    "limit_not_stricter": "{vital}: {limit} ({priority}; {source}) ist gleich streng.",
    "not_a_vital_sign": "{word} misst niemand.",
    "nothing_measured": "Nichts gemessen.",
    "too_few_readings": "Zu wenig gemessen: {vital}.",
    "not_a_symptom": "{word} ist kein Symptom.",
    "not_a_check": "{word} fehlt in: {known}.",
    "supervises_already": "{name} leitet schon.",
    "not_offered": "{name} leitet und gibt nicht ab.",
    "no_alarm": "Kein Alarm {alarm}.",
    "alarm_of_closed": "Alarm einer beendeten Sitzung.",
    "taken_before": "Niemand wartet mehr.",
    "declined_in_vain": "Niemand wartet mehr, niemand erf\u00e4hrt es.",
    "link_closed": "Verweis {state}.",
    "not_serving": "{device} dient hier nicht.",
    "age_known": "Alter bekannt.",
    "record_old": "Kam vor {seconds} s.",
    "no_such_record": "Kein solcher Wert.",
    "baseline_short": "{count} von {wanted} Drucken, {too_soon} zu fr\u00fch.",
    "reading_waits": "Ein Druck wartet.",
    "pressure_over": "{vital} bis {limit}: {value}.",
    "repeats_short": "{count} von {wanted} Wiederholungen je {apart} Min. nach {sbp}/{dbp}.",
    "pressure_absent": "{vital} fehlt.",
    "no_sitter": "Keine Begleitung.",
    "not_reachable": "Keine Adresse.",
    "no_second_dose": "Keine zweite Dosis: {text}.",
    "pressure_old": "Kein Druck seit {minutes} Min.",
    "too_early": "{passed} von {wanted} Min. nach Dosis {doses}.",
    "settled_short": "{count} von 2 Drucken, {apart} Min. Abstand, {peak} Min. nach Dosis {doses}.",
    "not_near_baseline": "{sbp}/{dbp}; unter {sbp_under}/{dbp_under} oder {percent}% um "
    "{base_sbp}/{base_dbp}.",
    "pressure_rises": "Druck steigt: {was_sbp}/{was_dbp}, {sbp}/{dbp}.",
    "nobody_stays": "Niemand bleibt.",
    "not_alert": "Wach? Nicht bekannt.",
    "no_close_reason": "Ohne Dosis braucht das Ende einen Grund.",
    "rate_unfit": "Puls {low} bis {high}: {found}.",
    "rate_is": "{value}",
    "rate_absent": "keiner",
    "rate_in_doubt": "keiner ohne Zweifel",
    "rates_apart": "{value} ({device}) gegen {other_value} ({other})",
    "ended_unseen": "Vorbei, ungesehen: {condition} ({kind}, {priority}) {vital}, {extreme}, "
    "gestrichen {struck}, wieder {again}.",
    "alarm_unseen": "Ungesehen: {condition} ({kind}, {priority}) {vital}, {extreme}, gestrichen "
    "{struck}, wieder {again}.",
    "alarm_lasts": "Ohne {condition} ({kind}, {priority}) {vital}: {reason}",
    "limit_crossed": "{vital} ohne {condition} ({kind}, {priority}): {value}, Grenze {limit}; "
    "{unseen}.",
    "not_acknowledged": "ungesehen, {extreme}, gestrichen {struck}, wieder {again}",
    "nothing_anew": "Sonst nichts.",
    "limits_anew": "Grenzen und Bedingungen neu.",
    "gates_anew": "Bedingungen neu.",
    "times_anew": "Zeiten neu.",
    "course_anew": "Summe und Verlauf neu.",
    "reading_left_out": "Der Wert gilt nirgends mehr.",
    "device_swapped": "Das neue Ger\u00e4t gilt ab jetzt.",
    "record_only": "Nur der Eintrag.",
}


def places(template: str) -> set[str]:
    """Names of the facts that a template shows."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _row(template: str) -> Callable[..., str]:
    absent = dict.fromkeys(places(template) & {"phase", "retaken"})  # of a protocol, sometimes

    def row(**facts: Any) -> str:
        return template.format(**{n: _word(n, fact) for n, fact in (absent | facts).items()})

    return row


def _word(name: str, fact: Any) -> str:
    if fact is None:
        return "-"
    if name in PROSE:
        return f"\u2039{fact}\u203a"
    if isinstance(fact, bool):
        return "ja" if fact else "nein"
    if isinstance(fact, float):
        return f"{fact:.4g}".replace(".", ",")
    if isinstance(fact, tuple):
        return ", ".join(_word(name, one) for one in fact)
    return WORDS.get(name, {}).get(fact, str(fact))


SECOND: Final = Language("x-test", {code: _row(template) for code, template in TEMPLATES.items()})
