// The gaps of a session, as sentences and rows. Times in ms. Pure.

import { plural, tr } from "../language.js";
import { SECOND, between, together } from "../lengths.js";
import { LEAST, WHAT, gaps, lacking, leastOf } from "./stretches.js";
import { VITAL_NAMES, capital } from "../strings.js";
import { ms } from "../time.js";

/** Up to this many gaps of one kind have a sentence each. */
const FEW = 3;

/**
 * Gaps of the whole session: [{code, from, until}], and {code, never} for a vital sign that was
 * never measured.
 */
export function missing({ encounter, times, end }) {
  const begin = ms(encounter.opened_at);
  return Object.keys(LEAST).flatMap((code) => {
    if (!times[code]?.length) return [{ code, never: true }];
    const first = code === "bp" ? begin : times[code][0];
    return gaps(times[code], Math.min(first, times[code][0]), end, leastOf(code, times)).map((gap) => ({ code, ...gap }));
  });
}

/** A sentence for each; one sentence for many of one kind. */
export function unmeasured({ missing: found, time, end }) {
  const to = (until) => (until === end ? tr`the end` : time(until));
  return Object.keys(LEAST).flatMap((code) => {
    const mine = found.filter((gap) => gap.code === code);
    if (mine[0]?.never) return [tr`${VITAL_NAMES[code]} never.`];
    if (mine.length <= FEW) {
      return mine.map(({ from, until }) => tr`${capital(lacking(code, from, until))}, ${time(from)} to ${to(until)}.`);
    }
    const each = mine.map(({ from, until }) => tr`${time(from)} to ${to(until)} (${between(from, until)})`);
    return [tr`${plural(mine.length, "{0} time", "{0} times")} without ${WHAT[code]}, ${together(mine)} in all: ${each.join(", ")}.`];
  });
}

/** [what, from, to] of a gap, to the second. */
export function gapRow({ code, never, from, until }, { exact, end }) {
  if (never) return [tr`${VITAL_NAMES[code]}: never`, "", ""];
  const to = until === end ? tr`${exact(until)}, the end of the record` : exact(until);
  return [lacking(code, from, until, SECOND), exact(from), to];
}
