// The chart of a session with its read-out line and its two spans.

import { get } from "../../server/api.js";
import { live, moment, speed } from "../../server/app.js";

import { begins, counted, minuteOf, minuteShort } from "../../words/session/given.js";
import { html } from "../../drawing/html.js";
import { arrivals, earlier, historyOf } from "../../server/records.js";
import { COURSE, earlierFound } from "../../words/session/view.js";
import { clock, number } from "../../words/strings.js";
import { ms } from "../../words/time.js";
import { useEffect, useRef, useState } from "../../vendor/preact-hooks.js";

const MIN = 60_000;
const NEAREST = 5 * MIN;

export function Course({ encounter, alarms }) {
  /** @type {["whole" | "recent" | [number, number], (span: any) => void]} ends in ms */
  const [span, setSpan] = useState("whole");
  const [point, setPoint] = useState(null);
  const root = useRef(null);
  const chart = useRef(null);
  const data = useRef(null);
  const expected = useExpected(encounter);
  const [asked, setAsked] = useState(false);
  const before = useEarlier(encounter, asked);
  data.current = () => ({
    ...view(encounter, alarms, span, moment.value),
    expected,
    earlier: asked ? before : null,
  });
  const zoom = (from, until) => setSpan(stretch(from, until, data.current()));
  const zoomed = (from, until) => {
    const { zero } = data.current();
    zoom(zero + from * MIN, zero + until * MIN);
  };
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    // Only this view needs uPlot; the wall does not wait for it.
    import("../../drawing/chart.js").then(
      ({ Chart }) => {
        // Left while this loaded: its place is gone, and `gone` is known to miss that case.
        if (!gone && root.current) chart.current = new Chart(root.current, () => data.current(), setPoint, zoomed);
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
  }, [drawnAt, arrivals.value, span, expected, before, asked, encounter.alarms, live.value.snapshots]);
  return html`<section class="course" aria-label=${COURSE.title}>
    <div class="readout">
      <${ReadOut} encounter=${encounter} minute=${point} />
      ${asked && point === null && html`<span class="quiet" role="status">${earlierFound(before)}</span>`}
      <span class="gap"></span>
      ${Array.isArray(span) && html`<span class="quiet">${zoomText(span, data.current())}</span>`}
      ${COURSE.spans.map(
        ([id, text]) => html`<button key=${id} class="plain" aria-pressed=${span === id}
          onClick=${() => setSpan(id)}>${text}</button>`,
      )}
      <button class="plain" aria-pressed=${asked} onClick=${() => setAsked(!asked)}>
        ${COURSE.earlier}
      </button>
    </div>
    ${failed && html`<p class="problem">${COURSE.failed}</p>`}
    <div class="chart" ref=${root} tabindex="0" role="slider" aria-label=${COURSE.minute}
      ...${reading(encounter, point, data.current())}
      onKeyDown=${(event) => {
        nearer(event, point, data.current(), zoom);
        move(event, chart.current, point, data.current());
      }}
      onBlur=${() => chart.current?.point(null)}></div>
  </section>`;
}

/**
 * The highest course that the doses let expect; requested again when a dose or the baseline
 * changes.
 */
function useExpected({ id, last_dose_at, baseline }) {
  const [expected, setExpected] = useState(null);
  const bases = JSON.stringify(Object.values(baseline).map((b) => b.value));
  useEffect(() => {
    let gone = false;
    if (last_dose_at) {
      const come = (found) => !gone && setExpected(found);
      get(`encounters/${encodeURIComponent(id)}/expectation`).then(come, () => {});
    }
    return () => (gone = true);
  }, [id, last_dose_at, bases]);
  return expected;
}

/**
 * The same patient's earlier courses, once a person requests them; null while they are not known.
 */
function useEarlier({ patient }, asked) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    let gone = false;
    if (asked && !found) {
      earlier(patient).then((courses) => !gone && setFound(courses), () => {});
    }
    return () => (gone = true);
  }, [patient, asked]);
  return found;
}

