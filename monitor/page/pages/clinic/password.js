// Passwords: requested again before an act, changed, and set anew after a reset.

import { Refusal, post } from "../../server/api.js";
import { me, signOut, start } from "../../server/app.js";
import { html } from "../../parts/html.js";
import { settle, wanted } from "../../server/prove.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";
import { Field, Problem, marked, useDraft, useSubmit } from "../../forms/form.js";

const EMPTY = { password: "", new_password: "", again: "" };
const HINT = "8 characters or more. Three words that have nothing to do with each other are good.";

/** Covers the view while an act waits for it. */
export function Proof() {
  const code = me.value.state === "in" && wanted.value;
  // The page had the focus already, so that `autofocus` alone has no effect.
  useEffect(() => document.querySelector(".prove input")?.focus(), [code]);
  if (!code) return null;
  return html`<aside class="prove" role="dialog" aria-label="Your password">
    ${code === "new_password"
      ? html`<h2>Set a new password</h2>
          <p>Yours was reset. What you did waits for it.</p>
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
    <h2>Still ${me.value.name}?</h2>
    <p>You signed in long ago. What you did waits for your password. Nothing else stops.</p>
    <${Field} draft=${draft} name="password" label="Password" type="password"
      autocomplete="current-password" required autofocus />
    <${Problem} refusal=${form.refusal} />
    <div class="acts">
      <button class="bright" type="submit" aria-disabled=${form.busy}>Go on</button>
      <button type="button" onClick=${() => done(false)}>Cancel</button>
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
    if (again !== new_password) throw new Refusal(0, { detail: "The two are not the same." });
    await post("me/password", { password, new_password });
    done(onDone);
  });
  const draft = marked(kept, form.refusal);
  return html`<form class="contact" onSubmit=${form.submit}>
    <${Field} draft=${draft} name="password" label="Password until now" type="password"
      autocomplete="current-password" required autofocus />
    <${Field} draft=${draft} name="new_password" label="New password" type="password" minlength="8"
      autocomplete="new-password" required hint=${HINT} />
    <${Field} draft=${draft} name="again" label="New password again" type="password"
      autocomplete="new-password" required />
    <${Problem} refusal=${form.refusal} fields=${["new_password"]} />
    <div class="acts">
      <button class="bright" type="submit" aria-disabled=${form.busy}>Set password</button>
      <button type="button" onClick=${() => done(onCancel)}>Cancel</button>
    </div>
  </form>`;
}

/** After a sign-in with a password that was reset: no other view is available yet. */
export function MustChange() {
  return html`<main class="sign-in">
    <h1>Set a new password</h1>
    <p>${me.value.name}’s was reset. Nothing else can be done before.</p>
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
  return html`<section aria-label="Your password">
    <h2>Your password</h2>
    <p class="quiet">
      Another one ends your other sign-ins. A page that watches a session looks on, and asks for it
      before it acts.
    </p>
    ${said && html`<p role="status">${said}</p>`}
    ${open
      ? html`<${NewPassword} onDone=${close("It is changed.")} onCancel=${close("")} />`
      : html`<button onClick=${() => setOpen(true)}>Change your password</button>`}
  </section>`;
}
