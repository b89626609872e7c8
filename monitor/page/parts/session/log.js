// The history of a session, newest first: each transition of each alarm with its reason, each act
// with its author; elevations; notes.

import { get, list, post } from "../../server/api.js";
import { acts, live, protocols } from "../../server/app.js";
import { TYPES, alarmsOf, entries } from "../../words/record/happened.js";
import { beats, valuesOf } from "../../server/history.js";
import { html } from "../../drawing/html.js";
import { noticesSent } from "../../words/clinic/notices.js";
import { Shape } from "../../drawing/icons.js";
import { arrivals, historyOf } from "../../server/records.js";
import { lasted } from "../../words/record/stretches.js";
import { PRIORITIES, VITAL_NAMES, clock, number, placeOf, sentence, span } from "../../words/strings.js";
import { LOGS } from "../../words/session/view.js";
import { titled } from "../../words/session/patient.js";
import { useEffect, useMemo, useRef, useState } from "../../vendor/preact-hooks.js";

const SHOWN = 60;
const AGAIN_MS = 15_000;
// Shown elsewhere on the page, or automatic.
const ELSEWHERE = ["note", "phase"];

/**
 * The rows of the session's journal for the log: new ones are requested when its status moves or
 * `again` grows, and from time to time, since some acts change no visible part.
 */
export function useJournal(encounter, again) {
  const { id } = encounter;
  const [known, setKnown] = useState(NOTHING);
  const newest = useRef(NOTHING);
  newest.current = known;
  const look = () => {
    const query = { type: TYPES, limit: 1000, after: rowsOf(newest.current, id).at(-1)?.id };
    const take = (found) => setKnown((before) => more(before, id, found));
    list(`encounters/${encodeURIComponent(id)}/journal`, query).then(take, () => {});
  };
  useEffect(look, [id, moved(encounter), again, live.value.snapshots]);
  useEffect(() => {
    const timer = setInterval(look, AGAIN_MS);
    return () => clearInterval(timer);
  }, [id]);
  return rowsOf(known, id);
}

const NOTHING = { id: "", rows: [] };
const NO_ROWS = [];
const rowsOf = (known, id) => (known.id === id ? known.rows : NO_ROWS);

/** Two answers may be on their way at the same time: no row is taken in twice. */
function more(before, id, found) {
  const rows = rowsOf(before, id);
  const fresh = found.filter((row) => row.id > (rows.at(-1)?.id ?? 0));
  return fresh.length ? { id, rows: [...rows, ...fresh] } : before;
}

/** Changes with every part of a status that is an act or a transition. */
function moved(e) {
  const alarms = e.alarms.map((a) => [a.id, a.presence, a.priority, a.called_at, a.data_lost_at]);
  const { name, offered_to: offered } = e.supervisor ?? {};
  const limits = e.limits.map((l) => l.value);
  return JSON.stringify([alarms, e.doses?.length, name, offered, limits, e.checks, e.devices, e.cuffs]);
}

/** The session's alarms with their stretches, from the journal and the live view. */
export const useAlarms = (encounter, rows) => alarmsOf(rows, encounter.alarms);

/** Elevations as recorded: requested again when an alarm comes, grows or ends. */
export function useEpisodes(encounter) {
  const [episodes, setEpisodes] = useState([]);
  const standing = encounter.alarms.map((a) => `${a.id}${a.presence}${a.priority}`).join();
  useEffect(() => {
    list(`encounters/${encounter.id}/episodes`, { limit: 1000 }).then(
      (found) => setEpisodes(found.reverse()),
      () => {},
    );
  }, [encounter.id, standing, live.value.snapshots]);
  return episodes;
}

/**
 * code -> times of measurement, ms, against which durations are checked; in `values` vital ->
 * [{t, v}].
 */
export function measured(kept) {
  const others = Object.entries(kept.more).map(([vital, { t }]) => [vital, t]);
  return { bp: kept.bp.map((bar) => bar.t), hr: beats(kept).t, temp: kept.temp.t, ...Object.fromEntries(others), values: valuesOf(kept) };
}

