// One session's chart: pressure above, heart rate below, alarms as a lane under both, on one axis
// of minutes since the dose. uPlot keeps scales, line and cursor; what a clinician needs beyond
// that is drawn by hand, with the style sheet's colours.

import { gaps, line, thin } from "./history.js";
import { clock, number } from "./strings.js";
import uPlot from "./vendor/uplot.js";

const MIN = 60_000;
const GAP_NAMED_MS = 60_000;
// Each vital sign has a fixed range of values and a share of the height, 0 being the bottom.
const BANDS = {
  bp: { low: 60, high: 190, from: 0.46, until: 0.91 },
  hr: { low: 40, high: 145, from: 0.12, until: 0.38 },
};
const LANE = 0.035;
const FAMILY = getComputedStyle(document.body).fontFamily;
const RIGHT = 96;
const LEFT = 50;
const NARROW = 500;
const SPLITS = { bp: [80, 120, 160], hr: [50, 100] };

/**
 * The chart in `root`. `data()` gives what to draw: {encounter, history, alarms, zero, from,
 * until, now, speed, phases}; all times in ms. `onPoint(minute | null)` follows the cursor.
 */
export class Chart {
  constructor(root, data, onPoint) {
    this.data = data;
    this.root = root;
    this.plot = new uPlot(this.options(onPoint), [[0], [null], [null]], root);
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(root);
    this.scheme = matchMedia("(prefers-color-scheme: light)");
    this.repaint = () => this.draw();
    this.scheme.addEventListener("change", this.repaint);
    this.fit();
  }

  destroy() {
    this.resize.disconnect();
    this.scheme.removeEventListener("change", this.repaint);
    this.plot.destroy();
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (width && height) this.plot.setSize({ width, height });
    this.draw();
  }

  /** Take in what is known now. */
  draw() {
    this.now = this.data();
    this.colours = colours(this.root);
    const { history, zero, from, until, speed } = this.now;
    const width = Math.max(1, this.root.clientWidth);
    const full = line(history.hr, from, until, speed);
    const [times, values] = thin(full, ((until - from) / width) * 2);
    this.plot.batch(() => {
      const x = times.map((t) => (t - zero) / MIN);
      const beats = x.length ? [x, values] : [[0], [null]];
      this.plot.setData([...beats, beats[0].map(() => null)], false);
      this.plot.setScale("x", { min: (from - zero) / MIN, max: (until - zero) / MIN });
    });
  }

  options(onPoint) {
    const narrow = this.root.clientWidth < NARROW;
    return {
      width: 300,
      height: 200,
      legend: { show: false },
      padding: [14, narrow ? 40 : RIGHT, 0, narrow ? 34 : LEFT],
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: false }, hr: fixed("hr"), bp: fixed("bp") },
      axes: [
        {
          size: 44,
          space: 60,
          incrs: [1, 5, 10, 15, 30, 60],
          values: (_, splits) => splits.map((m) => this.tickText(m)),
          stroke: () => this.colours.text3,
          font: `13px ${FAMILY}`,
          grid: { show: false },
          ticks: { show: false },
        },
      ],
      series: [
        {},
        { scale: "hr", stroke: () => this.colours.hr, width: 1.75, points: { show: false } },
        { scale: "bp", show: false },
      ],
      hooks: {
        drawAxes: [(u) => apart(u, () => this.under(u))],
        draw: [(u) => apart(u, () => this.over(u))],
        setCursor: [(u) => onPoint(u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, "x"))],
      },
    };
  }

  /** Minutes, and under them the time of day. */
  tickText(minute) {
    const { zero } = this.now;
    return `${number("hr", minute)}\n${clock(zero + minute * MIN)}`;
  }

  /** Behind the heart-rate line: watermark, bands, limits, phases. */
  under(u) {
    const pen = new Pen(u, this.colours, this.now.zero);
    const { encounter, phases } = this.now;
    pen.scales();
    const { sbp, dbp, hr } = encounter.baseline;
    if (sbp && dbp) pen.band("bp", dbp.value, sbp.value, "baseline");
    if (hr) pen.band("hr", hr.value - 3, hr.value + 3, "baseline");
    if (encounter.mode !== "real") pen.watermark(encounter.mode.toUpperCase());
    for (const limit of named(encounter.limits)) pen.limit(limit);
    for (const phase of phases) pen.phase(phase, phase.name === encounter.phase);
  }

  /** In front of it: pressure bars, gaps, rejected readings, what is due, alarms, the present. */
  over(u) {
    const pen = new Pen(u, this.colours, this.now.zero);
    const { encounter, history, alarms, from, until, now } = this.now;
    const inside = (t) => t >= from && t <= until;
    for (const gap of gaps(history.hr, from, until, GAP_NAMED_MS)) pen.gap(gap);
    for (const bar of history.bp.filter((b) => inside(b.t))) pen.bar(bar, encounter.limits);
    for (const row of history.rejected.filter((r) => inside(r.t))) pen.rejected(row);
    const due = encounter.next_check && Date.parse(encounter.next_check.due);
    if (due && inside(due)) pen.due(due);
    for (const alarm of alarms) pen.alarm(alarm, now);
    if (inside(now)) pen.present(now);
  }
}

/** Draw by hand without disturbing what uPlot believes of the canvas. */
function apart({ ctx }, draw) {
  ctx.save();
  draw();
  ctx.restore();
}

