// The number of digits of a value and of the limit beside it. Pure.
//
// The relation of a value to its limit must look true: "92, limit 92.4" for a value that is at
// its limit, or "92, limit 92" for one that is below it, would be read as a fault. A limit is
// written as it is in force; a value has the digits of its vital sign, and more only where it
// would appear on the other side of a limit.

import { reaches } from "./alarms/crossing.js";
import { numeral } from "./language.js";
import { decimals, written } from "./strings.js";

const MOST = 9;

const places = (first) => Array.from({ length: MOST - first + 1 }, (_, i) => first + i);
const missing = (value) => value == null || !Number.isFinite(value);

/**
 * A limit, or a change against the baseline, with all its digits: "120", "91.6", of a temperature
 * "38.0".
 */
export function exact(vital, value) {
  return missing(value) ? "\u2014" : written(value, digitsOf(vital, value));
}

/** A value beside any of these limits; without limits as `number` of strings.js writes it. */
export function figure(vital, value, limits = []) {
  return missing(value) ? "\u2014" : written(value, digitsBeside(vital, value, limits));
}

/** The difference of the two as they are written: "4", "0.4"; "0" if they look alike. */
export function apart(vital, value, limit) {
  const digits = [digitsBeside(vital, value, [limit]), digitsOf(vital, limit)];
  const text = Math.abs(cut(value, digits[0]) - cut(limit, digits[1])).toFixed(Math.max(...digits));
  return Number(text) === 0 ? "0" : numeral(text);
}

/** The limits of one vital sign among those in force, as numbers. */
export function limitsOf(vital, limits = []) {
  return limits.filter((l) => l.vital === vital).map((l) => l.value);
}

const cut = (value, digits) => Number(value.toFixed(digits));

/** As many as show all of it. */
function digitsOf(vital, value) {
  return places(decimals(vital)).find((p) => cut(value, p) === value) ?? MOST;
}

/** As many as show it on its own side of each limit. */
function digitsBeside(vital, value, limits) {
  const true_ = (p) =>
    limits.every((limit) => missing(limit) || reaches(cut(value, p), cut(limit, digitsOf(vital, limit))) === reaches(value, limit));
  return places(decimals(vital)).find(true_) ?? MOST;
}
