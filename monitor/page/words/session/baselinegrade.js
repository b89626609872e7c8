// The baseline from the readings so far, in words, and why it is not a good one. Pure.

import { plural, tr } from "../language.js";
import { GRADES, VITAL_NAMES, furtherPlaces, number } from "../strings.js";

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
  const readings = plural(sbp.count, "{0} reading", "{0} readings");
  const apart = sbp.grade !== "good" && Math.min(sbp.count, dbp.count) >= ENOUGH;
  const others = ["hr", "temp", ...furtherPlaces()]
    .filter((vital) => baseline[vital] && baseline[vital].grade !== "good")
    .map((vital) => ` ${VITAL_NAMES[vital]} ${GRADES[baseline[vital].grade]}.`);
  const values = tr`${number("sbp", sbp.value)}/${number("dbp", dbp.value)} from ${readings}`;
  const why = apart ? tr`, far apart: measure again` : "";
  return [tr`Baseline ${GRADES[sbp.grade]}.`, tr`${values}${why}.${others.join("")} The dose freezes it.`];
}
