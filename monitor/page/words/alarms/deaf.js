// Whether the service receives readings of devices at all. Pure.

import { clock } from "../strings.js";
import { ms } from "../time.js";

/**
 * "Nothing that devices measure is watched since 02:44" while the service receives no readings,
 * acknowledged or not; "": it receives them. It is the service's own fault, so one session shows
 * it for all.
 */
export function deaf(encounters) {
  const lost = encounters
    .flatMap((e) => e.alarms)
    .filter((a) => a.condition === "broker_lost" && ["on", "acknowledged"].includes(a.presence));
  if (!lost.length) return "";
  return `Nothing that devices measure is watched since ${clock(Math.min(...lost.map((a) => ms(a.onset))))}`;
}
