// Drawing by hand on the chart's canvas: callers use ms and the vital signs' units, the canvas
// uses device pixels.

import { exact } from "../words/digits.js";
import { crosses } from "../words/alarms/crossing.js";
import { COURSE } from "../words/session/view.js";
import { PRIORITY_WORDS, UNITS } from "../words/strings.js";

export const MIN = 60_000;
export const NARROW = 500;
/** The factor by which a large wall enlarges all parts; the style sheet decides it, in rem. */
export const enlarged = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
export const FAMILY = getComputedStyle(document.body).fontFamily;
// Each vital sign has a fixed range of values and a share of the height, 0 being the bottom.
export const BANDS = {
  bp: { low: 60, high: 190, from: 0.46, until: 0.91 },
  hr: { low: 40, high: 145, from: 0.12, until: 0.38 },
};
const APART = 15;
const SPLITS = { bp: [80, 120, 160], hr: [50, 100] };

/** The worst priority of the limits that a value breaks; null if it breaks no limit. */
function broken(limits, vital, value) {
  const over = limits.filter((l) => l.vital === vital && crosses(l, value));
  return ["high", "medium", "low"].find((p) => over.some((l) => l.priority === p)) ?? null;
}

/** One drawing. `u`: the uPlot; `inks`: the style sheet's colours by name; `zero`: ms of minute 0. */
export class Pen {
  constructor(u, inks, zero) {
    this.u = u;
    this.c = u.ctx;
    this.inks = inks;
    this.zero = zero;
    this.dot = devicePixelRatio * enlarged();
    this.box = u.bbox;
    this.narrow = u.width < NARROW * enlarged();
    this.names = [];
  }

  x(t) {
    return this.u.valToPos((t - this.zero) / MIN, "x", true);
  }

  y(code, value) {
    const { low, high } = BANDS[code];
    return this.u.valToPos(Math.min(high + 10, Math.max(low - 8, value)), code, true);
  }

  share(part) {
    return this.box.top + this.box.height * (1 - part);
  }

  path(ink, width, points, dash = []) {
    const { c, dot } = this;
    c.beginPath();
    c.setLineDash(dash.map((d) => d * dot));
    points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
    c.lineWidth = width * dot;
    c.strokeStyle = ink;
    c.stroke();
    c.setLineDash([]);
  }

  text(words, x, y, ink, { align = "left", size = 13, weight = 400 } = {}) {
    const { c, dot } = this;
    c.font = `${weight} ${size * dot}px ${FAMILY}`;
    c.textAlign = align;
    c.textBaseline = "middle";
    c.fillStyle = ink;
    c.fillText(words, x, y);
  }

  /** The width of these words. */
  wide(words, weight = 400, size = 13) {
    this.c.font = `${weight} ${size * this.dot}px ${FAMILY}`;
    return this.c.measureText(words).width;
  }

  watermark(word) {
    const { left, width } = this.box;
    const at = { align: "center", size: 64, weight: 600 };
    this.text(word, left + width / 2, this.share(0.72), this.inks.ghost, at);
  }

  /** The two fixed scales, written at the left. */
  scales() {
    const x = this.box.left - 8 * this.dot;
    const at = { align: "right" };
    for (const code of ["bp", "hr"]) {
      for (const v of SPLITS[code]) this.text(String(v), x, this.y(code, v), this.inks.text3, at);
      const top = this.y(code, BANDS[code].high) - 18 * this.dot;
      this.text(this.narrow ? "" : UNITS[code], x, top, this.inks.text3, at);
    }
  }

  band(code, low, high, name) {
    const { left, width } = this.box;
    const top = this.y(code, high);
    this.c.fillStyle = this.inks.band;
    this.c.fillRect(left, top, width, this.y(code, low) - top);
    if (!this.narrow) this.names.push([top, name, this.inks.text3]);
  }

