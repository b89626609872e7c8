// The record of a session so far, for reading and for paper: stored facts with their times.

import { get, list } from "../server/api.js";
import { acts, live, moment, protocol } from "../server/app.js";
import { rule } from "../words/record/asked.js";
import { burdenRows } from "../words/clinic/burden.js";
import { withCorrection } from "../words/record/corrections.js";
import { dosesOf, instead, total } from "../words/record/doses.js";
import { TYPES, doseWords, overridden, reasonOf } from "../words/record/happened.js";
import { addRows, emptyHistory } from "../server/history.js";
import { html } from "../drawing/html.js";
import { SECOND, between } from "../words/lengths.js";
import { gapRow } from "../words/record/missing.js";
import { paired } from "../words/record/paired.js";
import * as paper from "../words/record/paper.js";
import { takers } from "../words/record/rises.js";
import { roundsOf } from "../words/record/rounds.js";
import { VIEWS } from "../words/frame.js";
import { CELLS, SHEET, recordSummary } from "../words/record/headings.js";
import { SESSION } from "../words/session/view.js";
import { CHECKS, DEVICE_KINDS, GRADES, MODES, NOT_MEASURED, STREAMS, VITAL_NAMES, clock, label, number, sentence } from "../words/strings.js";
import { ms } from "../words/time.js";
import { farthest } from "../words/alarms/extremes.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";
import { OtherAlarms } from "../parts/alarmbar.js";
import { BackLink, Footer, Header } from "../parts/headfoot.js";
import { measured } from "../parts/session/log.js";
import { LazyCorrect } from "./later.js";
import { openPanel, panel } from "../parts/panel.js";
import { Plot } from "../parts/report/plot.js";
import { Corrections, Facts, Part, Title, useRunningHead, value } from "../parts/report/sheet.js";
import { Wall } from "./wall.js";

export function Report({ id }) {
  const [record, setRecord] = useState(null);
  const [error, setError] = useState(null);
  const [saved, setSaved] = useState(0);
  useEffect(() => {
    gather(id).then(setRecord, setError);
  }, [id, live.value.snapshots, saved]);
  if (error?.status === 404) return html`<${Wall} wrong=${VIEWS.noSession} />`;
  const correcting = record && panel.value?.id === id && panel.value.name === "correct";
  return html`<div class="page">
    <${Header} encounters=${record ? [record.encounter] : []}>
      <${BackLink} />
      <a class="back" href=${`#/session/${encodeURIComponent(id)}`}>${SHEET.session}</a>
    <//>
    <${OtherAlarms} />
    <main class="report">
      ${error && html`<p class="problem">${error.message}</p>`}
      ${correcting &&
      html`<${LazyCorrect} encounter=${record.encounter} onSaved=${() => setSaved(saved + 1)} />`}
      ${record ? html`<${Sheet} ...${record} />` : !error && html`<p>${SHEET.reading}</p>`}
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
  return html`<article aria-label=${SHEET.name}>
    <h1>${label(e)} ${MODES[e.mode] && html`<span class="tag">${MODES[e.mode]}</span>`}</h1>
    <p>${recordSummary(e, protocol(e.protocol)?.name ?? e.protocol, clock(now))}</p>
    <p class="quiet">${NOT_MEASURED}</p>
    <div class="acts print">
      <button onClick=${() => print()}>${SHEET.print}</button>
      ${acts.value && html`<button onClick=${() => openPanel(e.id, "correct")}>${SESSION.correct}</button>`}
    </div>
    <${Title} of="short" />
    <${Facts} facts=${paper.short(about)} />
    <p class="quiet">${paper.TIMES} ${rule(about.every)}</p>
    <${Title} of="course" />
    <div class="table"><${Plot} about=${about} kept=${kept} /></div>
    <${Title} of="session" />
    <${Facts} facts=${facts.map(([what, said]) => [what, [said]])} />
    <${Part} of="doses"
      rows=${dosesOf(about).map(({ recorded, is, late }) => [
        withCorrection(exact(recorded.at), exact(is.at), late), withCorrection(doseWords(recorded), doseWords(is), late),
        recorded.by, reasonOf(recorded.override),
      ])} />
    ${inAll && html`<p>${inAll}</p>`}
    ${rows.filter((r) => r.type === "dosed").map(({ id, body: b }) => b.unmet.length > 0 && html`<p
      key=${id}>${CELLS.inSpite(about.time(b.dose.at * 1000), overridden(b))}</p>`)}
    <${Corrections} rows=${rows.filter((r) => r.type === "corrected")} readings=${readings} when=${when} risks=${record.risks} replaced=${replaced} time=${about.time} />
    <${Part} of="alarms"
      rows=${about.alarms.map((a) => [
        a.name, exact(a.onset), paper.courseOf(a, about).join(" "), farthest(a, about),
        takers(a, about).join("; ") || CELLS.nobody, a.over === null ? CELLS.stands : exact(a.over),
      ])} />
    <${Part} of="happened"
      rows=${paired(told.filter((t) => t.type !== "phase")).map((t) => [
        exact(t.t), sentence(t.what), html`${t.why && (CELLS.elsewhere[t.type] ?? t.why)}${t.twin.map((twin, i) => html`<p
          key=${i}>${sentence(twin.what)} ${twin.why}</p>`)}`, t.by,
      ])} />
    <${Part} of="checks"
      rows=${Object.entries(CHECKS).map(([id, name]) => {
        const made = e.checks[id];
        return [name, made ? when(made.at) : CELLS.notMade, made?.by ?? ""];
      })} />
    <${Part} of="baseline"
      rows=${Object.entries(e.baseline).map(([v, b]) => [
        VITAL_NAMES[v], number(v, b.value), number(v, b.spread), b.count, GRADES[b.grade],
      ])} />
    <${Part} of="limits" rows=${paper.limitRows(about)} />
    <${Part} of="moved" rows=${moved.map((t) => [exact(t.t), t.what, t.why, t.by])} />
    <${Part} of="elevations"
      rows=${paper.overRows(episodes, about)} />
    <${Part} of="missing"
      rows=${about.missing.map((gap) => gapRow(gap, about))} />
    <${Part} of="unwatched"
      rows=${told.filter((t) => t.type === "unwatched").map((t) => [
        exact(t.t), exact(t.until), between(t.t, t.until, SECOND), t.why,
      ])} />
    <${Part} of="notices"
      rows=${roundsOf(record.notices, new Map(about.alarms.map((a) => [a.id, a.name]))).map((n) => [
        exact(n.at), n.to, n.by, n.of, n.fate,
      ])} />
    <${Part} of="burden" rows=${burdenRows(record.burden)} />
    <${Part} of="readings" note=${CELLS.listed}
      rows=${readings.filter(listed).sort((a, b) => ms(a.effective) - ms(b.effective)).map((r) => [
        when(r.effective), VITAL_NAMES[r.vital], value(r, replaced.get(r.id), about),
        r.source === "manual" ? CELLS.typed : r.device, CELLS.judged(r),
      ])} />
  </article>`;
}

const listed = ({ vital, state }) => vital !== "map" && (!STREAMS.has(vital) || state === "rejected");

