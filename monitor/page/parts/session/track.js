// Where a session is between its baseline and its end: four segments and a mark.

import { protocol } from "../../server/app.js";
import { html } from "../../drawing/html.js";
import { ms } from "../../words/time.js";

const WIDTH = 92;
const BASELINE_MIN = 15;
const UNKNOWN = { onset_until: 20, peak_until: 75, recovery_until: 150 };
const NAMES = ["baseline", "onset", "peak", "recovery"];

export function Track({ encounter, now }) {
  const p = protocol(encounter.protocol) ?? UNKNOWN;
  const ends = [0, p.onset_until, p.peak_until, p.recovery_until];
  const whole = BASELINE_MIN + p.recovery_until;
  const x = (minute) => ((minute + BASELINE_MIN) / whole) * WIDTH;
  const dosed = ms(encounter.last_dose_at);
  const minute = dosed === null ? -BASELINE_MIN * 0.7 : (now - dosed) / 60_000;
  const at = Math.min(WIDTH - 1, Math.max(1, x(minute)));
  const here = encounter.phase === "preparation" ? "baseline" : encounter.phase;
  return html`<svg class="track" viewBox=${`0 0 ${WIDTH} 12`} aria-hidden="true">
    ${ends.map((end, i) => {
      const from = i === 0 ? 0 : x(ends[i - 1]) + 2;
      return html`<rect key=${i} class=${NAMES[i] === here ? "here" : ""} x=${from} y="5"
        width=${Math.max(1, x(end) - from)} height="2.5" />`;
    })}
    <rect class="mark" x=${at - 1} y="1" width="2" height="10" />
  </svg>`;
}
