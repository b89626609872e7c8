// The course of a session for paper, as lines that print: pressure above, heart rate below, and a
// row for each alarm. Priorities differ by width and letter, for black and white.

import { exact } from "../../words/digits.js";
import { dosesOf } from "../../words/record/doses.js";
import { strictest } from "../../drawing/drawn.js";
import { mg } from "../../words/session/given.js";
import { line, thin } from "../../server/history.js";
import { html } from "../../drawing/html.js";
import { between } from "../../words/lengths.js";
import { rank } from "../../drawing/lane.js";
import { LINE, height, rowsOf, spread, wide } from "../../drawing/places.js";
import { lacking, levels } from "../../words/record/stretches.js";
import { SHEET } from "../../words/record/headings.js";
import { COURSE } from "../../words/session/view.js";
import { PRIORITY_WORDS, UNITS, clock } from "../../words/strings.js";
import { ms } from "../../words/time.js";

const [WIDE, LEFT, RIGHT, FOOT] = [720, 40, 88, 34];
const BANDS = { bp: { least: 60, most: 190, height: 170 }, hr: { least: 40, most: 145, height: 84 } };
const [BETWEEN, ABOVE, LANE, LETTER] = [14, 28, 37, 11];
const WIDTHS = { high: 8, medium: 5, low: 2 };
const MOST = 12;
const MIN = 60_000;
const EVERY = [5, 10, 15, 30, 60, 120];

export function Plot({ about, kept }) {
  const { encounter: e, end, time } = about;
  const alarms = worstOf(about.alarms.filter(grave));
  const begin = ms(e.opened_at);
  const first = Math.min(begin, kept.bp[0]?.t ?? begin, ...alarms.map((a) => a.onset));
  const x = (t) => LEFT + ((t - first) / Math.max(MIN, end - first)) * (WIDE - LEFT - RIGHT);
  const doses = dosesOf(about).map(({ id, is }) => ({ id, x: x(is.at), text: mg(is.amount_mg) }));
  const gaps = about.missing.filter((g) => g.code === "bp" && !g.never).map((gap) => gapOf(gap, x));
  const [rows, strip] = [rowsOf(doses), rowsOf(gaps)];
  const head = LINE * height(rows) + 8;
  const bands = bandsOf(kept, head, head + BANDS.bp.height + LINE * height(strip) + BETWEEN);
  const y = (code, v) => {
    const { least, most, top, height: high } = bands[code];
    return top + high * (1 - (v - least) / (most - least));
  };
  const lanes = bands.hr.top + BANDS.hr.height + ABOVE;
  const high = lanes + alarms.length * LANE + FOOT;
  const foot = head + BANDS.bp.height + LINE - 2;
  const all = ticks(first, end);
  // A dose is a line through the bands only: it strikes through no text.
  const down = [[head - 6, head + BANDS.bp.height], [bands.hr.top, bands.hr.top + BANDS.hr.height], [high - FOOT - 6, high - FOOT + 2]];
  return html`<svg class="plot" viewBox=${`0 0 ${WIDE} ${high}`} role="img" aria-label=${COURSE.title}>
    ${gaps.map((gap) => html`<rect key=${gap.from} class="gap" x=${gap.left} width=${gap.right - gap.left}
      y=${head} height=${BANDS.bp.height} />`)}
    ${doses.map((d) => html`<g key=${d.id} class="dosed">
      ${down.map(([a, b]) => html`<line key=${a} x1=${d.x} x2=${d.x} y1=${a} y2=${b} />`)}</g>`)}
    ${Object.keys(bands).map((code) => html`<${Scale} key=${code} ...${{ code, band: bands[code], y }} />`)}
    ${Object.keys(bands).map((code) => html`<${Limits} key=${code} y=${y} band=${bands[code]} code=${code}
      limits=${strictest(e).filter((l) => (l.vital === "hr") === (code === "hr"))} />`)}
    ${kept.bp.map((b) => html`<${Bar} key=${b.t} ...${{ b, x: x(b.t), y }} />`)}
    ${beats(kept, first, end).map((points, i) => html`<polyline key=${i} class="beat"
      points=${points.map(([t, v]) => `${x(t)},${y("hr", v)}`).join(" ")} />`)}
    ${alarms.map((a, i) => html`<${Lane} key=${a.id} ...${{ a, x, end, y: lanes + i * LANE }} />`)}
    ${doses.map((d, i) => html`<g key=${d.id} class="given"><text x=${d.x} y=${head - 8 - rows[i] * LINE}
      text-anchor="middle">${d.text}</text></g>`)}
    ${gaps.map((gap, i) => html`<text key=${gap.from} x=${gap.x} y=${foot + strip[i] * LINE}
      text-anchor="middle">${gap.text}</text>`)}
    ${gaps.length > 0 && html`<text x=${WIDE - RIGHT + 4} y=${foot}>${SHEET.noPressure}</text>`}
    ${all.map((t, i) => html`<g key=${t}>
      <line class="tick" x1=${x(t)} x2=${x(t)} y1=${high - FOOT + 2} y2=${high - FOOT + 7} />
      <text x=${x(t)} y=${high - 14} text-anchor="middle">${named(t, all[i - 1], time)}</text></g>`)}
  </svg>`;
}

