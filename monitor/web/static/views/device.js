// Register a device while starting a session.

import { post } from "../api.js";
import { html } from "../html.js";
import { DEVICE_KINDS } from "../strings.js";
import { useState } from "../vendor/preact-hooks.js";
import { Choice, Field, Problem, useDraft, useSubmit } from "./form.js";

/** `onAdded(id)`. The device's credentials are told this one time. */
export function NewDevice({ onAdded }) {
  const draft = useDraft("device", { id: "", kind: "heart_rate" });
  const [made, setMade] = useState(null);
  const form = useSubmit(async () => {
    const { id, kind } = draft.values;
    setMade(await post("devices", { id: id.trim(), kind }));
    draft.clear();
    onAdded(id.trim());
  });
  return html`<details class="new-device">
    <summary>New device</summary>
    <${Field} draft=${draft} name="id" label="Device id" pattern="[A-Za-z0-9_-]{1,64}" />
    <${Choice} draft=${draft} name="kind" label="Kind" options=${Object.entries(DEVICE_KINDS)} />
    <${Problem} refusal=${form.refusal} />
    <button type="button" disabled=${form.busy || !draft.values.id} onClick=${form.submit}>
      Add device
    </button>
    ${made && html`<${Credentials} made=${made} />`}
  </details>`;
}

const Credentials = ({ made: { id, mqtt } }) => html`<div class="credentials">
  <p><b>${id}</b> is added. Write this down, it is not shown again.</p>
  <p>Topic <code>${mqtt.topic}</code></p>
  ${mqtt.username
    ? html`<p>MQTT user <code>${mqtt.username}</code>, secret <code>${mqtt.password}</code></p>`
    : html`<p>This broker does not enforce who a device is.</p>`}
</div>`;
