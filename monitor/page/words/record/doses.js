// The doses, as recorded and as they really were. Pure.

import { afterClose } from "./corrections.js";
import { totals } from "../session/given.js";
import { doseWords } from "./happened.js";
import { ms } from "../time.js";

/**
 * Each dose with its times in ms, as it was recorded and as it really was: [{id, recorded, is,
 * late}]. late: words if the newest correction came after the close; "" else.
 */
export function dosesOf({ rows, encounter }) {
  const last = (number) =>
    rows.findLast(({ type, body: b }) => type === "corrected" && b.what === "dose" && b.number === number);
  return rows.filter((r) => r.type === "dosed").map(({ id, body: { dose } }, i) => {
    const recorded = { ...dose, at: dose.at * 1000 };
    const now = encounter.doses?.[i];
    const late = now?.corrected ? afterClose(last(i + 1)?.at, encounter.closed_at) : "";
    return { id, recorded, is: now?.corrected ? { ...dose, ...now, at: ms(now.at) } : recorded, late };
  });
}

/** "150 mg in all."; "" without a second dose. It counts the real doses. */
export function total(all) {
  return all.length > 1 ? `${totals(all.map(({ is }) => is))} in all.` : "";
}

/** The doses that went past a shut gate; the reason is in the table of doses. */
function past(all) {
  const numbers = all.flatMap(({ recorded }, i) => (recorded.override ? [i + 1] : []));
  if (!numbers.length) return "";
  return all.length === 1 ? "In spite of the gate." : `In spite of the gate: dose ${numbers.join(", ")}.`;
}

/** A sentence each, and the total. */
export function doseSentences(about) {
  const all = dosesOf(about);
  if (!all.length) return ["No dose."];
  const said = (d) => `${doseWords(d)} at ${about.time(d.at)}`;
  const each = all.map(({ recorded, is, late }) => {
    const first = said(is) === said(recorded) ? "" : ` Corrected${late}: it had been recorded as ${said(recorded)}.`;
    return `${said(is)}, by ${recorded.by}.${first}`;
  });
  return [...each, [total(all), past(all)].filter(Boolean).join(" ")].filter(Boolean);
}
