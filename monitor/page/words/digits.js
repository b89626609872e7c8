// The number of digits of a value and of the limit beside it. Pure.
//
// The relation of a value to its limit must look true: "92, limit 92.4" for a value that is at
// its limit, or "92, limit 92" for one that is below it, would be read as a fault. A limit is
// written as it is in force; a value has the digits of its vital sign, and more only where it
// would appear on the other side of a limit.

import { reaches } from "./alarms/crossing.js";
import { decimals } from "./strings.js";

const MOST = 9;

const places = (first) => Array.from({ length: MOST - first + 1 }, (_, i) => first + i);
const missing = (value) => value == null || !Number.isFinite(value);

/**
 * A limit, or a change against the baseline, with all its digits: "120", "91.6", of a temperature
 * "38.0".
 */
export function exact(vital, value) {
  if (missing(value)) return "\u2014";
  const enough = places(decimals(vital)).find((p) => Number(value.toFixed(p)) === value) ?? MOST;
  return written(value, enough);
}

/** A value beside any of these limits; without limits as `number` of strings.js writes it. */
export function figure(vital, value, limits = []) {
  if (missing(value)) return "\u2014";
  const true_ = (p) =>
    limits.every((limit) => missing(limit) || reaches(Number(value.toFixed(p)), plain(vital, limit)) === reaches(value, limit));
  return written(value, places(decimals(vital)).find(true_) ?? MOST);
}

/** The difference of the two as they are written: "4", "0.4"; "0" if they look alike. */
export function apart(vital, value, limit) {
  const texts = [figure(vital, value, [limit]), exact(vital, limit)].map((text) => text.replace("\u2212", "-"));
  const most = Math.max(...texts.map((text) => text.split(".")[1]?.length ?? 0));
  const text = Math.abs(Number(texts[0]) - Number(texts[1])).toFixed(most);
  return Number(text) === 0 ? "0" : text;
}

/** The limits of one vital sign among those in force, as numbers. */
export function limitsOf(vital, limits = []) {
  return limits.filter((l) => l.vital === vital).map((l) => l.value);
}

function plain(vital, limit) {
  return Number(exact(vital, limit).replace("\u2212", "-"));
}

function written(value, digits) {
  const text = value.toFixed(digits);
  return text.startsWith("-") ? `\u2212${text.slice(1)}` : text;
}
