// The doses and typed readings as recorded, and as they really were. Pure.

import { afterClose } from "./corrections.js";
import { totals } from "../session/given.js";
import { doseWords } from "./happened.js";
import { isStruck } from "../because.js";
import { tr } from "../language.js";
import { ms } from "../time.js";

/** A reading typed within this time after a strike, or before it, counts as the replacement. */
const SOON = 10 * 60_000;

/**
 * For each typed reading that was struck out, the one typed in its place, by their rows' ids: the
 * first of its vital sign after the strike, else the last one typed before the strike and after
 * the reading. readings: rows of `observations`; rows: of the journal, type `corrected`.
 */
export function instead(readings, rows) {
  const typed = readings.filter((r) => r.source === "manual");
  const found = new Map();
  for (const one of typed.filter(isStruck)) {
    const at = struckAt(one, rows);
    const others = typed
      .filter((r) => r.vital === one.vital && r.state !== "rejected" && ms(r.issued) > ms(one.issued))
      .sort((a, b) => ms(a.issued) - ms(b.issued));
    const near = others.filter((r) => at !== null && Math.abs(ms(r.issued) - at) <= SOON);
    const next = near.find((r) => ms(r.issued) >= at) ?? near.at(-1);
    if (next) found.set(one.id, next);
  }
  return found;
}

function struckAt({ vital, value, effective }, rows) {
  const is = ({ what, before }) =>
    what === "reading" && before[vital] === value && Math.abs(before.at * 1000 - ms(effective)) < 1000;
  const row = rows.find((r) => r.type === "corrected" && is(r.body));
  return row ? ms(row.at) : null;
}

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
  return all.length > 1 ? tr`${totals(all.map(({ is }) => is))} in all.` : "";
}

/** The doses that went past a shut gate; the reason is in the table of doses. */
function past(all) {
  const numbers = all.flatMap(({ recorded }, i) => (recorded.override ? [i + 1] : []));
  if (!numbers.length) return "";
  return all.length === 1 ? tr`In spite of the gate.` : tr`In spite of the gate: dose ${numbers.join(", ")}.`;
}

/** A sentence each, and the total. */
export function doseSentences(about) {
  const all = dosesOf(about);
  if (!all.length) return [tr`No dose.`];
  const said = (d) => tr`${doseWords(d)} at ${about.time(d.at)}`;
  const each = all.map(({ recorded, is, late }) => {
    const first = said(is) === said(recorded) ? "" : tr` Corrected${late}: it had been recorded as ${said(recorded)}.`;
    return tr`${said(is)}, by ${recorded.by}.${first}`;
  });
  return [...each, [total(all), past(all)].filter(Boolean).join(" ")].filter(Boolean);
}
