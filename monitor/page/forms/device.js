// Register a device: while starting a session, or among the clinic's devices.

import { post } from "../server/api.js";
import { html } from "../drawing/html.js";
import { DEVICE } from "../words/registering.js";
import { DEVICE_KINDS } from "../words/strings.js";
import { useState } from "../vendor/preact-hooks.js";
import { Choice, Field, Problem, typed, useDraft, useSubmit } from "./form.js";

/** `onAdded(id)`. Credentials are shown only this once: the next device's do not replace them. */
export function NewDevice({ onAdded }) {
  const draft = useDraft("device", { id: "", kind: "heart_rate", user: "", model: "" });
  const [made, setMade] = useState([]);
  const form = useSubmit(async () => {
    const { id, kind } = draft.values;
    const added = await post("devices", { id: id.trim(), kind, ...known(draft.values) });
    setMade((before) => [...before, added]);
    draft.clear();
    onAdded(id.trim());
  });
  return html`<details class="new-device">
    <summary>${DEVICE.title}</summary>
    <${Field} draft=${draft} name="id" label=${DEVICE.id} pattern="[A-Za-z0-9_-]{1,64}" />
    <${Choice} draft=${draft} name="kind" label=${DEVICE.kind} options=${Object.entries(DEVICE_KINDS)} />
    <${KnownOf} draft=${draft} kind=${draft.values.kind} />
    <${Problem} refusal=${form.refusal} />
    <button type="button" disabled=${form.busy || !draft.values.id} onClick=${form.submit}>
      ${DEVICE.add}
    </button>
    ${made.map((one) => html`<${Credentials} key=${one.id} made=${one} />`)}
  </details>`;
}

/** Facts about a device that it does not send; both may stay empty. */
export function KnownOf({ draft, kind }) {
  return html`${kind === "cuff" &&
    html`<${Field} draft=${draft} name="user" label=${DEVICE.user} inputmode="numeric" pattern="[0-9]{1,3}"
      hint=${DEVICE.userHint} />`}
    <${Field} draft=${draft} name="model" label=${DEVICE.model} maxlength="64"
      hint=${DEVICE.modelHint} />`;
}

/** The two in the service's form; null for an empty one. */
export function known({ kind, user, model }) {
  const index = kind === "cuff" ? typed(user) : undefined;
  return { user: index ?? null, model: model?.trim() || null };
}

const Credentials = ({ made: { id, mqtt } }) => html`<div class="credentials">
  <p><b>${id}</b> ${DEVICE.added}</p>
  <p>${DEVICE.topic} <code>${mqtt.topic}</code></p>
  ${mqtt.username
    ? html`<p>${DEVICE.mqttUser} <code>${mqtt.username}</code>${DEVICE.mqttPassword} <code>${mqtt.password}</code></p>`
    : html`<p>${DEVICE.noPassword}</p>`}
</div>`;