  /**
   * The highest course that the doses let expect, from the baseline up, in the vital sign's tint.
   */
  expected(code, base, { since, step_s }, upper) {
    const { left, width } = this.box;
    const begins = Date.parse(since);
    const inside = upper
      .map((value, i) => [this.x(begins + i * step_s * 1000), this.y(code, value)])
      .filter(([x]) => x >= left && x <= left + width);
    if (inside.length < 2) return;
    const foot = this.y(code, base);
    const { c } = this;
    c.save();
    c.globalAlpha = 0.13;
    c.fillStyle = this.inks[code];
    c.beginPath();
    c.moveTo(inside[0][0], foot);
    for (const [x, y] of inside) c.lineTo(x, y);
    c.lineTo(inside.at(-1)[0], foot);
    c.fill();
    c.restore();
    if (!this.narrow) this.names.push([inside.at(-1)[1], COURSE.expected, this.inks.text3]);
  }

  /** Another day's systolic course, behind all of today's drawing. */
  earlier(points) {
    const { left, width } = this.box;
    const drawn = points
      .map(({ minute, value }) => [this.x(this.zero + minute * MIN), this.y("bp", value)])
      .filter(([x]) => x >= left && x <= left + width);
    if (drawn.length) this.path(this.inks.mark, 1.25, drawn);
  }

  limit({ vital, value, priority }) {
    const code = vital === "hr" ? "hr" : "bp";
    const { left, width } = this.box;
    const y = this.y(code, value);
    this.path(this.inks.mark, 1, [[left, y], [left + width, y]], [2, 4]);
    const at = exact(vital, value);
    this.names.push([y, this.narrow ? at : `${at} ${PRIORITY_WORDS[priority]}`, this.inks.text2]);
  }

  /** The names of bands and limits at the right, each at its height or as near as there is room. */
  named() {
    const x = this.box.left + this.box.width + 8 * this.dot;
    let free = -Infinity;
    for (const [at, words, ink] of this.names.sort(([a], [b]) => a - b)) {
      const y = Math.max(at, free);
      this.text(words, x, y, ink);
      free = y + APART * this.dot;
    }
  }

  /** Carets whose tips are systolic and diastolic; only the end that breaks a limit is coloured. */
  bar({ t, sbp, dbp, state }, limits) {
    const x = this.x(t);
    const faint = state === "suspect" ? this.inks.text3 : this.inks.bp;
    const ink = (vital, value) => this.inks[broken(limits, vital, value)] ?? faint;
    const dash = state === "suspect" ? [2, 3] : [];
    if (sbp !== null && dbp !== null) {
      this.path(faint, 1.75, [[x, this.y("bp", sbp)], [x, this.y("bp", dbp)]], dash);
    }
    if (sbp !== null) this.caret(x, this.y("bp", sbp), -1, ink("sbp", sbp));
    if (dbp !== null) this.caret(x, this.y("bp", dbp), 1, ink("dbp", dbp));
  }

  caret(x, y, way, ink) {
    const [w, h] = [5 * this.dot, 6 * this.dot * way];
    this.path(ink, 2, [[x - w, y + h], [x, y], [x + w, y + h]]);
  }

  rejected({ t, vital, value }) {
    const code = vital === "hr" ? "hr" : vital === "temp" ? null : "bp";
    if (!code) return;
    const [x, y, r] = [this.x(t), this.y(code, value), 4 * this.dot];
    this.path(this.inks.text3, 1.5, [[x - r, y - r], [x + r, y + r]]);
    this.path(this.inks.text3, 1.5, [[x - r, y + r], [x + r, y - r]]);
  }

  /** A heart rate that is in doubt. */
  doubted(t, value) {
    this.circle(this.x(t), this.y("hr", value), 1.5, this.inks.text3, true);
  }

  shape(priority, x, y, ink, filled) {
    const r = 5.5 * this.dot;
    if (priority === "low") return this.circle(x, y, 5, ink, filled);
    const points =
      priority === "high"
        ? [[x, y - r], [x + r, y + r], [x - r, y + r], [x, y - r]]
        : [[x, y - r], [x + r, y], [x, y + r], [x - r, y], [x, y - r]];
    this.path(ink, 1.75, points);
    this.c.fillStyle = ink;
    if (filled) this.c.fill();
  }

  circle(x, y, r, ink, filled) {
    const { c } = this;
    c.beginPath();
    c.arc(x, y, r * this.dot, 0, 2 * Math.PI);
    c.lineWidth = 1.75 * this.dot;
    c.strokeStyle = c.fillStyle = ink;
    if (filled) c.fill();
    c.stroke();
  }
}
