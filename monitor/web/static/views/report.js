// What the record of a session holds so far, for reading and for paper. Stored facts with their
// times; nothing here is live.

import { get, list } from "../api.js";
import { live, moment } from "../app.js";
import { html } from "../html.js";
import { course } from "../notices.js";
import * as words from "../strings.js";
import { clock, day, label, number, span } from "../strings.js";
import { ms } from "../time.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";
import { burdenRows } from "./clinic.js";
import { OtherAlarms } from "./alarmbar.js";
import { Footer } from "./footer.js";
import { BackLink, Header } from "./header.js";

const { CHECKS, DEVICE_KINDS, MODES, NOT_MEASURED, PHASES, PRIORITIES, VITAL_NAMES } = words;

export function Report({ id }) {
  const [record, setRecord] = useState(null);
  const [error, setError] = useState("");
  useEffect(() => {
    gather(id).then(setRecord, (refusal) => setError(refusal.message));
  }, [id, live.value.snapshots]);
  return html`<div class="page">
    <${Header} encounters=${record ? [record.encounter] : []}>
      <${BackLink} />
      <a class="back" href=${`#/session/${encodeURIComponent(id)}`}>Session</a>
    <//>
    <${OtherAlarms} />
    <main class="report">
      ${error && html`<p class="problem">${error}</p>`}
      ${record ? html`<${Sheet} ...${record} />` : !error && html`<p>Reading the record.</p>`}
    </main>
    <${Footer} />
  </div>`;
}

async function gather(id) {
  const path = `encounters/${encodeURIComponent(id)}`;
  const many = { limit: 1000 };
  const [encounter, alarms, episodes, ...readings] = await Promise.all([
    get(path),
    list(`${path}/alarms`, many),
    list(`${path}/episodes`, many),
    ...["sbp", "dbp", "temp"].map((vital) => list(`${path}/observations`, { ...many, vital })),
    list(`${path}/observations`, { ...many, vital: "hr", state: "rejected" }),
  ]);
  const [burden, { items: notices }] = await Promise.all([
    get(`${path}/burden`),
    get(`${path}/notices`),
  ]);
  const kinds = ["unwatched", "dose", "note"];
  const [unwatched, doses, notes] = await Promise.all(
    kinds.map((type) => list(`${path}/journal`, { ...many, type })),
  );
  return { encounter, alarms, episodes, readings: readings.flat(), unwatched, doses, notes,
    burden, notices };
}

function Sheet(record) {
  const { encounter: e, alarms, episodes, readings, unwatched, doses, notes } = record;
  const zero = ms(e.dosed_at);
  const when = (iso) => (iso ? stamp(ms(iso), zero) : "\u2014");
  return html`<article aria-label="Record of the session">
    <h1>${label(e)} ${MODES[e.mode] && html`<span class="tag">${MODES[e.mode]}</span>`}</h1>
    <p>${summary(e, clock(moment.value))}</p>
    <p class="quiet">Times: clock, and minutes since the first dose. ${NOT_MEASURED}</p>
    <button class="print" onClick=${() => print()}>Print</button>
    <h2>Doses</h2>
    <${Table} heads=${["Taken", "Medicine", "Route", "Amount", "Recorded by", "In spite of the gate"]}
      rows=${doses.map(({ body: d }) => [
        stamp(d.at * 1000, zero), d.drug, d.route, `${d.amount_mg} mg`, d.by, bypass(d.override),
      ])} />
    <h2>Checks before the dose</h2>
    <${Table} heads=${["Check", "Made", "By"]}
      rows=${Object.entries(CHECKS).map(([id, name]) => {
        const made = e.checks[id];
        return [name, made ? when(made.at) : "not made", made?.by ?? ""];
      })} />
    <h2>Notes</h2>
    <${Table} heads=${["Time", "Note", "By"]}
      rows=${notes.map(({ at, body: n }) => [when(at), n.text, n.by])} />
    <h2>Baseline</h2>
    <${Table} heads=${["Vital sign", "Centre", "Spread", "Readings", "Grade"]}
      rows=${Object.entries(e.baseline).map(([v, b]) => [
        VITAL_NAMES[v], number(v, b.value), number(v, b.spread), b.count, b.grade,
      ])} />
    <h2>Alarms</h2>
    <${Table} heads=${["Onset", "Priority", "Reason", "Acknowledged", "Over"]}
      rows=${alarms.map((a) => [
        when(a.onset), PRIORITIES[a.worst ?? a.priority], a.reason,
        a.acknowledged_by ? `${a.acknowledged_by}, ${when(a.acknowledged_at)}` : "no",
        a.cleared_at ? when(a.cleared_at) : "stands",
      ])} />
    <h2>Notices</h2>
    <${Table} heads=${["Time", "To", "By", "Of", "What became of it"]}
      rows=${record.notices.map((n) => [
        when(n.queued_at), n.contact, n.channel, notified(n), course(n),
      ])} />
    <h2>Alarm burden</h2>
    <${Table} heads=${["Figure", "Value"]} rows=${burdenRows(record.burden)} />
    <h2>Elevations</h2>
    <${Table} heads=${["Vital sign", "Onset", "Peak", "At", "End", "Near baseline", "Over the limit"]}
      rows=${episodes.map((p) => [
        VITAL_NAMES[p.vital], when(p.onset), number(p.vital, p.peak), when(p.peak_at),
        p.end ? when(p.end) : "lasts", p.returned_at ? when(p.returned_at) : "—",
        `${span(p.over_s * 1000)}, ${p.course}${
          p.unwatched_s ? `, ${span(p.unwatched_s * 1000)} of it not monitored` : ""
        }`,
      ])} />
    <h2>Not monitored</h2>
    <${Table} heads=${["From", "To", "For", "Why"]}
      rows=${unwatched.map(({ body: b }) => [
        stamp(b.since * 1000, zero), stamp(b.until * 1000, zero),
        span((b.until - b.since) * 1000), b.why,
      ])} />
    <h2>Readings</h2>
    <p class="quiet">
      Every pressure and temperature, and what was rejected. Heart rate is stored every second and
      not listed here.
    </p>
    <${Table} heads=${["Measured", "Vital sign", "Value", "From", "Judged"]}
      rows=${[...readings].sort((a, b) => ms(a.effective) - ms(b.effective)).map((r) => [
        when(r.effective), VITAL_NAMES[r.vital], number(r.vital, r.value),
        r.source === "manual" ? "typed" : r.device, r.reason ? `${r.state}: ${r.reason}` : r.state,
      ])} />
    <h2>Devices</h2>
    <${Table} heads=${["Device", "Kind"]}
      rows=${Object.entries(e.devices).map(([id, kind]) => [id, DEVICE_KINDS[kind] ?? kind])} />
  </article>`;
}

function summary(e, now) {
  return [
    `What the record holds at ${now}.`,
    `Protocol ${e.protocol}, phase ${PHASES[e.phase].toLowerCase()}.`,
    `Opened ${day(ms(e.opened_at))}.`,
    e.dosed_at ? `Dose ${day(ms(e.dosed_at))}.` : "No dose.",
    e.closed_at ? `Closed ${day(ms(e.closed_at))}.` : "Not closed.",
  ].join(" ");
}

function notified({ purpose, priority, round }) {
  if (purpose === "test") return "a test";
  return `${priority} alarm${round > 1 ? `, notice ${round}` : ""}`;
}

function bypass(override) {
  if (!override) return "";
  const agreed = override.authorised_by ? `, agreed by ${override.authorised_by}` : "";
  return `${override.reason}${agreed}`;
}

function Table({ heads, rows }) {
  if (!rows.length) return html`<p class="quiet">None.</p>`;
  return html`<div class="table"><table>
    <thead><tr>${heads.map((h) => html`<th key=${h} scope="col">${h}</th>`)}</tr></thead>
    <tbody>
      ${rows.map(
        (row, i) => html`<tr key=${i}>${row.map((c, j) => html`<td key=${j}>${c}</td>`)}</tr>`,
      )}
    </tbody>
  </table></div>`;
}

function stamp(t, zero) {
  const minute = zero === null ? "" : ` (${number("hr", Math.round((t - zero) / 60_000))} min)`;
  return `${clock(t, true)}${minute}`;
}
