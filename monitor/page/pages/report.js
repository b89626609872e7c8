// The record of a session so far, for reading and for paper. Stored facts with their times; no
// part of it is live.

import { get, list } from "../server/api.js";
import { acts, live, moment, protocol } from "../server/app.js";
import { rule } from "../words/record/asked.js";
import { burdenRows } from "../words/clinic/burden.js";
import { withCorrection } from "../words/record/corrections.js";
import { dosesOf, total } from "../words/record/doses.js";
import { TYPES, doseWords, reasonOf } from "../words/record/happened.js";
import { addRows, emptyHistory } from "../server/history.js";
import { html } from "../parts/html.js";
import { SECOND, between } from "../words/lengths.js";
import { gapRow } from "../words/record/missing.js";
import { paired } from "../words/record/paired.js";
import * as paper from "../words/record/paper.js";
import { takers } from "../words/record/rises.js";
import { roundsOf } from "../words/record/rounds.js";
import * as words from "../words/strings.js";
import { clock, day, label, number, sentence } from "../words/strings.js";
import { instead } from "../words/record/struck.js";
import { ms } from "../words/time.js";
import { farthest } from "../words/alarms/worst.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";
import { OtherAlarms } from "../parts/alarmbar.js";
import { CorrectPanel } from "../forms/correct.js";
import { Corrections, value } from "../parts/report/corrected.js";
import { Footer } from "../parts/footer.js";
import { BackLink, Header } from "../parts/header.js";
import { measured } from "../parts/session/log.js";
import { openPanel, panel } from "../parts/panel.js";
import { Plot } from "../parts/report/plot.js";
import { Facts, Table, useRunningHead } from "../parts/report/sheet.js";
import { Wall } from "./wall.js";

const { CHECKS, DEVICE_KINDS, MODES, NOT_MEASURED, PHASES, VITAL_NAMES } = words;

/** The content of a separate table is not repeated. */
const ELSEWHERE = { dosed: "See Doses.", unwatched: "See Not monitored." };

