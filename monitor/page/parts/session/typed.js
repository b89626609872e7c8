// Typed entries and corrections: newest first, each typed reading with a button to strike it out.

import { list } from "../../server/api.js";
import { acts } from "../../server/app.js";
import { correctionWords, figures, typedReadings } from "../../words/record/corrections.js";
import { html } from "../../drawing/html.js";
import { LOGS, SESSION } from "../../words/session/view.js";
import { clock } from "../../words/strings.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";
import { openPanel, panel } from "../panel.js";

/** Only if there are any. */
export function TypedLog({ encounter }) {
  const typed = useTyped(encounter);
  const corrected = useCorrected(encounter);
  const rows = [
    ...typed.map((r) => ({ t: r.t, key: `r${r.id}`, view: html`<${Typed} of=${encounter.id} reading=${r} />` })),
    ...corrected.map((c) => ({ t: c.t, key: `c${c.id}`, view: html`<${Corrected} ...${c.body} />` })),
  ].sort((a, b) => b.t - a.t);
  if (!rows.length) return null;
  return html`<section class="log notes typed" aria-label=${LOGS.typed} tabindex="0">
    <h2>${LOGS.typed}</h2>
    <ol>
      ${rows.map((row) => html`<li key=${row.key}><time>${clock(row.t)}</time><span>${row.view}</span></li>`)}
    </ol>
  </section>`;
}

function Typed({ of, reading: { id, values, struck, reason } }) {
  const words = figures(values);
  if (struck) return html`<s>${words}</s> <span class="quiet">${reason}</span>`;
  const correct = () => openPanel(of, "correct", `reading:${id}`);
  return html`${words} ${acts.value &&
    html`<button class="plain" aria-label=${LOGS.correctIt(words)} onClick=${correct}>${SESSION.correct}</button>`}`;
}

function Corrected(body) {
  const { what, was, is } = correctionWords(body);
  return html`${what}: <s>${was}</s> ${is} <span class="quiet">${body.by}: ${body.reason}</span>`;
}

/** Typed readings of a session: requested again when one is corrected or a form closes. */
export function useTyped(encounter) {
  const [typed, setTyped] = useState([]);
  const { sbp, temp } = encounter.vitals;
  useEffect(() => {
    const path = `encounters/${encodeURIComponent(encounter.id)}/observations`;
    list(path, { source: "manual", limit: 1000 }).then((rows) => setTyped(typedReadings(rows)), () => {});
  }, [encounter.id, encounter.corrections, panel.value, sbp?.received, temp?.received]);
  return typed;
}

function useCorrected({ id, corrections }) {
  const [rows, setRows] = useState([]);
  useEffect(() => {
    if (!corrections) return;
    const path = `encounters/${encodeURIComponent(id)}/journal`;
    list(path, { type: "corrected", limit: 1000 }).then(
      (found) => setRows(found.map((row) => ({ ...row, t: Date.parse(row.at) }))),
      () => {},
    );
  }, [id, corrections]);
  return rows;
}
