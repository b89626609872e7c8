// Type a reading from a cuff's or thermometer's display. It is stored marked as typed.

import { post } from "../server/api.js";
import { moment } from "../server/app.js";
import { html } from "../parts/html.js";
import { refresh } from "../server/records.js";
import { number } from "../words/strings.js";
import { Field, ago, typed, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel } from "../parts/panel.js";
import { useState } from "../vendor/preact-hooks.js";

// The names differ from those of the live values, so that they are not confused.
const FIELDS = [
  ["sbp", "Systolic", "mmHg"],
  ["dbp", "Diastolic", "mmHg"],
  ["hr", "Pulse", "/min"],
  ["temp", "Body temperature", "\u00b0C"],
];

export function ReadingPanel({ encounter, onSaved }) {
  const draft = useDraft(`reading/${encounter.id}`, {});
  const [rejected, setRejected] = useState([]);
  const form = useSubmit(async () => {
    const { values } = draft;
    const given = Object.fromEntries(FIELDS.map(([vital]) => [vital, typed(values[vital])]));
    const body = { ...given, at: ago(values.minutes, moment.value) };
    const rows = (await post(`encounters/${encounter.id}/observations`, body)).items ?? [];
    refresh(encounter.id);
    onSaved?.();
    const refused = rows.filter((row) => row.state === "rejected");
    setRejected(refused);
    if (refused.length) return;
    draft.clear();
    closePanel();
  });
  return html`<${Panel} title="Reading" act="Save reading" ...${form}>
    <div class="pair">
      ${FIELDS.map(
        ([vital, label, unit]) => html`<${Field} key=${vital} draft=${draft} name=${vital}
          label=${label} unit=${unit} inputmode="decimal" pattern="[0-9]+([.,][0-9]+)?"
          autofocus=${vital === "sbp"} />`,
      )}
    </div>
    <${Field} draft=${draft} name="minutes" label="Measured" unit="min ago" type="number"
      min="0" placeholder="0" />
    ${rejected.map(
      (row) => html`<p key=${row.id} class="problem" aria-live="polite">
        ${number(row.vital, row.value)} was kept but not believed: ${row.reason}
      </p>`,
    )}
  <//>`;
}
