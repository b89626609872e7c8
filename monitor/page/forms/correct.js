// Correct the record: choose an entry, see its value, enter the true one and why.

import { get, list, post } from "../server/api.js";
import { sessions } from "../server/app.js";
import * as corrections from "../words/record/corrections.js";
import { html } from "../parts/html.js";
import { refresh } from "../server/records.js";
import { DEVICE_KINDS } from "../words/strings.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";
import { Choice, Field, Ticks, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel, openPanel, panel } from "../parts/panel.js";

const { about, body, choices, recordedValue, typedReadings } = corrections;
const FOLLOWS = {
  dose: "Phases, readings due and conditions for the next act count anew from now on. What was decided stands.",
  reading: "It stays on the record, crossed out, and counts no longer.",
  device: "What the new one sends counts from now on. What the old one measured stands.",
};

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
  return html`<${Panel} title="Correct" act="Save correction" ...${form}>
    <${Choice} draft=${choose} name="key" label="To correct" required options=${options} autofocus />
    <${Value} key=${key} name=${key} draft=${draft} encounter=${encounter} />
    ${key && html`<${Field} draft=${draft} name="reason" label="Reason" required minlength="3"
      maxlength="500" />`}
    <small>${FOLLOWS[kind] ?? "Both stand on the record, with your name and the time."}</small>
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
    return html`<p>On the record: ${was || "nothing"}</p>
      <${Field} draft=${shown} name="value" label="It is" required=${kind === "label"}
        inputmode=${kind === "birth_year" ? "numeric" : "text"} />`;
  }
  return html`<p>On the record: ${was.drug} ${was.amount_mg} mg ${was.route} at ${was.time}</p>
    <div class="pair">
      <${Field} draft=${shown} name="drug" label="Medicine" required />
      <${Field} draft=${shown} name="route" label="Route" required />
      <${Field} draft=${shown} name="amount_mg" label="Amount" unit="mg" inputmode="decimal"
        pattern="[0-9]+([.,][0-9]+)?" required />
      <${Field} draft=${shown} name="time" label="Taken at" type="time" required />
    </div>`;
}

function Risks({ draft, was }) {
  const [known, setKnown] = useState([]);
  useEffect(() => {
    get("vocabulary").then((words) => setKnown(words.risk_factors), () => {});
  }, []);
  const shown = { ...draft, values: { value: was, ...draft.values } };
  return html`<${Ticks} draft=${shown} name="value" legend="Known risks" options=${known} />`;
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
  return html`<${Choice} draft=${draft} name="add" label="Instead of it" required
    options=${[["", "Choose"], ...free.map((d) => [d.id, `${d.id}, ${DEVICE_KINDS[d.kind] ?? d.kind}`])]} />`;
}
