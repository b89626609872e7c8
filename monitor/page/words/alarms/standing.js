// The place of a value between the limits that count for it: beside the number, and in the calm
// sentence. Pure.

import { crosses, reaches } from "./crossing.js";
import { apart, exact } from "../digits.js";
import { tr } from "../language.js";
import { PLACES, RANK } from "../strings.js";

/** The highest course that the doses let expect is a limit too, of the one alarm about it. */
const EXPECTED = /^(higher|later)_than_expected$/;

/**
 * The limits in force for one vital sign, and those of alarms that have another kind of limit:
 * [{vital, direction, priority, value, expected?}].
 */
export function counting({ limits = [], alarms = [] }, vital) {
  const own = alarms
    .filter((a) => a.vital === vital && a.presence !== "latched" && a.limit != null && EXPECTED.test(a.condition))
    .map((a) => ({ vital, direction: "high", priority: a.priority, value: a.limit, expected: true }));
  return [...limits.filter((l) => l.vital === vital), ...own];
}

/** How far a value is within a limit; below 0 it is beyond it. */
const room = ({ direction, value: limit }, value) => (direction === "high" ? limit - value : value - limit);

/** The most important limit for a value: of the broken limits the worst, else the nearest. */
function telling(limits, value) {
  const broken = limits.filter((l) => crosses(l, value));
  const worst = (a, b) => RANK[a.priority] - RANK[b.priority] || room(b, value) - room(a, value);
  const nearest = (a, b) => room(a, value) - room(b, value);
  return broken.length ? broken.sort(worst)[0] : [...limits].sort(nearest)[0];
}

/** "4 above the limit of 165", "3 above the low limit of 55"; "" where there is no limit. */
export function standing(vital, value, limits) {
  const limit = value == null ? undefined : telling(limits.filter((l) => l.vital === vital), value);
  return limit ? words(vital, value, limit) : "";
}

function words(vital, value, limit, name = "") {
  const kind = limit.direction === "low" ? tr`low limit of` : tr`limit of`;
  const what = limit.expected ? tr`expected ${name || tr`value`} of` : `${name} ${kind}`.trim();
  const by = apart(vital, value, limit.value);
  const at = exact(vital, limit.value);
  if (by === "0") return tr`at the ${what} ${at}`;
  return tr`${by} ${reaches(value, limit.value) ? tr`above` : tr`below`} the ${what} ${at}`;
}

/** The text of `standing` for a value that is at a limit or beyond it; "" within them. */
export function breaks(vital, value, limits) {
  const broken = value != null && limits.some((l) => l.vital === vital && crosses(l, value));
  return broken ? standing(vital, value, limits) : "";
}

/**
 * {vital, text, scale} for the values of `code` (hr, bp, temp, …); null without a limit. Of a
 * pressure the worse half, by name. scale: {value, ticks} from 0 to 1.
 */
export function where(encounter, code) {
  const halves = PLACES[code]
    .map((vital) => ({ vital, value: encounter.vitals[vital]?.value, limits: counting(encounter, vital) }))
    .filter(({ value, limits }) => value != null && limits.length > 0)
    .map((half) => ({ ...half, limit: telling(half.limits, half.value) }));
  if (!halves.length) return null;
  const { vital, value, limits, limit } = halves.sort(worseOff)[0];
  const name = code === "bp" && halves.length > 1 ? { sbp: tr`systolic`, dbp: tr`diastolic` }[vital] : "";
  return { vital, text: words(vital, value, limit, name), scale: scaleOf(value, limits) };
}

function worseOff(a, b) {
  const [over, under] = [crosses(a.limit, a.value), crosses(b.limit, b.value)];
  if (over !== under) return over ? -1 : 1;
  const worse = over ? RANK[a.limit.priority] - RANK[b.limit.priority] : 0;
  return worse || room(a.limit, a.value) - room(b.limit, b.value);
}

/** From the lowest to the highest of the limits and the value, with some space at both ends. */
function scaleOf(value, limits) {
  const all = [...limits.map((l) => l.value), value];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const air = (high - low) * 0.08 || 1;
  const at = (v) => (v - low + air) / (high - low + 2 * air);
  return { value: at(value), ticks: [...new Set(limits.map((l) => l.value))].sort((a, b) => a - b).map(at) };
}
