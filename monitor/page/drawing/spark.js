// The small charts of a row: the last hour, fixed scales, the baseline as a band, one limit.

import { html } from "./html.js";
import { line, thin } from "../server/history.js";
import { expired } from "../words/session/freshness.js";
import { MODE_WORDS } from "../words/strings.js";

const HOUR = 3600_000;
const HEIGHT = 36;
// The range of values over the height, and how far beyond it a value may still be drawn.
const SCALE = { hr: [60, 124], bp: [75, 170] };
const REACH = { hr: [45, 140], bp: [55, 200] };

/** Heart rate as a line, or pressure as bars. `mark`: the alarm colour of the newest, or "". */
export function Spark({ code, encounter, history, now, speed, width, mark }) {
  const x = (t) => width * (1 - (now - t) / HOUR);
  const [low, high] = SCALE[code];
  const [least, most] = REACH[code];
  const y = (v) => HEIGHT * (1 - (Math.min(Math.max(v, least), most) - low) / (high - low));
  const vital = code === "bp" ? "sbp" : "hr";
  const limit = lowestLimit(encounter.limits, vital);
  const gone = expired(encounter.vitals[vital], now);
  return html`<svg class=${`spark ${code}`} viewBox=${`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
    ${encounter.mode !== "real" &&
    html`<text class="watermark" x=${width / 2} y="27">${MODE_WORDS[encounter.mode].toUpperCase()}</text>`}
    <${Band} baseline=${encounter.baseline} code=${code} y=${y} width=${width} />
    ${limit !== null &&
    html`<line class="limit" x1="0" x2=${width} y1=${y(limit)} y2=${y(limit)} />`}
    ${code === "hr"
      ? html`<${Course} points=${history.hr} ...${{ x, y, now, speed, width, mark, gone }} />`
      : html`<${Bars} bars=${history.bp} ...${{ x, y, now, mark, gone }} />`}
  </svg>`;
}

function Band({ baseline, code, y, width }) {
  const [top, bottom] =
    code === "bp"
      ? [baseline.sbp?.value, baseline.dbp?.value]
      : [baseline.hr?.value + 3, baseline.hr?.value - 3];
  if (!Number.isFinite(top) || !Number.isFinite(bottom)) return null;
  return html`<rect class="band" x="0" width=${width} y=${y(top)} height=${y(bottom) - y(top)} />`;
}

function Course({ points, x, y, now, speed, width, mark, gone }) {
  const [times, values] = thin(line(points, now - HOUR, now, speed), (HOUR / width) * 2);
  const last = values.length - 1;
  let path = "";
  let pen = "M";
  times.forEach((t, i) => {
    if (values[i] === null) pen = "M";
    else {
      path += `${pen}${x(t).toFixed(1)} ${y(values[i]).toFixed(1)}`;
      pen = "L";
    }
  });
  return html`<path class="course" d=${path} />
    ${last >= 0 &&
    !gone &&
    html`<circle class=${`end ${mark}`} cx=${Math.min(width - 3, x(times[last]))}
      cy=${y(values[last])} r="3" />`}`;
}

function Bars({ bars, x, y, now, mark, gone }) {
  const shown = bars.filter((b) => b.t > now - HOUR && b.sbp !== null && b.dbp !== null);
  return shown.map((b, i) => {
    const newest = i === shown.length - 1 && !gone;
    const width = newest ? 4 : 2.5;
    return html`<rect key=${b.t} class=${`cuff ${newest ? `end ${mark}` : ""}`} x=${x(b.t) - width} width=${width}
      y=${y(b.sbp)} height=${Math.max(1, y(b.dbp) - y(b.sbp))} />`;
  });
}

/** The first upper limit that is more than advisory: the dashes of the row. */
function lowestLimit(limits, vital) {
  const values = limits
    .filter((l) => l.vital === vital && l.direction === "high" && l.priority !== "low")
    .map((l) => l.value);
  return values.length ? Math.min(...values) : null;
}
