// The course of a session for paper, as lines that print: pressure above, heart rate below, and a
// row for each alarm. Priorities differ by width and letter, so black and white says the same.

import { line, thin } from "../history.js";
import { html } from "../html.js";
import { dosesOf } from "../paper.js";
import { lacking, levels } from "../stretches.js";
import { number } from "../strings.js";
import { ms } from "../time.js";

const [WIDE, LEFT, RIGHT, FOOT] = [720, 40, 76, 34];
const BANDS = { bp: { least: 60, most: 190, top: 22, height: 170 }, hr: { least: 40, most: 145, top: 206, height: 84 } };
const [LANES, LANE] = [318, 32];
const WIDTHS = { high: 8, medium: 5, low: 2 };
const MOST = 12;
const MIN = 60_000;
const EVERY = [5, 10, 15, 30, 60, 120];

export function Plot({ about, kept }) {
  const { encounter: e, end, time, missing } = about;
  const alarms = about.alarms.filter(grave).slice(0, MOST);
  const begin = ms(e.opened_at);
  const first = Math.min(begin, kept.bp[0]?.t ?? begin, ...alarms.map((a) => a.onset));
  const x = (t) => LEFT + ((t - first) / Math.max(MIN, end - first)) * (WIDE - LEFT - RIGHT);
  const bands = Object.fromEntries(Object.entries(BANDS).map(([code, band]) => [code, spread(code, band, kept)]));
  const y = (code, v) => {
    const { least, most, top, height } = bands[code];
    return top + height * (1 - (v - least) / (most - least));
  };
  const high = LANES + alarms.length * LANE + FOOT;
  return html`<svg class="plot" viewBox=${`0 0 ${WIDE} ${high}`} role="img" aria-label="Course of the session">
    ${missing.filter((g) => g.code === "bp" && !g.never).map((gap) => html`<${Gap} key=${gap.from} ...${{ gap, x }} />`)}
    ${Object.keys(bands).map((code) => html`<${Scale} key=${code} ...${{ code, band: bands[code], y }} />`)}
    ${e.limits.filter(drawn).map((l) => html`<${Limit} key=${l.condition + l.priority} ...${{ l, y }} />`)}
    ${kept.bp.map((b) => html`<${Bar} key=${b.t} ...${{ b, x: x(b.t), y }} />`)}
    ${beats(kept, first, end).map((points, i) => html`<polyline key=${i} class="beat"
      points=${points.map(([t, v]) => `${x(t)},${y("hr", v)}`).join(" ")} />`)}
    ${dosesOf(about).map(({ id, is }) => html`<g key=${id} class="given">
      <line x1=${x(is.at)} x2=${x(is.at)} y1="14" y2=${high - FOOT} />
      <text x=${x(is.at)} y="10" text-anchor="middle">${is.amount_mg} mg</text></g>`)}
    ${alarms.map((a, i) => html`<${Lane} key=${a.id} ...${{ a, x, end, y: LANES + i * LANE }} />`)}
    ${ticks(first, end).map((t) => html`<g key=${t}>
      <line class="tick" x1=${x(t)} x2=${x(t)} y1=${high - FOOT + 2} y2=${high - FOOT + 7} />
      <text x=${x(t)} y=${high - 14} text-anchor="middle">${time(t)}</text></g>`)}
  </svg>`;
}

/** About the patient, or of some weight; the rest stands in the table. */
const grave = ({ alarm: { kind, worst } }) => kind === "physiological" || worst !== "low";

/** Its fixed range, or wider where a value lies outside. */
function spread(code, band, kept) {
  const values = code === "hr" ? kept.hr.v : kept.bp.flatMap((b) => [b.sbp, b.dbp]).filter((v) => v !== null);
  const most = values.reduce((a, v) => Math.max(a, v + 5), band.most);
  return { ...band, most, least: values.reduce((a, v) => Math.min(a, v - 5), band.least) };
}

const drawn = ({ vital, direction, condition, priority }) =>
  direction === "high" && priority !== "low" && ["sbp_high", "dbp_high", "hr_high"].includes(condition) && vital;

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
  <text x="0" y=${band.top + 8}>${code === "bp" ? "mmHg" : "/min"}</text></g>`;

const Limit = ({ l: { vital, value, priority }, y }) => {
  const at = y(vital === "hr" ? "hr" : "bp", value);
  return html`<g><line class="limit" x1=${LEFT} x2=${WIDE - RIGHT} y1=${at} y2=${at} />
    <text x=${WIDE - RIGHT + 4} y=${at + 4}>${number(vital, value)} ${priority}</text></g>`;
};

function Bar({ b: { sbp, dbp, state }, x, y }) {
  const ends = [sbp, dbp].filter((v) => v !== null).map((v) => y("bp", v));
  return html`<g class=${state === "suspect" ? "pressure doubted" : "pressure"}>
    <line x1=${x} x2=${x} y1=${ends[0]} y2=${ends.at(-1)} />
    ${ends.map((at) => html`<line key=${at} x1=${x - 3} x2=${x + 3} y1=${at} y2=${at} />`)}</g>`;
}

function Gap({ gap: { from, until, code }, x }) {
  const { top, height } = BANDS.bp;
  return html`<g class="gap"><rect x=${x(from)} width=${x(until) - x(from)} y=${top} height=${height} />
    <text x=${(x(from) + x(until)) / 2} y=${top + height - 4} text-anchor="middle">${lacking(code, from, until)}</text></g>`;
}

/** Thick is high, thin is low; its name stands above, and the letter where a stretch begins below. */
function Lane({ a, x, end, y }) {
  return html`<g class="lane">
    <text x=${LEFT} y=${y - 8}>${a.name}</text>
    ${levels(a.parts).map(({ priority, from, until }) => html`<g key=${from}>
      <line x1=${x(from)} x2=${Math.max(x(from) + 3, x(until ?? end))} y1=${y} y2=${y} stroke-width=${WIDTHS[priority] ?? 2} />
      <text x=${x(from)} y=${y + 13}>${(priority ?? "?")[0].toUpperCase()}</text></g>`)}</g>`;
}