export function EventLog({ encounter, rows }) {
  const [ratings, rate] = useRatings(encounter);
  const all = useMemo(() => entries(rows, measured(historyOf(encounter.id))), [rows, arrivals.value]);
  const shown = all.filter((e) => !ELSEWHERE.includes(e.type)).slice(-SHOWN).reverse();
  // The newest entry of each alarm names the notified contacts, and asks whether the alarm was of
  // use.
  const last = new Map([...shown].reverse().map((e) => [e.alarm, e.id]));
  return html`<section class="log" aria-label=${LOGS.events} tabindex="0">
    <h2>${LOGS.events}</h2>
    ${shown.length === 0 && html`<p class="quiet">${LOGS.none}</p>`}
    <ol>
      ${shown.map(
        (e) => html`<li key=${e.id} class=${e.priority ?? ""}>
          <time>${clock(e.t)}</time>
          <span class="kind">${e.priority && html`<${Mark} ...${e} />`}</span>
          <span
            ><b>${sentence(e.what)}</b> ${e.type === "opened" ? titled(e.protocol, protocols.value) : e.why} <span class="quiet">${e.by}</span>
            ${e.alarm && last.get(e.alarm) === e.id && html`<span class="quiet"> ${noticesSent(encounter, [e.alarm])}</span>
              ${acts.value && html`<${Rate} of=${e.what} said=${ratings[e.alarm]} say=${(useful) => rate(e.alarm, useful)} />`}`}</span
          >
        </li>`,
      )}
    </ol>
  </section>`;
}

const Mark = ({ priority, kind }) => html`<${Shape} priority=${priority} kind=${kind} /><span
    class="unseen">${PRIORITIES[priority]}</span
  >`;

/** Whether an alarm was of use: only for the figures of the clinic. */
function Rate({ of, said, say }) {
  return html`<span class="rate">
    ${LOGS.useful.map(
      ([useful, text]) => html`<button key=${text} class="plain" aria-pressed=${said === useful}
        aria-label=${`${text}: ${of}`} onClick=${() => say(useful)}>${text}</button>`,
    )}
  </span>`;
}

/** [alarm -> useful, say(alarm, useful)]: the ratings of this session's alarms. */
function useRatings({ id }) {
  const [ratings, setRatings] = useState({});
  useEffect(() => {
    get(`encounters/${encodeURIComponent(id)}/burden`).then((b) => setRatings(b.ratings), () => {});
  }, [id, live.value.snapshots]);
  const rate = (alarm, useful) =>
    post(`alarms/${encodeURIComponent(alarm)}/rate`, { useful }).then(
      () => setRatings((known) => ({ ...known, [alarm]: useful })),
      () => {},
    );
  return [ratings, rate];
}

/**
 * Only if there are any: the vital sign that rose, how far, for how long, and whether it came
 * back.
 */
export function EpisodeLog({ encounter, episodes }) {
  if (!episodes.length) return null;
  const times = measured(historyOf(encounter.id));
  return html`<section class="log notes" aria-label=${LOGS.elevations} tabindex="0">
    <h2>${LOGS.elevations}</h2>
    <ol>
      ${episodes.map(
        (p) => html`<li key=${p.id}>
          <time>${clock(Date.parse(p.onset))}</time>
          <span>${VITAL_NAMES[p.vital]} ${fateOf(p, times)}</span>
        </li>`,
      )}
    </ol>
  </section>`;
}

/** No figure for one that lasts: it was requested some time ago, and would be old. */
function fateOf({ vital, direction, peak, onset, end, returned_at, over_s }, times) {
  if (!end) return LOGS.lasts(direction);
  const whole = lasted(Date.parse(onset), Date.parse(end), placeOf(vital), times);
  const returned = returned_at ? clock(Date.parse(returned_at)) : "";
  return LOGS.rose(direction, number(vital, peak), span(1000 * over_s), whole, returned);
}

export function NoteLog({ rows }) {
  const notes = rows.filter((row) => row.type === "note").reverse();
  return html`<section class="log notes" aria-label=${LOGS.notes} tabindex="0">
    <h2>${LOGS.notes}</h2>
    ${notes.length === 0 && html`<p class="quiet">${LOGS.none}</p>`}
    <ol>
      ${notes.slice(0, SHOWN).map(
        (n) => html`<li key=${n.id}>
          <time>${clock(Date.parse(n.at))}</time>
          <span>${n.body?.text} <span class="quiet">${n.body?.by}</span></span>
        </li>`,
      )}
    </ol>
  </section>`;
}
