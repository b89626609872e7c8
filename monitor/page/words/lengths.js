// Durations beside the times that they are between. Times in ms. Pure.

import { tr } from "./language.js";
import { span } from "./strings.js";

export const SECOND = 1000;
export const MINUTE = 60_000;

/**
 * The duration from one time to another, as a reader finds it by subtraction of the written
 * times: times are cut to the minute (or, `unit` SECOND, to the second), so the duration is of
 * the cut ones. Within one minute of the clock it is in seconds.
 */
export function between(from, until, unit = MINUTE) {
  const [a, b] = [from, until].map((t) => Math.floor(t / unit) * unit);
  const whole = Math.max(0, b - a);
  if (unit === MINUTE && whole === 0) return span(until - from);
  const seconds = (whole % MINUTE) / SECOND;
  const minutes = Math.floor(whole / MINUTE);
  return [minutes && tr`${minutes} min`, (seconds || !minutes) && tr`${seconds} s`].filter(Boolean).join(" ");
}

/** The sum of several: of the durations as each is written by itself. */
export function together(stretches, unit = MINUTE) {
  const cut = (t) => Math.floor(t / unit) * unit;
  return between(0, stretches.reduce((sum, { from, until }) => sum + cut(until) - cut(from), 0), unit);
}

/** Minutes from one time to another, both cut to the second, and rounded as the core rounds them. */
export function minutesFrom(zero, t) {
  return Math.round((Math.floor(t / SECOND) - Math.floor(zero / SECOND)) / 60) + 0;
}
