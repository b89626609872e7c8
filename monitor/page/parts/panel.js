// The frame of a form beside the vital signs, and which one is open.

import { html } from "../drawing/html.js";
import { CANCEL, KEYS } from "../words/forms.js";
import { leave } from "./keys.js";
import { useEffect, useLayoutEffect, useRef } from "../vendor/preact-hooks.js";
import { signal } from "../vendor/signals.js";
import { Problem } from "../forms/form.js";

/** {id, name, about}: of which session, which form, and about which part of it; null: no form. */
export const panel = signal(null);

export function openPanel(id, name, about = "") {
  panel.value = { id, name, about };
}

export function closePanel() {
  panel.value = null;
}

/**
 * Without `act` its own buttons do the work. `gate`: the conditions of the act; `past`: the way
 * past the gate. Esc leaves, Ctrl+Enter (on a Mac also Command) sends, and the focus returns to
 * the button that opened it.
 */
export function Panel({ title, act, submit, busy, refusal, children, gate, past }) {
  const form = useRef(null);
  const name = useRef(panel.value?.name);
  // Before a person notices that the button that opened it is gone.
  useLayoutEffect(() => {
    form.current.querySelector("[autofocus]")?.focus();
    return () => leave(`[data-opens="${name.current}"]`);
  }, []);
  useEffect(() => {
    if (refusal) form.current.querySelector(".problem")?.scrollIntoView({ block: "nearest" });
  }, [refusal]);
  // After a refused press the answer is in sight: the fields that go past the gate.
  const asked = Boolean(past);
  useEffect(() => {
    if (asked) form.current.querySelector("[name=override_reason]")?.scrollIntoView({ block: "nearest" });
  }, [asked]);
  const onKeyDown = (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") closePanel();
    else if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    else if (!busy) form.current.requestSubmit();
    event.preventDefault();
  };
  return html`<form class="panel" ref=${form} onSubmit=${submit} onKeyDown=${onKeyDown}>
    <h2>${title}</h2>
    ${gate}
    ${children}
    <${Problem} refusal=${refusal?.unmet.length ? null : refusal} />
    ${past}
    <div class="acts">
      ${act &&
      html`<button class="bright" type="submit" aria-keyshortcuts="Control+Enter" aria-disabled=${busy}>
        ${act}
      </button>`}
      <button type="button" aria-keyshortcuts="Escape" onClick=${closePanel}>${CANCEL}</button>
      <small class="keys">${act ? KEYS.both : KEYS.leave}</small>
    </div>
  </form>`;
}
