// The gate in the form of an act, live, and the way past it: a reason, and who agreed.

import { html } from "../drawing/html.js";
import { OVERRIDE, REASON } from "../words/forms.js";
import { FRESH, follow, refuse, sent, shown, unmet } from "../words/session/gates.js";
import { useState } from "../vendor/preact-hooks.js";
import { Conditions } from "../parts/unmet.js";
import { Field } from "./form.js";

/**
 * {sent(), refused(refusal), gate, past}. It lives as long as its form: Cancel, success and
 * another form end it. `act`: "dose" or "close"; `own`: the form's own conditions, see `unmet`.
 */
export function useOverride(encounter, act, own = []) {
  const [kept, setState] = useState(FRESH);
  const state = follow(kept, encounter, act, own);
  if (state !== kept) setState(state);
  return {
    sent: () => sent(state, encounter, act, own),
    refused: (refusal) => setState(refuse(state, refusal.unmet, encounter)),
    gate: html`<${Gate} state=${state} conditions=${unmet(state, encounter, act, own)} />`,
    past: shown(state, encounter, act, own) && html`<${Past} state=${state} set=${setState} />`,
  };
}

/** Only the change is announced: the values in its conditions move with every reading. */
function Gate({ state, conditions }) {
  const stands = conditions.length > 0 || state.changed;
  return html`<div class=${stands ? "problem unmet-gate" : ""} tabindex=${stands ? "0" : undefined}>
    <p role="status">
      ${state.changed && OVERRIDE.changed[state.changed]}${" "}
      ${conditions.length > 0 && OVERRIDE.notYet}
    </p>
    ${conditions.length > 0 &&
    html`<${Conditions} unmet=${conditions} />`}
  </div>`;
}

function Past({ state, set }) {
  const draft = {
    values: { override_reason: state.reason, authorised_by: state.by },
    set: (name, value) =>
      set({ ...state, [name === "authorised_by" ? "by" : "reason"]: value }),
  };
  return html`<fieldset class="override">
    <legend>${OVERRIDE.legend}</legend>
    <${Field} draft=${draft} name="override_reason" label=${REASON} minlength="3" required />
    <${Field} draft=${draft} name="authorised_by" label=${OVERRIDE.by} />
  </fieldset>`;
}
