// The telephone numbers of people who run sessions: users set their own, the administrator sets
// all.

import { get, list, patch } from "../../server/api.js";
import { me } from "../../server/app.js";
import { html } from "../../drawing/html.js";
import { CHANGE, PHONES, actOn } from "../../words/clinic/sections.js";
import { ROLES } from "../../words/strings.js";
import { CANCEL } from "../../words/forms.js";
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
  return html`<section aria-label=${PHONES.title}>
    <h2>${PHONES.title}</h2>
    <p class="quiet">${PHONES.purpose}</p>
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
    <span>${phone ?? PHONES.none}</span>
    <span class="quiet">${ROLES[role] ?? ""}${must ? PHONES.must : ""}</span>
    <span class="do">
      <button class="plain" aria-label=${actOn(PHONES.change, username)} onClick=${edit}>${CHANGE}</button>
      ${others &&
      html`<button class="plain" aria-label=${actOn(must ? PHONES.keep : PHONES.reset, username)}
        onClick=${reset}>${must ? PHONES.keep : PHONES.reset}</button>`}
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
    <${Field} draft=${draft} name="phone" label=${PHONES.of(username)} type="tel"
      placeholder=${PHONES.like} autofocus hint=${PHONES.hint} />
    <${Problem} refusal=${form.refusal} />
    <div class="acts">
      <button class="bright" type="submit" disabled=${form.busy}>${PHONES.save}</button>
      <button type="button" onClick=${cancel}>${CANCEL}</button>
    </div>
  </form>`;
}
