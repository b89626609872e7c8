// The chart of a session with its read-out line and its two spans.

import { live, moment, speed } from "../app.js";
import { html } from "../html.js";
import { arrivals, history } from "../records.js";
import { PHASES, clock, number } from "../strings.js";
import { ms } from "../time.js";
import { useEffect, useRef, useState } from "../vendor/preact-hooks.js";

const MIN = 60_000;
const SPANS = [
  ["whole", "Whole session"],
  ["recent", "Last 30 min"],
];

export function Course({ encounter, alarms }) {
  const [span, setSpan] = useState("whole");
  const [point, setPoint] = useState(null);
  const root = useRef(null);
  const chart = useRef(null);
  const data = useRef(null);
  data.current = () => view(encounter, alarms, span, moment.value);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    // Only this view needs uPlot; the wall does not wait for it.
    import("../chart.js").then(
      ({ Chart }) => {
        // Left while this loaded: the place for it is gone, and `gone` was seen to miss that.
        if (!gone && root.current) chart.current = new Chart(root.current, () => data.current(), setPoint);
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      chart.current?.destroy();
    };
  }, []);
  const drawnAt = Math.floor(moment.value / (1000 * speed.value));
  useEffect(() => {
    if (!document.hidden) chart.current?.draw();
  }, [drawnAt, arrivals.value, span, encounter.alarms, live.value.snapshots]);
  return html`<section class="course" aria-label="Course of the session">
    <div class="readout">
      <${ReadOut} encounter=${encounter} minute=${point} />
      <span class="gap"></span>
      ${SPANS.map(
        ([id, text]) => html`<button key=${id} class="plain" aria-pressed=${span === id}
          onClick=${() => setSpan(id)}>${text}</button>`,
      )}
    </div>
    ${failed && html`<p class="problem">The chart could not be loaded. Reload the page.</p>`}
    <div class="chart" ref=${root}></div>
  </section>`;
}

/** The moment under the pointer in words, in place of a legend. */
function ReadOut({ encounter, minute }) {
  const zero = ms(encounter.dosed_at) ?? ms(encounter.opened_at);
  if (minute === null) {
    const what = encounter.dosed_at ? "Minutes since the dose" : "Minutes since the session was opened";
    return html`<span class="quiet">${what}</span>`;
  }
  const t = zero + minute * MIN;
  const { hr, bp } = history(encounter.id);
  const bar = bp.findLast((b) => b.t <= t + MIN);
  const i = hr.t.findLastIndex((at) => at <= t);
  const beat = i >= 0 && t - hr.t[i] < 30_000 ? number("hr", hr.v[i]) : "\u2014";
  return html`
    <span><b>${number("hr", Math.round(minute))} min</b> <span class="quiet">${clock(t)}</span></span>
    <span class="key bp">${bar ? `${number("sbp", bar.sbp)}/${number("dbp", bar.dbp)}` : "\u2014"}</span>
    <span class="key hr">${beat}</span>
  `;
}

function view(encounter, alarms, span, now) {
  const zero = ms(encounter.dosed_at) ?? ms(encounter.opened_at);
  const end = Math.max(zero + 120 * MIN, now + 5 * MIN);
  const opened = ms(encounter.opened_at);
  const begin = encounter.dosed_at ? Math.min(zero - 15 * MIN, opened) : opened;
  const [from, until] = span === "whole" ? [begin, end] : [now - 30 * MIN, now + 2 * MIN];
  return {
    encounter,
    alarms,
    history: history(encounter.id),
    now,
    speed: speed.value,
    zero,
    from,
    until,
    phases: phases(encounter, begin),
  };
}

/** When each phase begins; the baseline from the chart's beginning. */
function phases(encounter, begin) {
  const starts = Object.entries(encounter.phases ?? {})
    .filter(([name, at]) => at && ["onset", "peak", "recovery"].includes(name))
    .map(([name, at]) => ({ name, text: PHASES[name], from: ms(at), shown: true }));
  return [{ name: "baseline", text: PHASES.baseline, from: begin, shown: true }, ...starts];
}
