// The baseline from the readings so far, in words, and why it is not a good one. Pure.

import { VITAL_NAMES, furtherPlaces, number } from "../strings.js";

/**
 * With this many pressures the service grades a baseline good, if they are close together. The
 * status has the grade and not its reason, so the reason is derived from their number.
 */
const ENOUGH = 3;

/**
 * [grade, the rest] before the dose; null after it, and while there is no pressure. Limits over
 * the baseline are counted from the other vital signs too, so their poor grades are in the rest.
 */
export function baselineSoFar({ dosed_at: dosed, baseline }) {
  const { sbp, dbp } = baseline;
  if (dosed || !sbp || !dbp) return null;
  const readings = sbp.count === 1 ? "1 reading" : `${sbp.count} readings`;
  const apart = sbp.grade !== "good" && Math.min(sbp.count, dbp.count) >= ENOUGH;
  const others = ["hr", "temp", ...furtherPlaces()]
    .filter((vital) => baseline[vital] && baseline[vital].grade !== "good")
    .map((vital) => ` ${VITAL_NAMES[vital]} ${baseline[vital].grade}.`);
  const values = `${number("sbp", sbp.value)}/${number("dbp", dbp.value)} from ${readings}`;
  const why = apart ? ", far apart: measure again" : "";
  return [`Baseline ${sbp.grade}.`, `${values}${why}.${others.join("")} The dose freezes it.`];
}
