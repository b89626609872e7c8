// The sign-in form.

import { Refusal, post } from "../server/api.js";
import { enter, me, signedIn } from "../server/app.js";
import { html } from "../drawing/html.js";
import { HEAD, SIGN_IN } from "../words/frame.js";
import { NOT_MEASURED } from "../words/strings.js";
import { Field, Problem, useDraft, useSubmit } from "../forms/form.js";

export function SignIn() {
  const draft = useDraft("sign-in", { username: me.value.name, password: "" });
  const { busy, refusal, submit } = useSubmit(async () => {
    const { username, password } = draft.values;
    await post("login", { username, password });
    draft.clear();
    const signed = await signedIn();
    if (me.value.state === "must") return;
    if (!signed) throw new Refusal(401, { detail: SIGN_IN.noCookie });
    enter();
  });
  return html`<main class="sign-in">
    <form class="panel" onSubmit=${submit}>
      <h1>${HEAD.product}</h1>
      <${Field} draft=${draft} name="username" label=${SIGN_IN.user} autocomplete="username" required
        autofocus />
      <${Field} draft=${draft} name="password" label=${SIGN_IN.password} type="password"
        autocomplete="current-password" required />
      <${Problem} refusal=${refusal} />
      <div class="acts"><button class="bright" type="submit" aria-disabled=${busy}>${SIGN_IN.act}</button></div>
    </form>
    <p class="limits">${NOT_MEASURED}</p>
  </main>`;
}
