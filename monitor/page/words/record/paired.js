// Entries of one moment that say one thing twice: a limit of its own and the one over the baseline are
// crossed by one reading and taken by one press. Pure.

import { named } from "../alarms/conditions.js";
import { twinsOf } from "../alarms/extremes.js";
import { PRESS_MS, relative } from "./rises.js";
import { VITAL_NAMES, capital, clock } from "../strings.js";

/**
 * The entries with those of twins drawn together: the one of a limit of its own leads and has the other
 * in `twin`, [{what, why}]; each transition stays told with its own reason. What moves by itself is of
 * one second, as it is written; what somebody did is one act, and another second of it is said.
 */
export function paired(told) {
  const rows = [];
  for (const e of told) {
    const at = e.condition ? rows.findLastIndex((row) => ofTwins(row, e)) : -1;
    if (at < 0 || !together(rows[at], e)) rows.push({ ...e, twin: [] });
    else if (relative(rows[at]) && !relative(e)) {
      rows[at] = { ...e, twin: [...rows[at].twin, said(rows[at], e.t)] };
    } else rows[at].twin.push(said(e, rows[at].t));
  }
  return rows;
}

/** The newest row of either of them: what comes between two acts parts them. */
const ofTwins = (row, e) => Boolean(row.condition && twinsOf(e) && twinsOf(row) === twinsOf(e));

function together(row, e) {
  if (row.type !== e.type || row.by !== e.by || row.alarm === e.alarm || row.twin.some((t) => t.alarm === e.alarm)) return false;
  return e.by ? e.t - row.t < PRESS_MS : Math.floor(row.t / 1000) === Math.floor(e.t / 1000);
}

/** "Above the baseline: rose from low to high", and why. */
function said({ what, why, condition, vital, alarm, t }, lead) {
  const name = named({ condition });
  const short = capital(name.slice(VITAL_NAMES[vital].length).trim());
  const other = clock(t, true) === clock(lead, true) ? "" : `, ${clock(t, true)}`;
  return { what: short + what.slice(name.length) + other, why, alarm };
}
