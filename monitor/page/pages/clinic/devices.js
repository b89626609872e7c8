// The clinic's devices: facts about each that it does not send itself.

import { list, patch } from "../../server/api.js";
import { acts } from "../../server/app.js";
import { html } from "../../drawing/html.js";
import { CHANGE, DEVICES, NONE_SO_FAR, actOn } from "../../words/clinic/sections.js";
import { CANCEL } from "../../words/forms.js";
import { DEVICE_KINDS } from "../../words/strings.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";
import { KnownOf, NewDevice, known } from "../../forms/device.js";
import { Field, Problem, useDraft, useSubmit } from "../../forms/form.js";

export function Devices() {
  const [all, setAll] = useState(null);
  const [edited, setEdited] = useState("");
  const [problem, setProblem] = useState("");
  const again = () =>
    list("devices", { limit: 1000 }).then(setAll, (refusal) => setProblem(refusal.message));
  useEffect(() => void again(), []);
  const done = () => {
    setEdited("");
    again();
  };
  return html`<section aria-label=${DEVICES.title}>
    <h2>${DEVICES.title}</h2>
    ${problem && html`<p class="problem">${problem}</p>`}
    <ul class="contacts">
      ${all?.map((d) =>
        edited === d.id
          ? html`<li key=${d.id}><${DeviceForm} device=${d} onDone=${done} />
              <${Activity} device=${d} onDone=${done} /></li>`
          : html`<${Device} key=${d.id} device=${d} edit=${() => setEdited(d.id)} />`,
      )}
      ${all?.length === 0 && html`<li class="quiet">${NONE_SO_FAR}</li>`}
    </ul>
    ${acts.value && html`<${NewDevice} onAdded=${again} />`}
  </section>`;
}

function Device({ device: d, edit }) {
  const parts = [
    DEVICE_KINDS[d.kind] ?? d.kind,
    d.user !== null && DEVICES.user(d.user),
    d.model,
    !d.active && DEVICES.deactivated(d.deactivated_at),
  ];
  return html`<li aria-label=${d.id}>
    <b>${d.id}</b>
    <span>${parts.filter(Boolean).join(", ")}</span>
    ${acts.value &&
    html`<span class="do">
      <button class="plain" aria-label=${actOn(CHANGE, d.id)} onClick=${edit}>${CHANGE}</button>
    </span>`}
  </li>`;
}

/** A lost or broken device serves no session any more; the reason is in the audit. */
function Activity({ device: d, onDone }) {
  const draft = useDraft(`activity/${d.id}`, { reason: "" });
  const form = useSubmit(async () => {
    const reason = d.active ? draft.values.reason.trim() : undefined;
    await patch(`devices/${encodeURIComponent(d.id)}`, { active: !d.active, reason });
    draft.clear();
    onDone();
  });
  return html`<form class="contact" onSubmit=${form.submit}>
    ${d.active &&
    html`<${Field} draft=${draft} name="reason" label=${DEVICES.reason} required minlength="3" />`}
    <${Problem} refusal=${form.refusal} />
    <div class="acts">
      <button type="submit" disabled=${form.busy}>${d.active ? DEVICES.deactivate : DEVICES.activate}</button>
    </div>
  </form>`;
}

function DeviceForm({ device: d, onDone }) {
  const draft = useDraft(`device/${d.id}`, {
    kind: d.kind, user: d.user === null ? "" : String(d.user), model: d.model ?? "",
  });
  const close = () => {
    draft.clear();
    onDone();
  };
  const form = useSubmit(async () => {
    await patch(`devices/${encodeURIComponent(d.id)}`, known(draft.values));
    close();
  });
  return html`<form class="contact" onSubmit=${form.submit}>
    <b>${d.id}</b>
    <${KnownOf} draft=${draft} kind=${d.kind} />
    <${Problem} refusal=${form.refusal} />
    <div class="acts">
      <button class="bright" type="submit" aria-disabled=${form.busy}>${DEVICES.save}</button>
      <button type="button" onClick=${close}>${CANCEL}</button>
    </div>
  </form>`;
}
