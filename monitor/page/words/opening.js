// The words of the form that starts a session. Pure.

import { tr } from "./language.js";
import { LABELS } from "./clinic/refused.js";

export const OPENING = {
  patient: tr`Patient`,
  newPatient: tr`New patient`,
  code: LABELS.label,
  codeHint: tr`What this page calls the patient: letters or numbers, not a name.`,
  born: LABELS.birth_year,
  risks: tr`Known risks`,
  onFile: (year, risks) =>
    `${year ? tr`Born ${year}.` : tr`Year of birth not known.`} ` +
    (risks.length ? tr`Known risks: ${risks.join("; ")}.` : tr`No known risk.`),
  protocol: tr`Protocol`,
  mode: tr`Data`,
  modes: [["real", tr`Real`], ["test", tr`Test`], ["demo", tr`Demo`]],
  devices: tr`Devices`,
  free: tr`Worn or at hand, and free`,
  allInUse: tr`All are in use.`,
  noneKnown: tr`None known yet.`,
  reach: tr`Whom to reach`,
  shownTo: tr`Shown to signed-in people only, never in a notice.`,
  sitter: tr`Sitter`,
  sitterHint: tr`Name and phone.`,
  phone: tr`Phone`,
  phoneHint: tr`The patient’s.`,
  address: LABELS.address,
  zone: LABELS.time_zone,
  zoneHint: tr`Only if it is another than here.`,
  number: LABELS.local_number,
};
