// The words of the record's sheet around its contents: headings, columns, buttons. Pure.

import { reasonIn } from "../because.js";
import { small, tr } from "../language.js";
import { PHASES, day } from "../strings.js";
import { ms } from "../time.js";

const WHO = [tr`Time`, tr`What`, tr`Why`, tr`By`];

export const SHEET = {
  reading: tr`Reading the record.`,
  session: tr`Session`,
  name: tr`Record of the session`,
  print: tr`Print`,
  code: (code) => tr`code ${code}`,
  /** Around the number of a sheet, and after it before the number of all. */
  page: tr`Page `,
  of: tr` of `,
  none: tr`None.`,
  noPressure: tr`no pressure`,
};

/** [title, columns] of the tables; without columns the part has a form of its own. */
export const PARTS_OF_RECORD = {
  short: [tr`In short`],
  course: [tr`Course`],
  session: [tr`Session`],
  doses: [tr`Doses`, [tr`Taken`, tr`Medicine, amount, route`, tr`Recorded by`, tr`In spite of the gate`]],
  corrections: [tr`Corrections`, [tr`Time`, tr`Of`, tr`Recorded`, tr`True`, tr`By`, tr`Reason`, tr`What follows`]],
  alarms: [tr`Alarms`, [tr`Alarm`, tr`Onset`, tr`What it was, and for how long`, tr`Farthest`, tr`Taken by`, tr`Over`]],
  happened: [tr`What happened`, WHO],
  checks: [tr`Checks before the dose`, [tr`Check`, tr`Made`, tr`By`]],
  baseline: [tr`Baseline`, [tr`Vital sign`, tr`Centre`, tr`Spread`, tr`Readings`, tr`Grade`]],
  limits: [tr`Limits in force`, [tr`Of`, tr`Low`, tr`Medium`, tr`High`, tr`From`]],
  moved: [tr`Limits and baseline that somebody changed`, WHO],
  elevations: [tr`Elevations`, [tr`Vital sign`, tr`Onset`, tr`Peak`, tr`End`, tr`Near baseline`, tr`Over the limit`]],
  missing: [tr`Not measured`, [tr`What`, tr`From`, tr`To`]],
  unwatched: [tr`Not monitored`, [tr`From`, tr`To`, tr`For`, tr`Why`]],
  notices: [tr`Notices`, [tr`Time`, tr`To`, tr`By`, tr`Of`, tr`What became of it`]],
  burden: [tr`Alarm burden`, [tr`Figure`, tr`Value`]],
  readings: [tr`Readings`, [tr`Measured`, tr`Vital sign`, tr`Value`, tr`From`, tr`Judged`]],
};

const JUDGED = { accepted: tr`accepted`, late: tr`late`, suspect: tr`suspect`, rejected: tr`rejected` };

export const CELLS = {
  nobody: tr`nobody`,
  stands: tr`stands`,
  notMade: tr`not made`,
  typed: tr`typed`,
  judged: (r) => [JUDGED[r.state], reasonIn(r)].filter(Boolean).join(": "),
  // The content of a separate table is not repeated.
  elsewhere: { dosed: tr`See Doses.`, unwatched: tr`See Not monitored.` },
  /** A value typed in the place of another: after it, in its sentence and in its cell. */
  insteadOf: (figures) => tr`, typed instead: ${figures}`,
  instead: (value, time) => tr` typed instead: ${value}, ${time}`,
  inSpite: (time, unmet) => tr`The dose at ${time} was given though these did not hold: ${unmet.join(" ")}`,
  listed: tr`Every pressure and temperature, and what was rejected. Heart rate is stored every second and not listed here.`,
};

/** The paragraph below the patient's name. time: of the request. */
export function recordSummary(e, protocol, time) {
  return [
    tr`What the record holds at ${time}.`,
    tr`Protocol ${protocol}, phase ${small(PHASES[e.phase])}.`,
    tr`Opened ${day(ms(e.opened_at))}.`,
    e.dosed_at ? tr`Dose ${day(ms(e.dosed_at))}.` : tr`No dose.`,
    e.closed_at ? tr`Closed ${day(ms(e.closed_at))}.` : tr`Not closed.`,
  ].join(" ");
}
