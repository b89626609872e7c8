// The marks of a pen along the time of a chart: doses, phases, gaps, due readings, the lane of
// alarms; and the places of their words, so that no word covers another.

import { rank } from "./lane.js";
import { BANDS, MIN } from "./pen.js";
import { LINE, joined, rowsOf } from "./places.js";
import { COURSE } from "../words/session/view.js";

const LANE = 0.035;
/** A worse alarm is never too short to be seen. */
const LEAST = { high: 3, medium: 2 };
const [THICK, THIN] = [5, 1.5];
const ROW = 16;

/**
 * A vertical line at each dose, its amount above the chart; doses close together share one place.
 */
export function drawDoses(pen, all) {
  const { top, height, left, width } = pen.box;
  const drawn = all.map(({ at, text }) => ({ x: pen.x(at), text })).filter(({ x }) => x >= left && x <= left + width);
  for (const { x } of drawn) pen.path(pen.inks.text3, 1.5, [[x, top - 4 * pen.dot], [x, top + height]]);
  const named = drawn.filter(({ text }) => text);
  for (const { x, text } of joined(named, (words) => pen.wide(words) + 4 * pen.dot)) {
    const half = pen.wide(text) / 2;
    const inside = Math.max(left + half, Math.min(x, left + width - half));
    pen.text(text, inside, top - 12 * pen.dot, pen.inks.text, { align: "center" });
  }
}

/** A line at each phase, its name beside it in the first row that is free; the present one bold. */
export function drawPhases(pen, all, { phase: present }, now) {
  const { top, height, left, width } = pen.box;
  const right = left + width;
  const shown = all
    .map((one, i) => ({ ...one, x: pen.x(one.from), until: i + 1 < all.length ? pen.x(all[i + 1].from) : right }))
    .filter(({ x, until }) => x <= right - 20 * pen.dot && until > left);
  for (const { x } of shown) {
    if (x >= left) pen.path(pen.inks.line, 1, [[x, top], [x, top + height]]);
  }
  if (pen.narrow) return;
  const labels = shown
    .map((one) => {
      const here = one.last && one.name === present;
      const wide = pen.wide(one.text, here ? 600 : 400);
      return { ...one, here, wide, begins: Math.max(left, one.x) + 6 * pen.dot };
    })
    // A past phase is not labelled where there is no room for it.
    .filter(({ last, begins, wide, until }) => last || begins + wide < until);
  const rows = rowsOf(labels.map(({ begins, wide }) => scaled(pen, begins + wide / 2, wide)), [nowAt(pen, now)]);
  labels.forEach(({ text, begins, here }, i) => {
    const ink = here ? pen.inks.text : pen.inks.text3;
    pen.text(text, begins, top + (6 + ROW * rows[i]) * pen.dot, ink, { weight: here ? 600 : 400 });
  });
}

/** The present: its word is in the second row, left of its line. */
export function drawPresent(pen, now) {
  const { top, height } = pen.box;
  const x = pen.x(now);
  pen.path(pen.inks.text2, 1.25, [[x, top + 14 * pen.dot], [x, top + height]]);
  pen.text(COURSE.now, x - 6 * pen.dot, top + (6 + ROW) * pen.dot, pen.inks.text, { align: "right", weight: 600 });
}

function nowAt(pen, now) {
  const wide = pen.wide(COURSE.now, 600);
  return { ...scaled(pen, pen.x(now) - 6 * pen.dot - wide / 2, wide), row: 1 };
}

/** In the units of places.js, in dots of the screen. */
const scaled = (pen, x, wide) => ({ x: x / pen.dot, wide: wide / pen.dot });

/** Silences between two lines, and when the next reading is due: a circle, or null. */
export function drawGaps(pen, all, due) {
  const [top, bottom] = [pen.share(BANDS.hr.until + 0.01), pen.share(BANDS.hr.from - 0.02)];
  const { left, width } = pen.box;
  const named = all.map(({ from, until }) => {
    const [a, b] = [pen.x(from), pen.x(until)];
    for (const x of [a, b]) pen.path(pen.inks.mark, 1, [[x, top], [x, bottom]]);
    const text = COURSE.noSignal(Math.round((until - from) / MIN));
    const wide = pen.wide(text);
    return { x: clamped((a + b) / 2, wide, left, width), text, wide };
  });
  if (due !== null) named.push(dueAt(pen, due));
  const rows = rowsOf(named.map(({ x, wide }) => scaled(pen, x, wide)));
  named.forEach(({ x, text, wide, circle, after = 0 }, i) => {
    const y = top - (8 + LINE * rows[i]) * pen.dot;
    if (circle) pen.circle(circle, y, 3.5, pen.inks.text2, false);
    pen.text(text, x - wide / 2 + after, y, pen.inks.text2);
  });
}

const clamped = (x, wide, left, width) => Math.min(left + width - wide / 2, Math.max(left + wide / 2, x));

/** The label of the circle, on the side where there is room. */
function dueAt(pen, t) {
  const text = COURSE.nextCuff;
  const { left, width } = pen.box;
  const [circle, room] = [pen.x(t), 10 * pen.dot];
  const wide = pen.wide(text) + room;
  const ends = circle + wide > left + width;
  return { x: circle + (ends ? -wide : wide) / 2, text, wide, circle, after: ends ? 0 : room };
}

/**
 * In the lane, each stretch in the colour of its worst priority, thick until all of it is
 * acknowledged, thin from then on, with its shape wherever the worst changes. The worst is drawn
 * last.
 */
export function drawLane(pen, stretches) {
  const y = pen.share(LANE);
  const [left, right] = [pen.box.left, pen.box.left + pen.box.width];
  for (const one of [...stretches].sort((a, b) => rank(a) - rank(b))) {
    const { priority, from, until, waits, filled, marked } = one;
    const ink = pen.inks[priority] ?? pen.inks.mark;
    const [a, b] = [pen.x(from), pen.x(until)];
    if (b < left || a > right) continue;
    const ends = Math.max(b, a + (LEAST[priority] ?? 0) * pen.dot);
    pen.path(ink, waits ? THICK : THIN, [[a, y], [ends, y]]);
    if (priority && marked) pen.shape(priority, a, y, ink, filled);
  }
}
