// What was given, as the record has it and as it really was. Pure.

import { totals } from "./given.js";
import { given } from "./happened.js";
import { ms } from "./time.js";

/** Each dose with its times in ms, as it was recorded and as it really was: [{id, recorded, is}]. */
export function dosesOf({ rows, encounter }) {
  return rows.filter((r) => r.type === "dosed").map(({ id, body: { dose } }, i) => {
    const recorded = { ...dose, at: dose.at * 1000 };
    const now = encounter.doses?.[i];
    return { id, recorded, is: now?.corrected ? { ...dose, ...now, at: ms(now.at) } : recorded };
  });
}

/** "150 mg in all."; "" where there is no second one. It is of what was really given. */
export function total(all) {
  return all.length > 1 ? `${totals(all.map(({ is }) => is))} in all.` : "";
}

/** A sentence each, and the total. */
export function doses(about) {
  const all = dosesOf(about);
  if (!all.length) return ["No dose."];
  const said = (d) => `${given(d)} at ${about.time(d.at)}`;
  const each = all.map(({ recorded, is }) => {
    const first = said(is) === said(recorded) ? "" : ` Corrected: it had been recorded as ${said(recorded)}.`;
    return `${said(is)}, by ${recorded.by}.${first}`;
  });
  return [...each, total(all)].filter(Boolean);
}
