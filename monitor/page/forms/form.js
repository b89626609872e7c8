// The common parts of all forms: drafts that outlive a lost link, fields, and refusals shown in
// place.

import { Refusal } from "../server/api.js";
import { html } from "../drawing/html.js";
import { besides } from "../words/clinic/refused.js";
import { useId, useRef, useState } from "../vendor/preact-hooks.js";
import { drafts } from "../server/drafts.js";
import { signal } from "../vendor/signals.js";

/** {values, set(name, value), clear()}. Typed text survives when the view is removed, and is
    deleted when another person signs in. */
export function useDraft(key, initial) {
  if (!drafts.has(key)) drafts.set(key, signal(initial));
  const draft = drafts.get(key);
  return {
    values: draft.value,
    set: (name, value) => (draft.value = { ...draft.value, [name]: value }),
    clear: () => drafts.delete(key),
  };
}

/**
 * {busy, refusal, submit}: runs `act`, keeps its refusal; `gate` receives the refusal of a shut
 * gate.
 */
export function useSubmit(act, gate) {
  const [state, setState] = useState({ busy: false, refusal: null });
  const running = useRef(false);
  const submit = async (event) => {
    event?.preventDefault();
    // Its button is not disabled meanwhile, for then it would lose the focus.
    if (running.current) return;
    running.current = true;
    setState({ busy: true, refusal: null });
    try {
      await act();
      setState({ busy: false, refusal: null });
    } catch (error) {
      const refusal = error instanceof Refusal ? error : null;
      setState({ busy: false, refusal });
      if (refusal?.unmet.length) gate?.refused(refusal);
      if (!refusal) throw error;
    } finally {
      running.current = false;
    }
  };
  return { ...state, submit };
}

/** The same draft with its refusals, for its fields to show. */
export const marked = (draft, refusal) => ({ ...draft, wrong: refusal?.fields ?? {} });

/** Why a field was refused, beside it. */
const Wrong = ({ id, text }) => text && html`<small class="wrong" id=${`${id}-wrong`}>${text}</small>`;

/**
 * A labelled input tied to a draft, {values, set}. Further properties go to the input itself. Unit
 * and hint describe it: they are no part of its name.
 */
export function Field({ draft, name, label, unit, hint, ...rest }) {
  const id = useId();
  const wrong = draft.wrong?.[name];
  const described = [wrong && `${id}-wrong`, unit && `${id}-unit`, hint && `${id}-hint`]
    .filter(Boolean)
    .join(" ");
  const input = html`<input
    id=${id}
    name=${name}
    autocomplete="off"
    aria-describedby=${described || undefined}
    aria-invalid=${wrong ? "true" : undefined}
    ...${rest}
    value=${draft.values[name] ?? ""}
    onInput=${(event) => draft.set(name, event.target.value)}
  />`;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${unit
      ? html`<span class="with-unit">${input}<i id=${`${id}-unit`}>${unit}</i></span>`
      : input}
    <${Wrong} id=${id} text=${wrong} />
    ${hint && html`<small id=${`${id}-hint`}>${hint}</small>`}
  </div>`;
}

/** The same with several lines. */
export function Area({ draft, name, label, hint, ...rest }) {
  const id = useId();
  const wrong = draft.wrong?.[name];
  const described = [wrong && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <textarea
      id=${id}
      name=${name}
      aria-describedby=${described || undefined}
      aria-invalid=${wrong ? "true" : undefined}
      ...${rest}
      value=${draft.values[name] ?? ""}
      onInput=${(event) => draft.set(name, event.target.value)}
    ></textarea>
    <${Wrong} id=${id} text=${wrong} />
    ${hint && html`<small id=${`${id}-hint`}>${hint}</small>`}
  </div>`;
}

export function Choice({ draft, name, label, options, hint, ...rest }) {
  const id = useId();
  const chosen = draft.values[name] ?? options[0]?.[0] ?? "";
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select
      id=${id}
      name=${name}
      aria-describedby=${hint ? `${id}-hint` : undefined}
      ...${rest}
      value=${chosen}
      onChange=${(event) => draft.set(name, event.target.value)}
    >
      ${options.map(
        ([value, text]) =>
          html`<option key=${value} value=${value} selected=${value === chosen}>
            ${text}
          </option>`,
      )}
    </select>
    ${hint && html`<small id=${`${id}-hint`}>${hint}</small>`}
  </div>`;
}

/** A statement that a person makes with a tick. */
export function Tick({ draft, name, label }) {
  return html`<label class="tick">
    <input
      type="checkbox"
      name=${name}
      checked=${Boolean(draft.values[name])}
      onChange=${(event) => draft.set(name, event.target.checked)}
    />
    <span>${label}</span>
  </label>`;
}

/** Any of several, by their ids. */
export function Ticks({ draft, name, legend, options, none }) {
  const chosen = draft.values[name] ?? [];
  const toggle = (id) => () =>
    draft.set(name, chosen.includes(id) ? chosen.filter((c) => c !== id) : [...chosen, id]);
  return html`<fieldset class="ticks">
    <legend>${legend}</legend>
    ${options.length === 0 && html`<p class="quiet">${none}</p>`}
    ${options.map(
      (o) => html`<label key=${o.id}>
        <input type="checkbox" checked=${chosen.includes(o.id)} onChange=${toggle(o.id)} /> ${o.text}
      </label>`,
    )}
  </fieldset>`;
}

/**
 * The refusal as a sentence; for `fields` of the form, which show it themselves, only where it
 * is.
 */
export function Problem({ refusal, fields = [] }) {
  if (!refusal) return null;
  const text = besides(refusal.message, refusal.fields, new Set(fields));
  return html`<div class="problem" aria-live="polite"><p>${text}</p></div>`;
}

/** ISO time of `minutes` ago on the server's clock; undefined for now. */
export function ago(minutes, now) {
  const back = Number(minutes);
  return back > 0 ? new Date(now - back * 60_000).toISOString() : undefined;
}

/** A typed number; a decimal comma is one too. undefined when empty. */
export function typed(text) {
  return text?.trim() ? Number(text.trim().replace(",", ".")) : undefined;
}
