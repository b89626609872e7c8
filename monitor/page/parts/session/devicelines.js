// Reports of a session's devices beside their values, and the one press that resolves each.

import { post } from "../../server/api.js";
import { acts, moment } from "../../server/app.js";
import { html } from "../../drawing/html.js";
import { deviceReports } from "../../words/session/devicereports.js";
import { COLUMN } from "../../words/session/view.js";
import { useState } from "../../vendor/preact-hooks.js";

export function DeviceLines({ encounter }) {
  const lines = deviceReports(encounter, moment.value);
  if (!lines.length) return null;
  return html`<ul class="told" aria-label=${COLUMN.devices}>
    ${lines.map((line) => html`<${Line} key=${line.id} line=${line} encounter=${encounter} />`)}
  </ul>`;
}

function Line({ line, encounter }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const say = ({ path, body }) => async () => {
    if (busy) return;
    setBusy(true);
    try {
      await post(`encounters/${encodeURIComponent(encounter.id)}/${path}`, body);
      setProblem("");
    } catch (refusal) {
      setProblem(refusal.message);
    }
    setBusy(false);
  };
  const asks = acts.value && line.acts.length > 0;
  return html`<li class=${asks ? "asking" : ""}>
    <b>${line.what}</b>${" "}
    ${asks &&
    html`<span class="do">
      ${line.acts.map(
        (act) => html`<button key=${act.text} aria-disabled=${busy} onClick=${say(act)}>
          ${act.text}
        </button>`,
      )}
    </span>`}
    <span class="quiet">${line.why}</span>
    ${problem && html`<p class="problem" aria-live="polite">${problem}</p>`}
  </li>`;
}
