// Correct the record: choose an entry, see its value, enter the true one and why.

import { get, list, post } from "../server/api.js";
import { sessions } from "../server/app.js";
import { about, body, choices, recordedValue } from "../words/record/correcting.js";
import { html } from "../drawing/html.js";
import { refresh } from "../server/records.js";
import { CHOOSE, CORRECT, DOSE, REASON } from "../words/forms.js";
import { deviceWithKind } from "../words/strings.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";
import { Choice, Field, Ticks, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel, openPanel, panel } from "../parts/panel.js";
import { useTyped } from "../parts/session/typed.js";

export function CorrectPanel({ encounter, onSaved }) {
  const typed = useTyped(encounter);
  const key = panel.value.about;
  const { kind } = about(key);
  const draft = useDraft(`correct/${encounter.id}/${key}`, {});
  const form = useSubmit(async () => {
    const path = `encounters/${encodeURIComponent(encounter.id)}/corrections`;
    await post(path, body(key, draft.values, encounter));
    draft.clear();
    closePanel();
    if (kind === "reading") refresh(encounter.id);
    onSaved?.();
  });
  const choose = {
    values: { key },
    set: (_, chosen) => openPanel(encounter.id, "correct", chosen),
  };
  const options = choices(encounter, typed);
  return html`<${Panel} title=${CORRECT.title} act=${CORRECT.act} ...${form}>
    <${Choice} draft=${choose} name="key" label=${CORRECT.choice} required options=${options} autofocus />
    <${Value} key=${key} name=${key} draft=${draft} encounter=${encounter} />
    ${key && html`<${Field} draft=${draft} name="reason" label=${REASON} required minlength="3"
      maxlength="500" />`}
    <small>${CORRECT.follows[kind] ?? CORRECT.both}</small>
  <//>`;
}

/** The recorded value, and the fields for the true one. */
function Value({ name, draft, encounter }) {
  const { kind, of } = about(name);
  const was = recordedValue(name, encounter);
  if (kind === "device") return html`<${Instead} draft=${draft} of=${encounter.devices[of]} />`;
  if (kind === "risk_factors") return html`<${Risks} draft=${draft} was=${was} />`;
  if (was === null) return null;
  const values = kind === "dose" ? { ...was, ...draft.values } : { value: was, ...draft.values };
  const shown = { ...draft, values };
  if (kind !== "dose") {
    return html`<p>${CORRECT.recorded(was)}</p>
      <${Field} draft=${shown} name="value" label=${CORRECT.value} required=${kind === "label"}
        inputmode=${kind === "birth_year" ? "numeric" : "text"} />`;
  }
  return html`<p>${CORRECT.recordedDose(was)}</p>
    <div class="pair">
      <${Field} draft=${shown} name="drug" label=${DOSE.medicine} required />
      <${Field} draft=${shown} name="route" label=${DOSE.route} required />
      <${Field} draft=${shown} name="amount_mg" label=${DOSE.amount} unit=${DOSE.mg} inputmode="decimal"
        pattern="[0-9]+([.,][0-9]+)?" required />
      <${Field} draft=${shown} name="time" label=${CORRECT.takenAt} type="time" required />
    </div>`;
}

function Risks({ draft, was }) {
  const [known, setKnown] = useState([]);
  useEffect(() => {
    get("vocabulary").then((words) => setKnown(words.risk_factors), () => {});
  }, []);
  const shown = { ...draft, values: { value: was, ...draft.values } };
  return html`<${Ticks} draft=${shown} name="value" legend=${CORRECT.risks} options=${known} />`;
}

function Instead({ draft, of }) {
  const [all, setAll] = useState([]);
  useEffect(() => {
    list("devices", { limit: 1000 }).then(setAll, () => {});
  }, []);
  const taken = new Set(sessions.value.flatMap((e) => Object.keys(e.devices)));
  const free = all.filter((d) => d.active && !taken.has(d.id));
  // Devices of its own kind first: a swap is nearly always to one of these.
  free.sort((a, b) => Number(b.kind === of) - Number(a.kind === of));
  return html`<${Choice} draft=${draft} name="add" label=${CORRECT.instead} required
    options=${[["", CHOOSE], ...free.map((d) => [d.id, deviceWithKind(d.id, d.kind)])]} />`;
}
