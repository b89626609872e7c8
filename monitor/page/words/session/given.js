// The doses so far, in words. Pure.

import { tr } from "../language.js";
import { capital, clock, number } from "../strings.js";
import { ms } from "../time.js";

/** Whole minutes from an ISO time to `now`, ms. */
function minutes(iso, now) {
  return Math.max(0, Math.floor((now - ms(iso)) / 60_000));
}

/** As people write it: "ketamine" and "Ketamine" are one medicine. */
const same = (a, b) => a.trim().toLowerCase() === b.trim().toLowerCase();
export const mg = (amount) => tr`${Number(amount.toFixed(2))} mg`;

/**
 * One line a dose, "Ketamine 100 mg sublingual at 14:02, 62 min ago", and the total if there are
 * more; [] before any. A further dose of the same kind is given by its amount.
 */
export function given({ doses = [] }, now) {
  const lines = doses.map(({ at, drug, route, amount_mg: amount, corrected }, i) => {
    const last = doses[i - 1];
    const alike = last && same(last.drug, drug) && same(last.route, route);
    const what = alike ? mg(amount) : `${capital(drug)} ${mg(amount)} ${route}`;
    const line = tr`${what} at ${clock(ms(at))}, ${minutes(at, now)} min ago`;
    return corrected ? tr`${line}, corrected` : line;
  });
  return doses.length < 2 ? lines : [...lines, tr`${totals(doses)} in all`];
}

/** "150 mg", of each medicine where there are several. */
export function totals(doses) {
  const drugs = doses.map((d) => d.drug).filter((a, i, all) => all.findIndex((b) => same(a, b)) === i);
  const of = (drug) =>
    mg(doses.filter((d) => same(d.drug, drug)).reduce((sum, d) => sum + d.amount_mg, 0));
  return drugs.length === 1
    ? of(drugs[0])
    : drugs.map((drug) => `${capital(drug)} ${of(drug)}`).join(", ");
}

/** A further dose in relation to those before: "100 mg at 07:02. This is the second."; "" else. */
export function further({ doses = [] }) {
  if (!doses.length) return "";
  const before = doses.map((d) => tr`${mg(d.amount_mg)} at ${clock(ms(d.at))}`).join(", ");
  const names = [tr`second`, tr`third`, tr`fourth`, tr`fifth`, tr`sixth`];
  return tr`${before}. This is the ${names[doses.length - 1] ?? tr`dose number ${doses.length + 1}`}.`;
}

/** "47 min", or "no dose yet". */
export function sinceDose({ last_dose_at: last }, now) {
  return last ? tr`${minutes(last, now)} min` : tr`no dose yet`;
}

/** The start of `sinceDose` if it is not obvious: "last dose" of several, else "". */
export function counted({ doses = [] }) {
  return doses.length > 1 ? tr`last dose` : "";
}

/**
 * The start of the minutes of a session, for after "Minutes since": the dose, or the first of
 * several.
 */
export function begins({ dosed_at: dosed, doses = [] }) {
  if (!dosed) return tr`the session was opened`;
  return doses.length > 1 ? tr`the first dose` : tr`the dose`;
}

/** A moment (ms) as a minute of the session, "72 min"; of several doses "72 min after the first dose". */
export function minuteOf({ dosed_at: first, doses = [], opened_at: opened }, t) {
  const minute = Math.round((t - ms(first ?? opened)) / 60_000);
  if (doses.length < 2) return tr`${number("hr", minute)} min`;
  return tr`${Math.abs(minute)} min ${minute < 0 ? tr`before` : tr`after`} the first dose`;
}

/** The same where there is little room: "72 min", "First dose + 72 min". */
export function minuteShort(encounter, t) {
  if (!counted(encounter)) return minuteOf(encounter, t);
  const minute = Math.round((t - ms(encounter.dosed_at)) / 60_000);
  return tr`First dose ${minute < 0 ? "\u2212" : "+"} ${Math.abs(minute)} min`;
}

/** The same, of several doses "15 min since the last dose, 62 min since the first". */
export function sinceEachDose(encounter, now) {
  const { dosed_at: first, last_dose_at: last } = encounter;
  const ago = sinceDose(encounter, now);
  if (!last || !first || first === last) return ago;
  return tr`${ago} since the last dose, ${minutes(first, now)} min since the first`;
}
