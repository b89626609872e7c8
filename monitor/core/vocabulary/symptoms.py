"""Symptoms that people report, by the promptness that they require, and a call for help.

High ones come from the label's "symptoms of a hypertensive crisis: emergency care"; the lists are
common practice, unconfirmed (docs/clinical.md). Symptoms without a priority are noted only.
"""

from typing import Final

from monitor.core.vocabulary.words import Priority

SYMPTOMS: Final[dict[str, Priority | None]] = {
    "chest_pain": "high",
    "breathlessness": "high",
    "severe_headache": "high",
    "visual_loss": "high",
    "neurological_deficit": "high",
    "unresponsive": "high",
    "vomiting": "medium",
    "agitation": "medium",
    "nausea": None,
    "dizziness": None,
    "headache": None,
    "anxiety": None,
    "dissociation": None,
    "drowsiness": None,
}


# Risk factors from screening that call for stricter watching (docs/clinical.md, Screening).
RISK_FACTORS: Final[dict[str, str]] = {
    "hypertension": "Known high blood pressure",
    "cardiac_history": "Heart disease",
    "arrhythmia": "Irregular heart rhythm",
    "stroke": "Earlier stroke or TIA",
    "aneurysm": "Aneurysm or vascular malformation",
    "raised_pressure_eye_or_brain": "Raised pressure in eye or brain",
    "psychostimulants": "Takes psychostimulants",
    "maoi": "Takes an MAO inhibitor",
    "thyroid": "Overactive thyroid",
    "sleep_apnoea": "Sleep apnoea",
    "pregnancy": "Pregnancy",
    "age_65": "65 years or older",
}
