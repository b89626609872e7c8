// Passwords: requested again before an act, changed, and set anew after a reset.

import { Refusal, post } from "../../server/api.js";
import { me, signOut, start } from "../../server/app.js";
import { html } from "../../drawing/html.js";
import { settle, wanted } from "../../server/prove.js";
import { CANCEL } from "../../words/forms.js";
import { PASSWORD, SIGN_IN } from "../../words/frame.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";
import { Field, Problem, marked, useDraft, useSubmit } from "../../forms/form.js";

const EMPTY = { password: "", new_password: "", again: "" };

/** Covers the view while an act waits for it. */
export function Proof() {
  const code = me.value.state === "in" && wanted.value;
  // The page had the focus already, so that `autofocus` alone has no effect.
  useEffect(() => document.querySelector(".prove input")?.focus(), [code]);
  if (!code) return null;
  return html`<aside class="prove" role="dialog" aria-label=${PASSWORD.yours}>
    ${code === "new_password"
      ? html`<h2>${PASSWORD.setNew}</h2>
          <p>${PASSWORD.waits}</p>
          <${NewPassword} onDone=${() => settle(true)} onCancel=${() => settle(false)} />`
      : html`<${Again} />`}
  </aside>`;
}

function Again() {
  const draft = useDraft("prove", EMPTY);
  const done = (given) => {
    draft.clear();
    settle(given);
  };
  const form = useSubmit(async () => {
    await post("confirm", { password: draft.values.password });
    done(true);
  });
  return html`<form class="panel" onSubmit=${form.submit}>
    <h2>${PASSWORD.still(me.value.name)}</h2>
    <p>${PASSWORD.again}</p>
    <${Field} draft=${draft} name="password" label=${SIGN_IN.password} type="password"
      autocomplete="current-password" required autofocus />
    <${Problem} refusal=${form.refusal} />
    <div class="acts">
      <button class="bright" type="submit" aria-disabled=${form.busy}>${PASSWORD.goOn}</button>
      <button type="button" onClick=${() => done(false)}>${CANCEL}</button>
    </div>
  </form>`;
}

/** The user's own password, changed with the present one. */
export function NewPassword({ onDone, onCancel }) {
  const kept = useDraft("new-password", EMPTY);
  const done = (act) => {
    kept.clear();
    act();
  };
  const form = useSubmit(async () => {
    const { password, new_password, again } = kept.values;
    if (again !== new_password) throw new Refusal(0, { detail: PASSWORD.differ });
    await post("me/password", { password, new_password });
    done(onDone);
  });
  const draft = marked(kept, form.refusal);
  return html`<form class="contact" onSubmit=${form.submit}>
    <${Field} draft=${draft} name="password" label=${PASSWORD.present} type="password"
      autocomplete="current-password" required autofocus />
    <${Field} draft=${draft} name="new_password" label=${PASSWORD.next} type="password" minlength="8"
      autocomplete="new-password" required hint=${PASSWORD.hint} />
    <${Field} draft=${draft} name="again" label=${PASSWORD.nextAgain} type="password"
      autocomplete="new-password" required />
    <${Problem} refusal=${form.refusal} fields=${["new_password"]} />
    <div class="acts">
      <button class="bright" type="submit" aria-disabled=${form.busy}>${PASSWORD.set}</button>
      <button type="button" onClick=${() => done(onCancel)}>${CANCEL}</button>
    </div>
  </form>`;
}

/** After a sign-in with a password that was reset: no other view is available yet. */
export function MustChange() {
  return html`<main class="sign-in">
    <h1>${PASSWORD.setNew}</h1>
    <p>${PASSWORD.reset(me.value.name)}</p>
    <${NewPassword} onDone=${start} onCancel=${signOut} />
  </main>`;
}

/** In the clinic's view. */
export function OwnPassword() {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const close = (text) => () => {
    setOpen(false);
    setSaid(text);
  };
  return html`<section aria-label=${PASSWORD.yours}>
    <h2>${PASSWORD.yours}</h2>
    <p class="quiet">${PASSWORD.ends}</p>
    ${said && html`<p role="status">${said}</p>`}
    ${open
      ? html`<${NewPassword} onDone=${close(PASSWORD.changed)} onCancel=${close("")} />`
      : html`<button onClick=${() => setOpen(true)}>${PASSWORD.change}</button>`}
  </section>`;
}
