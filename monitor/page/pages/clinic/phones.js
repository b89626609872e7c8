// The telephone numbers of people who run sessions: users set their own, the administrator sets
// all.

import { get, list, patch } from "../../server/api.js";
import { me } from "../../server/app.js";
import { html } from "../../parts/html.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";
import { Field, Problem, useDraft, useSubmit } from "../../forms/form.js";

/** {username, phone} of all users, or of the signed-in user alone. */
async function known() {
  if (me.value.role === "admin") return (await list("users")).filter((user) => !user.disabled);
  const { user, phone } = await get("me");
  return [{ username: user, phone }];
}

export function Phones() {
  const [people, setPeople] = useState([]);
  const [edited, setEdited] = useState(null);
  const [problem, setProblem] = useState("");
  const again = () => known().then(setPeople, (refusal) => setProblem(refusal.message));
  useEffect(() => void again(), []);
  const done = () => {
    setEdited(null);
    again();
  };
  return html`<section aria-label="Telephones">
    <h2>Telephones</h2>
    <p class="quiet">
      Whoever is told of an alarm is shown who supervises, and calls that person here. With a number
      on file an alarm can be acknowledged from a notice’s link without a look at the values.
    </p>
    ${problem && html`<p class="problem">${problem}</p>`}
    <ul class="contacts">
      ${people.map((p) =>
        edited === p.username
          ? html`<li key=${p.username}><${PhoneForm} person=${p} onDone=${done} /></li>`
          : html`<${Person} key=${p.username} person=${p} again=${again}
              edit=${() => setEdited(p.username)} />`,
      )}
    </ul>
  </section>`;
}

function Person({ person: { username, role, phone, must_change_password: must }, edit, again }) {
  const [said, setSaid] = useState("");
  const reset = () =>
    patch(`users/${encodeURIComponent(username)}`, { must_change_password: !must }).then(again, (refusal) =>
      setSaid(refusal.message),
    );
  const others = me.value.role === "admin" && username !== me.value.name;
  return html`<li aria-label=${username}>
    <b>${username}</b>
    <span>${phone ?? "no number"}</span>
    <span class="quiet">${role ?? ""}${must ? ", must set a new password" : ""}</span>
    <span class="do">
      <button class="plain" aria-label=${`Change number: ${username}`} onClick=${edit}>Change</button>
      ${others &&
      html`<button class="plain" aria-label=${`${must ? "Keep" : "Reset"} password: ${username}`}
        onClick=${reset}>${must ? "Keep password" : "Reset password"}</button>`}
    </span>
    ${said && html`<p role="status">${said}</p>`}
  </li>`;
}

function PhoneForm({ person: { username, phone }, onDone }) {
  const draft = useDraft(`phone/${username}`, { phone: phone ?? "" });
  const form = useSubmit(async () => {
    const mine = username === me.value.name;
    const path = mine ? "me" : `users/${encodeURIComponent(username)}`;
    await patch(path, { phone: draft.values.phone.trim() || null });
    draft.clear();
    onDone();
  });
  const cancel = () => {
    draft.clear();
    onDone();
  };
  return html`<form class="contact" onSubmit=${form.submit}>
    <${Field} draft=${draft} name="phone" label=${`Telephone of ${username}`} type="tel"
      placeholder="+351 21 555 0100" autofocus hint="With the country code. Empty: none." />
    <${Problem} refusal=${form.refusal} />
    <div class="acts">
      <button class="bright" type="submit" disabled=${form.busy}>Save number</button>
      <button type="button" onClick=${cancel}>Cancel</button>
    </div>
  </form>`;
}