/** The moment under the pointer in words, in place of a legend. */
function ReadOut({ encounter, minute }) {
  if (minute === null) {
    return html`<span class="quiet">${COURSE.minutesSince(begins(encounter))}</span>`;
  }
  const { time, pressure, beat } = at(encounter, minute);
  return html`
    <span><b>${minuteShort(encounter, zeroOf(encounter) + minute * MIN)}</b> <span class="quiet">${time}</span></span>
    <span class="key bp">${pressure}</span>
    <span class="key hr">${beat}</span>
  `;
}

/** The values at that minute, as text. */
function at(encounter, minute) {
  const t = zeroOf(encounter) + minute * MIN;
  const { hr, bp } = historyOf(encounter.id);
  const bar = bp.findLast((b) => b.t <= t + MIN);
  const i = hr.t.findLastIndex((at) => at <= t);
  return {
    time: clock(t),
    pressure: bar ? `${number("sbp", bar.sbp)}/${number("dbp", bar.dbp)}` : "\u2014",
    beat: i >= 0 && t - hr.t[i] < 30_000 ? number("hr", hr.v[i]) : "\u2014",
  };
}

function zeroOf({ dosed_at, opened_at }) {
  return ms(dosed_at) ?? ms(opened_at);
}

/** The chart as a slider over its minutes, for people who use keys or a screen reader. */
function reading(encounter, point, { from, until, now, zero }) {
  const minute = Math.round(point ?? (now - zero) / MIN);
  return {
    "aria-valuemin": Math.ceil((from - zero) / MIN),
    "aria-valuemax": Math.floor((until - zero) / MIN),
    "aria-valuenow": minute,
    "aria-valuetext": COURSE.spoken(minuteOf(encounter, zero + minute * MIN), at(encounter, minute)),
  };
}

/** Arrows move by a minute, page keys by ten, Home and End to the beginning and to now. */
function move(event, chart, point, { from, until, now, zero }) {
  const present = Math.floor((now - zero) / MIN);
  const minute = point === null ? present : Math.round(point);
  const to = {
    ArrowLeft: minute - 1,
    ArrowDown: minute - 1,
    ArrowRight: minute + 1,
    ArrowUp: minute + 1,
    PageDown: minute - 10,
    PageUp: minute + 10,
    Home: -Infinity,
    End: present,
    Escape: null,
  }[event.key];
  if (to === undefined || !chart) return;
  event.preventDefault();
  const [first, last] = [Math.ceil((from - zero) / MIN), Math.floor((until - zero) / MIN)];
  chart.point(to === null ? null : Math.min(last, Math.max(first, to)));
}

/** Plus zooms in on the selected minute, or the present; minus zooms out on both sides. */
function nearer(event, point, { from, until, now, zero }, zoom) {
  const by = { "+": 0.5, "=": 0.5, "-": 2 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  const pointed = Math.min(until, Math.max(from, point === null ? now : zero + point * MIN));
  const about = by < 1 ? pointed : (from + until) / 2;
  zoom(about - (about - from) * by, about + (until - about) * by);
}

/**
 * Never shorter than some minutes; a full range is the whole session again.
 * @returns {"whole" | [number, number]}
 */
function stretch(from, until, { whole }) {
  const middle = (from + until) / 2;
  const half = Math.max(NEAREST / 2, (until - from) / 2);
  const [first, last] = [Math.max(whole[0], middle - half), Math.min(whole[1], middle + half)];
  return last - first >= whole[1] - whole[0] - MIN ? "whole" : [first, last];
}

function zoomText([from, until], { zero, encounter }) {
  const minute = (t) => number("hr", Math.round((t - zero) / MIN));
  return COURSE.zoomed(minute(from), minute(until), counted(encounter) && begins(encounter));
}

function view(encounter, alarms, span, moment) {
  const zero = zeroOf(encounter);
  // `moment` is in whole seconds: a dose just recorded is up to a second after it.
  const now = Math.max(moment, zero);
  const end = Math.max(zero + 120 * MIN, now + 5 * MIN);
  const opened = ms(encounter.opened_at);
  const begin = encounter.dosed_at ? Math.min(zero - 15 * MIN, opened) : opened;
  const spans = { whole: [begin, end], recent: [now - 30 * MIN, now + 2 * MIN] };
  const [from, until] = spans[span] ?? span;
  return {
    encounter,
    alarms,
    history: historyOf(encounter.id),
    now,
    speed: speed.value,
    zero,
    from,
    until,
    whole: [begin, end],
    begin,
  };
}
