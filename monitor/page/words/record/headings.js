// The words of the record's sheet around its contents: headings, columns, buttons. Pure.

import { PHASES, day } from "../strings.js";
import { ms } from "../time.js";

const WHO = ["Time", "What", "Why", "By"];

export const SHEET = {
  reading: "Reading the record.",
  session: "Session",
  name: "Record of the session",
  print: "Print",
  code: (code) => `code ${code}`,
  /** Around the number of a sheet, and after it before the number of all. */
  page: "Page ",
  of: " of ",
  none: "None.",
  noPressure: "no pressure",
};

/** [title, columns] of the tables; without columns the part has a form of its own. */
export const PARTS_OF_RECORD = {
  short: ["In short"],
  course: ["Course"],
  session: ["Session"],
  doses: ["Doses", ["Taken", "Medicine, amount, route", "Recorded by", "In spite of the gate"]],
  corrections: ["Corrections", ["Time", "Of", "Recorded", "True", "By", "Reason", "What follows"]],
  alarms: ["Alarms", ["Alarm", "Onset", "What it was, and for how long", "Farthest", "Taken by", "Over"]],
  happened: ["What happened", WHO],
  checks: ["Checks before the dose", ["Check", "Made", "By"]],
  baseline: ["Baseline", ["Vital sign", "Centre", "Spread", "Readings", "Grade"]],
  limits: ["Limits in force", ["Of", "Low", "Medium", "High", "From"]],
  moved: ["Limits and baseline that somebody changed", WHO],
  elevations: ["Elevations", ["Vital sign", "Onset", "Peak", "End", "Near baseline", "Over the limit"]],
  missing: ["Not measured", ["What", "From", "To"]],
  unwatched: ["Not monitored", ["From", "To", "For", "Why"]],
  notices: ["Notices", ["Time", "To", "By", "Of", "What became of it"]],
  burden: ["Alarm burden", ["Figure", "Value"]],
  readings: ["Readings", ["Measured", "Vital sign", "Value", "From", "Judged"]],
};

export const CELLS = {
  nobody: "nobody",
  stands: "stands",
  notMade: "not made",
  typed: "typed",
  judged: ({ state, reason }) => (reason ? `${state}: ${reason}` : state),
  // The content of a separate table is not repeated.
  elsewhere: { dosed: "See Doses.", unwatched: "See Not monitored." },
  /** A value typed in the place of another: after it, in its sentence and in its cell. */
  insteadOf: (figures) => `, typed instead: ${figures}`,
  instead: (value, time) => ` typed instead: ${value}, ${time}`,
  inSpite: (time, unmet) => `The dose at ${time} was given though these did not hold: ${unmet.join(" ")}`,
  listed: "Every pressure and temperature, and what was rejected. Heart rate is stored every second and not listed here.",
};


/** The paragraph below the patient's name. time: of the request. */
export function recordSummary(e, protocol, time) {
  return [
    `What the record holds at ${time}.`,
    `Protocol ${protocol}, phase ${PHASES[e.phase].toLowerCase()}.`,
    `Opened ${day(ms(e.opened_at))}.`,
    e.dosed_at ? `Dose ${day(ms(e.dosed_at))}.` : "No dose.",
    e.closed_at ? `Closed ${day(ms(e.closed_at))}.` : "Not closed.",
  ].join(" ");
}
