// The frame of a form beside the vital signs, and which one is open.

import { html } from "../html.js";
import { useEffect, useRef } from "../vendor/preact-hooks.js";
import { signal } from "../vendor/signals.js";
import { Problem } from "./form.js";

/** {id, name}: whose session and which form; null: none. */
export const panel = signal(null);

export function openPanel(id, name) {
  panel.value = { id, name };
}

export function closePanel() {
  panel.value = null;
}

/** `gate`: what the act waits for, and the way past it. */
export function Panel({ title, act, submit, busy, refusal, children, gate }) {
  const form = useRef(null);
  useEffect(() => {
    if (refusal) form.current.querySelector(".problem")?.scrollIntoView({ block: "center" });
  }, [refusal]);
  return html`<form class="panel" ref=${form} onSubmit=${submit}>
    <h2>${title}</h2>
    ${children}
    <${Problem} refusal=${refusal?.unmet.length ? null : refusal} />
    ${gate}
    <div class="acts">
      <button class="bright" type="submit" disabled=${busy}>${act}</button>
      <button type="button" onClick=${closePanel}>Cancel</button>
    </div>
  </form>`;
}
