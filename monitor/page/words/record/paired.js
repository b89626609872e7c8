// Entries of one moment that report one thing twice: a limit of its own and the one over the
// baseline are crossed by one reading and acknowledged by one press. Pure.

import { named } from "../alarms/conditions.js";
import { twinsOf } from "../alarms/extremes.js";
import { PRESS_MS, relative } from "./rises.js";
import { VITAL_NAMES, capital, clock } from "../strings.js";

/**
 * The entries with those of twins merged: the one with a limit of its own leads and has the other
 * in `twin`, [{what, why}]; each transition keeps its own reason. Automatic transitions are
 * merged within one written second; acts of a person are one act, and a different second is
 * shown.
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

/** The newest row of either of them: a row between two acts separates them. */
const ofTwins = (row, e) => Boolean(row.condition && twinsOf(e) && twinsOf(row) === twinsOf(e));

function together(row, e) {
  if (row.type !== e.type || row.by !== e.by || row.alarm === e.alarm || row.twin.some((t) => t.alarm === e.alarm)) return false;
  return e.by ? e.t - row.t < PRESS_MS : Math.floor(row.t / 1000) === Math.floor(e.t / 1000);
}

/** "Above the baseline: rose from low to high", and why. */
function said({ change, why, condition, vital, alarm, t }, lead) {
  const name = named({ condition });
  const short = capital(name.slice(VITAL_NAMES[vital].length).trim());
  const other = clock(t, true) === clock(lead, true) ? "" : `, ${clock(t, true)}`;
  return { what: `${short}: ${change}${other}`, why, alarm };
}