/** A scale whose values sit in their share of the height. */
function fixed(code) {
  const { low, high, from, until } = BANDS[code];
  const each = (high - low) / (until - from);
  const min = low - from * each;
  return { range: [min, min + each] };
}

function colours(root) {
  const style = getComputedStyle(root);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    hr: of("hr"),
    bp: of("bp"),
    text: of("text"),
    text2: of("text-2"),
    text3: of("text-3"),
    mark: of("mark"),
    line: of("line"),
    line2: of("line-2"),
    band: of("band"),
    ghost: of("ghost"),
    high: of("red"),
    medium: of("yel"),
    low: of("cy"),
  };
}

/** Medium and high limits upwards, each value once per vital sign, the higher priority's name. */
function named(limits) {
  const seen = new Set();
  return limits.filter((l) => {
    if (l.direction !== "high" || l.priority === "low") return false;
    if (l.condition.endsWith("_rise")) return false;
    if (!["sbp", "dbp", "hr"].includes(l.vital)) return false;
    const key = `${l.vital}${l.value}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** The worst priority of the limits that a value breaks; null when none. */
function broken(limits, vital, value) {
  const over = limits.filter(
    (l) => l.vital === vital && (l.direction === "high" ? value >= l.value : value < l.value),
  );
  return ["high", "medium", "low"].find((p) => over.some((l) => l.priority === p)) ?? null;
}

/** Drawing in minutes and vital signs' units, in device pixels underneath. */
class Pen {
  constructor(u, inks, zero) {
    this.u = u;
    this.c = u.ctx;
    this.inks = inks;
    this.zero = zero;
    this.dot = devicePixelRatio;
    this.box = u.bbox;
    this.narrow = u.width < NARROW;
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

  watermark(word) {
    const { left, width } = this.box;
    const at = { align: "center", size: 64, weight: 600 };
    this.text(word, left + width / 2, this.share(0.72), this.inks.ghost, at);
  }

  /** The two fixed scales, written at the left. */
  scales() {
    const x = this.box.left - 8 * this.dot;
    const at = { align: "right" };
    for (const [code, unit] of [["bp", "mmHg"], ["hr", "/min"]]) {
      for (const v of SPLITS[code]) this.text(String(v), x, this.y(code, v), this.inks.text3, at);
      const top = this.y(code, BANDS[code].high) - 18 * this.dot;
      this.text(this.narrow ? "" : unit, x, top, this.inks.text3, at);
    }
  }

  band(code, low, high, name) {
    const { left, width } = this.box;
    const top = this.y(code, high);
    this.c.fillStyle = this.inks.band;
    this.c.fillRect(left, top, width, this.y(code, low) - top);
    if (!this.narrow) this.text(name, left + width + 8 * this.dot, top, this.inks.text3);
  }

  limit({ vital, value, priority }) {
    const code = vital === "hr" ? "hr" : "bp";
    const { left, width } = this.box;
    const y = this.y(code, value);
    this.path(this.inks.mark, 1, [[left, y], [left + width, y]], [2, 4]);
    this.text(this.narrow ? `${value}` : `${value} ${priority}`, left + width + 8 * this.dot, y, this.inks.text2);
  }

  phase({ name, text, from, shown }, here) {
    const { top, height, left, width } = this.box;
    const x = this.x(from);
    if (x > left + width - 20) return;
    const strong = name === "onset";
    const at = Math.max(left, x);
    if (x >= left) {
      const ink = strong ? this.inks.text3 : this.inks.line;
      this.path(ink, strong ? 1.25 : 1, [[x, top], [x, top + height]]);
    }
    const ink = here ? this.inks.text : this.inks.text3;
    const y = top + 6 * this.dot;
    if (shown && !this.narrow) this.text(text, at + 6 * this.dot, y, ink, { weight: here ? 600 : 400 });
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

  gap({ from, until }) {
    const [a, b] = [this.x(from), this.x(until)];
    const [top, bottom] = [this.share(BANDS.hr.until + 0.01), this.share(BANDS.hr.from - 0.02)];
    for (const x of [a, b]) this.path(this.inks.mark, 1, [[x, top], [x, bottom]]);
    const minutes = Math.round((until - from) / MIN);
    const at = { align: "center" };
    this.text(`no signal ${minutes} min`, (a + b) / 2, top - 8 * this.dot, this.inks.text2, at);
  }

  due(t) {
    this.circle(this.x(t), this.share(BANDS.bp.from - 0.035), 3.5, this.inks.text2, false);
  }

  present(now) {
    const { top, height } = this.box;
    const x = this.x(now);
    this.path(this.inks.text2, 1.25, [[x, top + 14 * this.dot], [x, top + height]]);
    const at = { align: "right", weight: 600 };
    this.text("now", x - 6 * this.dot, top + 22 * this.dot, this.inks.text, at);
  }

  /** In the lane: its shape at the onset, thick until somebody took it, thin until it was over. */
  alarm({ priority, kind, onset, acknowledged_at: taken, cleared_at: over }, now) {
    const ink = this.inks[priority];
    const y = this.share(LANE);
    const from = this.x(Date.parse(onset));
    const until = this.x(over ? Date.parse(over) : now);
    if (until < this.box.left || from > this.box.left + this.box.width) return;
    const seen = taken ? Math.min(until, Math.max(from, this.x(Date.parse(taken)))) : until;
    this.path(ink, 5, [[from, y], [seen, y]]);
    this.path(ink, 1.5, [[seen, y], [until, y]]);
    this.shape(priority, from, y, ink, kind === "physiological");
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
