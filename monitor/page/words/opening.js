// The words of the form that starts a session. Pure.

import { LABELS } from "./clinic/refused.js";

export const OPENING = {
  patient: "Patient",
  newPatient: "New patient",
  code: LABELS.label,
  codeHint: "What this page calls the patient: letters or numbers, not a name.",
  born: LABELS.birth_year,
  risks: "Known risks",
  onFile: (year, risks) =>
    `${year ? `Born ${year}.` : "Year of birth not known."} ` +
    (risks.length ? `Known risks: ${risks.join("; ")}.` : "No known risk."),
  protocol: "Protocol",
  mode: "Data",
  modes: [["real", "Real"], ["test", "Test"], ["demo", "Demo"]],
  devices: "Devices",
  free: "Worn or at hand, and free",
  allInUse: "All are in use.",
  noneKnown: "None known yet.",
  reach: "Whom to reach",
  shownTo: "Shown to signed-in people only, never in a notice.",
  sitter: "Sitter",
  sitterHint: "Name and phone.",
  phone: "Phone",
  phoneHint: "The patient’s.",
  address: LABELS.address,
  zone: LABELS.time_zone,
  zoneHint: "Only if it is another than here.",
  number: LABELS.local_number,
};
