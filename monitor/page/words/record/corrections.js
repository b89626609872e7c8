// The facts of a session that can be corrected, and the words of a correction. Pure.

import { inWords, isStruck, reasonIn } from "../because.js";
import { tr } from "../language.js";
import { capital, clock, number } from "../strings.js";
import { ms } from "../time.js";

export const FACTS = {
  label: tr`Patient\u2019s code`,
  birth_year: tr`Year of birth`,
  risk_factors: tr`Known risks`,
  sitter: tr`Sitter`,
  phone: tr`Phone`,
  address: tr`Address now`,
  local_number: tr`Local emergency number`,
  time_zone: tr`Time zone there`,
};
const NOTHING = tr`nothing`;

/** Rows of typed readings as readings, newest first: [{id, t, values, struck, reason}]. */
export function typedReadings(rows) {
  const found = new Map();
  for (const row of rows) {
    const one = found.get(row.issued) ?? { id: row.id, t: ms(row.effective), values: {} };
    one.values[row.vital] = row.value;
    one.struck = isStruck(row);
    one.reason = reasonIn(row);
    found.set(row.issued, one);
  }
  return [...found.values()].sort((a, b) => b.t - a.t);
}

/** "128/80 mmHg", "72 /min", "36.8 \u00b0C", for the values that there are. */
export function figures({ sbp, dbp, map, hr, temp }) {
  const parts = [];
  if (sbp != null || dbp != null) parts.push(tr`${number("sbp", sbp)}/${number("dbp", dbp)} mmHg`);
  if (map != null) parts.push(tr`mean ${number("map", map)} mmHg`);
  if (hr != null) parts.push(tr`${number("hr", hr)} /min`);
  if (temp != null) parts.push(tr`${number("temp", temp)} \u00b0C`);
  return parts.join(", ");
}

/** A row of type `corrected` in words: {what, was, is}. time(ms): the written form. */
export function correctionWords({ what, number: n, before, after }, risks = {}, time = clock) {
  const at = (of) => time(of.at * 1000);
  if (what === "reading") return { what: tr`Reading of ${at(before)}`, was: figures(before), is: tr`struck out` };
  if (what === "dose" && typeof before === "object") {
    const moved = Object.keys(before).filter((k) => before[k] !== after[k]);
    const say = (of) => moved.map((k) => (k === "at" ? at(of) : k === "amount_mg" ? tr`${of[k]} mg` : of[k]));
    return { what: tr`Dose ${n}`, was: say(before).join(", "), is: say(after).join(", ") };
  }
  const say = (v) =>
    Array.isArray(v) ? v.map((id) => risks[id] ?? capital(id).replaceAll("_", " ")).join(", ") : v;
  const name = FACTS[what] ?? capital(what);
  return { what: name, was: `${say(before) || NOTHING}`, is: `${say(after) || NOTHING}` };
}

/** The consequences of a correction in words. */
export const consequences = (body) => inWords(body.follows, body.follows_because);

/**
 * Words for a correction after the close, when it changes no decision any more; "" if it came
 * before.
 */
export function afterClose(corrected, closed) {
  return closed && ms(corrected) >= ms(closed) ? tr` after the close (what was decided stands)` : "";
}

/** A recorded value, and beside it the corrected one. late: see `afterClose`. */
export function withCorrection(recorded, now, late = "") {
  return recorded === now ? recorded : tr`${recorded}, corrected${late}: ${now}`;
}
