// Which typed reading replaces one that was struck out. Pure.

import { ms } from "../time.js";

/** A reading typed within this time after a strike, or before it, counts as the replacement. */
const SOON = 10 * 60_000;

export const isStruck = ({ reason }) => reason.startsWith("struck out");

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