/** The date where it begins or changes. */
function named(t, before, time) {
  const date = (of) => time(of).slice(0, -clock(of).length);
  return before !== undefined && date(before) === date(t) ? clock(t) : time(t);
}

/** The whole sentence where it has room, else its duration. */
function gapOf({ from, until, code }, x) {
  const [left, right] = [x(from), x(until)];
  const whole = lacking(code, from, until);
  const text = wide(whole) < right - left ? whole : between(from, until);
  return { from, left, right, x: (left + right) / 2, text };
}

/** About the patient, or of some weight; the rest is in the table. */
const grave = ({ alarm: { kind, worst } }) => kind === "physiological" || worst !== "low";

/** Each in its fixed range, or a wider one where a value lies outside. */
function bandsOf(kept, ...tops) {
  const values = { bp: kept.bp.flatMap((b) => [b.sbp, b.dbp]).filter((v) => v !== null), hr: kept.hr.v };
  return Object.fromEntries(Object.entries(BANDS).map(([code, band], i) => {
    const most = values[code].reduce((a, v) => Math.max(a, v + 5), band.most);
    const least = values[code].reduce((a, v) => Math.min(a, v - 5), band.least);
    return [code, { ...band, top: tops[i], most, least }];
  }));
}

/** As many as have room: the gravest, in their order. */
function worstOf(alarms) {
  const order = [...alarms].sort((a, b) => rank({ priority: b.alarm.worst }) - rank({ priority: a.alarm.worst }));
  const kept = order.slice(0, MOST);
  return alarms.filter((a) => kept.includes(a));
}

/** Heart rate in unbroken lines: a gap stays one. */
function beats({ hr }, from, until) {
  const [t, v] = thin(line(hr, from, until), Math.max(1000, (until - from) / 240));
  const lines = [[]];
  t.forEach((at, i) => (v[i] === null ? lines.push([]) : lines.at(-1).push([at, v[i]])));
  return lines.filter((points) => points.length);
}

function ticks(from, until) {
  const every = MIN * (EVERY.find((m) => (until - from) / MIN / m <= 9) ?? 240);
  const found = [];
  for (let t = Math.ceil(from / every) * every; t <= until; t += every) found.push(t);
  return found.length ? found : [from];
}

const Scale = ({ code, band, y }) => html`<g>
  ${[band.least, band.most].map((v) => html`<line key=${v} class="edge" x1=${LEFT} x2=${WIDE - RIGHT} y1=${y(code, v)} y2=${y(code, v)} />`)}
  ${(code === "bp" ? [80, 120, 160] : [50, 100]).map((v) => html`<text key=${v} x=${LEFT - 5}
    y=${y(code, v) + 4} text-anchor="end">${v}</text>`)}
  <text x="0" y=${band.top + 8}>${UNITS[code]}</text></g>`;

function Limits({ limits, code, band, y }) {
  const at = limits.map((l) => y(code, l.value));
  const places = spread(at, LINE, band.top + band.height - 4);
  return limits.map(({ vital, value, priority, condition }, i) => html`<g key=${condition + priority}>
    <line class="limit" x1=${LEFT} x2=${WIDE - RIGHT} y1=${at[i]} y2=${at[i]} />
    <text x=${WIDE - RIGHT + 4} y=${places[i] + 4}>${exact(vital, value)} ${PRIORITY_WORDS[priority]}</text></g>`);
}

function Bar({ b: { sbp, dbp, state }, x, y }) {
  const ends = [sbp, dbp].filter((v) => v !== null).map((v) => y("bp", v));
  return html`<g class=${state === "suspect" ? "pressure doubted" : "pressure"}>
    <line x1=${x} x2=${x} y1=${ends[0]} y2=${ends.at(-1)} />
    ${ends.map((at) => html`<line key=${at} x1=${x - 3} x2=${x + 3} y1=${at} y2=${at} />`)}</g>`;
}

/** Thick is high, thin is low; its name is above, and the letter below where a stretch begins. */
function Lane({ a, x, end, y }) {
  const all = levels(a.parts);
  const letters = spread(all.map(({ from }) => x(from)), LETTER);
  // A short stretch is drawn wider than it was: a worse one covers it.
  const drawn = all.map((one, i) => ({ ...one, i })).sort((a, b) => rank(a) - rank(b));
  return html`<g class="lane">
    ${drawn.map(({ priority, from, until, i }) => html`<g key=${from}>
      <line x1=${x(from)} x2=${Math.max(x(from) + 3, x(until ?? end))} y1=${y} y2=${y} stroke-width=${WIDTHS[priority] ?? 2} />
      <text x=${letters[i]} y=${y + 13}>${(PRIORITY_WORDS[priority] ?? "?")[0].toUpperCase()}</text></g>`)}
    <text x=${LEFT} y=${y - 8}>${a.name}</text></g>`;
}
