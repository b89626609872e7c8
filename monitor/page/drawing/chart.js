// One session's chart: pressure above, heart rate below, alarms as a lane under both, on one axis
// of minutes since the dose. uPlot keeps scales, line and cursor; the rest that a clinician needs
// is drawn by hand, in the style sheet's colours.

import { dosesOn, phasesOn, strictest } from "./drawn.js";
import { beats, line, silences, thin } from "../server/history.js";
import { laneOf } from "./lane.js";
import { drawDoses, drawGaps, drawLane, drawPhases, drawPresent } from "./marks.js";
import { BANDS, FAMILY, MIN, NARROW, Pen, enlarged } from "./pen.js";
import { COURSE } from "../words/session/view.js";
import { MODE_WORDS, clock, number } from "../words/strings.js";
import vendored from "../vendor/uplot.js";

/** @type {any} its types do not come with it */
const uPlot = vendored;

const GAP_NAMED_MS = 60_000;
const STRETCH_PX = 8;
const RIGHT = 108;
/** Room for the amounts of doses. */
const ABOVE = 24;
const LEFT = 54;

/**
 * The chart in `root`. `data()` returns the data to draw: {encounter, history, alarms, zero,
 * from, until, begin, now, speed, expected, earlier}; all times in ms. `onPoint(minute | null)`
 * follows the cursor, `onZoom(from, until)` receives the minutes of a range drawn with the
 * pointer.
 */
export class Chart {
  constructor(root, data, onPoint, onZoom) {
    this.data = data;
    this.root = root;
    this.make = () => new uPlot(this.options(onPoint, onZoom), [[0], [null], [null]], root);
    this.look();
    this.plot = this.make();
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
    // On a larger screen or turned: fonts and margins are fixed when a plot is made.
    if (this.look()) {
      this.plot.destroy();
      this.plot = this.make();
    }
    if (width && height) this.plot.setSize({ width, height });
    this.draw();
  }

  /** Whether the properties on which fonts and margins depend have changed. */
  look() {
    const size = enlarged();
    const narrow = this.root.clientWidth < NARROW * size;
    const other = size !== this.size || narrow !== this.narrow;
    Object.assign(this, { size, narrow });
    return other;
  }

  /** Put the cursor on a minute; null: remove it. */
  point(minute) {
    const left = minute === null ? -10 : this.plot.valToPos(minute, "x");
    this.plot.setCursor({ left, top: minute === null ? -10 : 1 });
  }

  /** Draw the present data. */
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

  options(onPoint, onZoom) {
    const { size, narrow } = this;
    return {
      width: 300,
      height: 200,
      legend: { show: false },
      padding: [ABOVE, narrow ? 56 : RIGHT, 0, narrow ? 34 : LEFT].map((px) => px * size),
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      scales: { x: { time: false }, hr: fixed("hr"), bp: fixed("bp") },
      axes: [
        {
          size: 44 * size,
          space: 60 * size,
          incrs: [1, 5, 10, 15, 30, 60],
          values: (_, splits) => splits.map((m) => this.tickText(m)),
          stroke: () => this.colours.text3,
          // Whole pixels: uPlot reads the size of its lines from this text.
          font: `${Math.round(13 * size)}px ${FAMILY}`,
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
        setSelect: [(u) => stretch(u, onZoom)],
        setCursor: [(u) => onPoint(u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, "x"))],
      },
    };
  }

  /** Minutes, and under them the time of day. */
  tickText(minute) {
    const { zero } = this.now;
    return `${number("hr", minute)}\n${clock(zero + minute * MIN)}`;
  }

  /** Behind the heart-rate line: watermark, bands, limits, phases, doses. */
  under(u) {
    const pen = new Pen(u, this.colours, this.now.zero);
    const { encounter, begin, now, expected, earlier } = this.now;
    pen.scales();
    const { sbp, dbp, hr } = encounter.baseline;
    if (sbp && dbp) pen.band("bp", dbp.value, sbp.value, COURSE.baseline);
    if (hr) pen.band("hr", hr.value - 3, hr.value + 3, COURSE.baseline);
    if (expected?.since) {
      if (sbp && expected.upper.sbp) pen.expected("bp", sbp.value, expected, expected.upper.sbp);
      if (hr && expected.upper.hr) pen.expected("hr", hr.value, expected, expected.upper.hr);
    }
    if (encounter.mode !== "real") pen.watermark(MODE_WORDS[encounter.mode].toUpperCase());
    for (const points of earlier ?? []) pen.earlier(points);
    for (const limit of strictest(encounter)) pen.limit(limit);
    pen.named();
    drawPhases(pen, phasesOn(encounter, begin), encounter, now);
    drawDoses(pen, dosesOn(encounter));
  }

  /** In front of it: pressure bars, gaps, rejected readings, what is due, alarms, the present. */
  over(u) {
    const pen = new Pen(u, this.colours, this.now.zero);
    const { encounter, history, alarms, from, until, now } = this.now;
    const inside = (t) => t >= from && t <= until;
    history.doubted.t.forEach((t, i) => inside(t) && pen.doubted(t, history.doubted.v[i]));
    for (const bar of history.bp.filter((b) => inside(b.t))) pen.bar(bar, encounter.limits);
    for (const row of history.rejected.filter((r) => inside(r.t))) pen.rejected(row);
    const due = encounter.next_check && Date.parse(encounter.next_check.due);
    drawGaps(pen, silences(beats(history), from, until, GAP_NAMED_MS), due && inside(due) ? due : null);
    drawLane(pen, laneOf(alarms, now));
    if (inside(now)) drawPresent(pen, now);
  }
}

/** Zoom to a range wide enough to be intended; its mark disappears. */
function stretch(u, onZoom) {
  const { left, width } = u.select;
  if (width < STRETCH_PX) return;
  onZoom(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
  u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

/** Draw by hand without a change of uPlot's state of the canvas. */
function apart({ ctx }, draw) {
  ctx.save();
  draw();
  ctx.restore();
}

/** A scale whose values occupy their share of the height. */
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