export function Report({ id }) {
  const [record, setRecord] = useState(null);
  const [error, setError] = useState(null);
  const [saved, setSaved] = useState(0);
  useEffect(() => {
    gather(id).then(setRecord, setError);
  }, [id, live.value.snapshots, saved]);
  if (error?.status === 404) return html`<${Wall} wrong="There is no such session." />`;
  const correcting = record && panel.value?.id === id && panel.value.name === "correct";
  return html`<div class="page">
    <${Header} encounters=${record ? [record.encounter] : []}>
      <${BackLink} />
      <a class="back" href=${`#/session/${encodeURIComponent(id)}`}>Session</a>
    <//>
    <${OtherAlarms} />
    <main class="report">
      ${error && html`<p class="problem">${error.message}</p>`}
      ${correcting &&
      html`<${CorrectPanel} encounter=${record.encounter} onSaved=${() => setSaved(saved + 1)} />`}
      ${record ? html`<${Sheet} ...${record} />` : !error && html`<p>Reading the record.</p>`}
    </main>
    <${Footer} />
  </div>`;
}

async function gather(id) {
  const path = `encounters/${encodeURIComponent(id)}`;
  const many = { limit: 1000 };
  const [encounter, rows, episodes, readings, burden, { items: notices }, vocabulary] = await Promise.all([
    get(path),
    list(`${path}/journal`, { ...many, type: TYPES }),
    list(`${path}/episodes`, many),
    list(`${path}/observations`, many),
    get(`${path}/burden`),
    get(`${path}/notices`),
    get("vocabulary"),
  ]);
  const kept = emptyHistory();
  addRows(kept, readings);
  const now = moment.value ?? ms(encounter.closed_at) ?? Date.now();
  const every = 60_000 * (protocol(encounter.protocol)?.bp_extra_every ?? 5);
  const about = paper.read({ encounter, rows, times: measured(kept), episodes, now, every });
  const risks = Object.fromEntries(vocabulary.risk_factors.map((r) => [r.id, r.text]));
  return { encounter, rows, episodes, readings, burden, notices, risks, kept, about, now };
}

function Sheet(record) {
  const { encounter: e, about, rows, episodes, readings, kept, now } = record;
  const { exact, told } = about;
  useRunningHead(e);
  const when = (iso) => (iso ? exact(ms(iso)) : "\u2014");
  const facts = paper.factRows(about, { protocol: protocol(e.protocol), risks: record.risks, kinds: DEVICE_KINDS });
  const replaced = instead(readings, rows);
  const inAll = total(dosesOf(about));
  const moved = told.filter((t) => t.type === "limit_moved" || t.type === "baseline_moved");
  return html`<article aria-label="Record of the session">
    <h1>${label(e)} ${MODES[e.mode] && html`<span class="tag">${MODES[e.mode]}</span>`}</h1>
    <p>${summary(e, clock(now))}</p>
    <p class="quiet">${NOT_MEASURED}</p>
    <div class="acts print">
      <button onClick=${() => print()}>Print</button>
      ${acts.value && html`<button onClick=${() => openPanel(e.id, "correct")}>Correct</button>`}
    </div>
    <h2>In short</h2>
    <${Facts} facts=${paper.short(about)} />
    <p class="quiet">${paper.TIMES} ${rule(about.every)}</p>
    <h2>Course</h2>
    <div class="table"><${Plot} about=${about} kept=${kept} /></div>
    <h2>Session</h2>
    <${Facts} facts=${facts.map(([what, said]) => [what, [said]])} />
    <h2>Doses</h2>
    <${Table} heads=${["Taken", "Medicine, amount, route", "Recorded by", "In spite of the gate"]}
      rows=${dosesOf(about).map(({ recorded, is, late }) => [
        withCorrection(exact(recorded.at), exact(is.at), late), withCorrection(doseWords(recorded), doseWords(is), late),
        recorded.by, reasonOf(recorded.override),
      ])} />
    ${inAll && html`<p>${inAll}</p>`}
    ${rows.filter((r) => r.type === "dosed").map(({ id, body: { dose, unmet } }) => unmet.length > 0 && html`<p
      key=${id}>The dose at ${about.time(dose.at * 1000)} was given though these did not hold: ${unmet.join(" ")}</p>`)}
    <${Corrections} rows=${rows.filter((r) => r.type === "corrected")} readings=${readings} when=${when} risks=${record.risks} replaced=${replaced} time=${about.time} />
    <h2>Alarms</h2>
    <${Table} heads=${["Alarm", "Onset", "What it was, and for how long", "Farthest", "Taken by", "Over"]}
      rows=${about.alarms.map((a) => [
        a.name, exact(a.onset), paper.courseOf(a, about).join(" "), farthest(a, about),
        takers(a, about).join("; ") || "nobody", a.over === null ? "stands" : exact(a.over),
      ])} />
    <h2>What happened</h2>
    <${Table} heads=${["Time", "What", "Why", "By"]}
      rows=${paired(told.filter((t) => t.type !== "phase")).map((t) => [
        exact(t.t), sentence(t.what), html`${t.why && (ELSEWHERE[t.type] ?? t.why)}${t.twin.map((twin, i) => html`<p
          key=${i}>${sentence(twin.what)} ${twin.why}</p>`)}`, t.by,
      ])} />
    <h2>Checks before the dose</h2>
    <${Table} heads=${["Check", "Made", "By"]}
      rows=${Object.entries(CHECKS).map(([id, name]) => {
        const made = e.checks[id];
        return [name, made ? when(made.at) : "not made", made?.by ?? ""];
      })} />
    <h2>Baseline</h2>
    <${Table} heads=${["Vital sign", "Centre", "Spread", "Readings", "Grade"]}
      rows=${Object.entries(e.baseline).map(([v, b]) => [
        VITAL_NAMES[v], number(v, b.value), number(v, b.spread), b.count, b.grade,
      ])} />
    <h2>Limits in force</h2>
    <${Table} heads=${["Of", "Low", "Medium", "High", "From"]} rows=${paper.limitRows(about)} />
    <h2>Limits and baseline that somebody changed</h2>
    <${Table} heads=${["Time", "What", "Why", "By"]} rows=${moved.map((t) => [exact(t.t), t.what, t.why, t.by])} />
    <h2>Elevations</h2>
    <${Table} heads=${["Vital sign", "Onset", "Peak", "End", "Near baseline", "Over the limit"]}
      rows=${paper.overRows(episodes, about)} />
    <h2>Not measured</h2>
    <${Table} heads=${["What", "From", "To"]}
      rows=${about.missing.map((gap) => gapRow(gap, about))} />
    <h2>Not monitored</h2>
    <${Table} heads=${["From", "To", "For", "Why"]}
      rows=${rows.filter((r) => r.type === "unwatched").map(({ body: b }) => [
        exact(b.since * 1000), exact(b.until * 1000), between(b.since * 1000, b.until * 1000, SECOND), b.why,
      ])} />
    <h2>Notices</h2>
    <${Table} heads=${["Time", "To", "By", "Of", "What became of it"]}
      rows=${roundsOf(record.notices, new Map(about.alarms.map((a) => [a.id, a.name]))).map((n) => [
        exact(n.at), n.to, n.by, n.of, n.fate,
      ])} />
    <h2>Alarm burden</h2>
    <${Table} heads=${["Figure", "Value"]} rows=${burdenRows(record.burden)} />
    <h2>Readings</h2>
    <p class="quiet">
      Every pressure and temperature, and what was rejected. Heart rate is stored every second and
      not listed here.
    </p>
    <${Table} heads=${["Measured", "Vital sign", "Value", "From", "Judged"]}
      rows=${readings.filter(listed).sort((a, b) => ms(a.effective) - ms(b.effective)).map((r) => [
        when(r.effective), VITAL_NAMES[r.vital], value(r, replaced.get(r.id), about),
        r.source === "manual" ? "typed" : r.device, r.reason ? `${r.state}: ${r.reason}` : r.state,
      ])} />
  </article>`;
}

const listed = ({ vital, state }) => ["sbp", "dbp", "temp"].includes(vital) || (vital === "hr" && state === "rejected");

function summary(e, now) {
  return [
    `What the record holds at ${now}.`,
    `Protocol ${protocol(e.protocol)?.name ?? e.protocol}, phase ${PHASES[e.phase].toLowerCase()}.`,
    `Opened ${day(ms(e.opened_at))}.`,
    e.dosed_at ? `Dose ${day(ms(e.dosed_at))}.` : "No dose.",
    e.closed_at ? `Closed ${day(ms(e.closed_at))}.` : "Not closed.",
  ].join(" ");
}
