// The alarms and notes of a session, newest first.

import { get, list, post } from "../api.js";
import { acts, live } from "../app.js";
import { html } from "../html.js";
import { told } from "../notices.js";
import { Shape } from "../icons.js";
import { PRIORITIES, VITAL_NAMES, clock, number, span } from "../strings.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";

const SHOWN = 30;

/** Every alarm of the session: the stored ones, the live ones in their newest form. */
export function useAlarms(encounter) {
  const [stored, setStored] = useState([]);
  const standing = encounter.alarms.map((a) => `${a.id}${a.presence}${a.priority}`).join();
  useEffect(() => {
    list(`encounters/${encounter.id}/alarms`, { limit: 1000 }).then(setStored, () => {});
  }, [encounter.id, standing, live.value.snapshots]);
  const now = new Map(stored.map((a) => [a.id, a]));
  for (const alarm of encounter.alarms) now.set(alarm.id, alarm);
  return [...now.values()].sort((a, b) => Date.parse(b.onset) - Date.parse(a.onset));
}

/** Elevations as they are on the record: asked for anew when an alarm comes, grows or ends. */
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

/** Notes on the record; `again` grows when one was added here. */
export function useNotes(encounter, again) {
  const [notes, setNotes] = useState([]);
  useEffect(() => {
    list(`encounters/${encounter.id}/journal`, { type: "note", limit: 1000 }, undefined, 1).then(
      (rows) => setNotes(rows.filter((row) => row.type === "note").reverse()),
      () => {},
    );
  }, [encounter.id, again, live.value.snapshots]);
  return notes;
}

export function AlarmLog({ encounter, alarms }) {
  const [ratings, rate] = useRatings(encounter);
  return html`<section class="log" aria-label="Alarms" tabindex="0">
    <h2>Alarms</h2>
    ${alarms.length === 0 && html`<p class="quiet">None so far.</p>`}
    <ol>
      ${alarms.slice(0, SHOWN).map(
        (a) => html`<li key=${a.id} class=${a.priority}>
          <time>${clock(Date.parse(a.onset))}</time>
          <span class="kind"
            ><${Shape} priority=${a.priority} kind=${a.kind} /><span class="unseen"
              >${PRIORITIES[a.priority]}</span
            ></span
          >
          <span
            >${a.reason} <span class="quiet">${fate(a)} ${told(encounter, [a.id])}</span>
            ${acts.value && html`<${Rate} of=${a.reason} said=${ratings[a.id]} say=${(useful) => rate(a.id, useful)} />`}</span
          >
        </li>`,
      )}
    </ol>
  </section>`;
}

/** Whether an alarm was of use: for the figures of the clinic, and nothing else. */
function Rate({ of, said, say }) {
  return html`<span class="rate">
    ${[
      [true, "Useful"],
      [false, "Not useful"],
    ].map(
      ([useful, text]) => html`<button key=${text} class="plain" aria-pressed=${said === useful}
        aria-label=${`${text}: ${of}`} onClick=${() => say(useful)}>${text}</button>`,
    )}
  </span>`;
}

/** [alarm -> useful, say(alarm, useful)]: what was said of this session's alarms. */
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

function fate(alarm) {
  const parts = [];
  if (alarm.acknowledged_by) {
    parts.push(`${alarm.acknowledged_by} took it ${clock(Date.parse(alarm.acknowledged_at))}.`);
  }
  if (alarm.cleared_at) parts.push(`Over ${clock(Date.parse(alarm.cleared_at))}.`);
  return parts.join(" ");
}

/** Only where there is one: what rose, how far, for how long, and whether it came back. */
export function EpisodeLog({ episodes }) {
  if (!episodes.length) return null;
  return html`<section class="log notes" aria-label="Elevations" tabindex="0">
    <h2>Elevations</h2>
    <ol>
      ${episodes.map(
        (p) => html`<li key=${p.id}>
          <time>${clock(Date.parse(p.onset))}</time>
          <span>${VITAL_NAMES[p.vital]} ${fateOf(p)}</span>
        </li>`,
      )}
    </ol>
  </section>`;
}

/** Of one that lasts no figure is told: it was asked for some time ago, and would be an old one. */
function fateOf({ vital, peak, end, returned_at, over_s }) {
  if (!end) return "over the limit, lasts.";
  const long = `up to ${number(vital, peak)}, ${span(1000 * over_s)} over the limit`;
  return returned_at ? `${long}, near the baseline ${clock(Date.parse(returned_at))}.` : `${long}.`;
}

export function NoteLog({ notes }) {
  return html`<section class="log notes" aria-label="Notes" tabindex="0">
    <h2>Notes</h2>
    ${notes.length === 0 && html`<p class="quiet">None so far.</p>`}
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
