// Type a reading from a cuff's or thermometer's display. It is stored marked as typed.

import { post } from "../server/api.js";
import { moment } from "../server/app.js";
import { html } from "../drawing/html.js";
import { refresh } from "../server/records.js";
import { reasonIn } from "../words/because.js";
import { READING } from "../words/forms.js";
import { number } from "../words/strings.js";
import { Field, ago, typed, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel } from "../parts/panel.js";
import { useState } from "../vendor/preact-hooks.js";

export function ReadingPanel({ encounter, onSaved }) {
  const draft = useDraft(`reading/${encounter.id}`, {});
  const [rejected, setRejected] = useState([]);
  const form = useSubmit(async () => {
    const { values } = draft;
    const given = Object.fromEntries(READING.fields().map(([vital]) => [vital, typed(values[vital])]));
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
  return html`<${Panel} title=${READING.title} act=${READING.act} ...${form}>
    <div class="pair">
      ${READING.fields().map(
        ([vital, label, unit]) => html`<${Field} key=${vital} draft=${draft} name=${vital}
          label=${label} unit=${unit} inputmode="decimal" pattern="[0-9]+([.,][0-9]+)?"
          autofocus=${vital === "sbp"} />`,
      )}
    </div>
    <${Field} draft=${draft} name="minutes" label=${READING.measured} unit=${READING.ago} type="number"
      min="0" placeholder="0" />
    ${rejected.map(
      (row) => html`<p key=${row.id} class="problem" aria-live="polite">
        ${READING.notBelieved(number(row.vital, row.value), reasonIn(row))}
      </p>`,
    )}
  <//>`;
}
