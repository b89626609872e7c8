// Who supervises: offered by one, taken by the other. Until then it stays with the first.

import { post } from "../api.js";
import { acts, me, sessions } from "../app.js";
import { html } from "../html.js";
import { label } from "../strings.js";
import { useState } from "../vendor/preact-hooks.js";
import { Field, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel } from "./panel.js";

const route = (encounter, act) => `encounters/${encodeURIComponent(encounter.id)}/${act}`;

export function HandOverPanel({ encounter }) {
  const { supervisor } = encounter;
  const mine = supervisor?.name === me.value.name;
  const draft = useDraft(`handover/${encounter.id}`, {});
  const form = useSubmit(async () => {
    const { to, reason } = draft.values;
    if (mine || !supervisor) await post(route(encounter, "hand-over"), { to: to.trim() });
    else await post(route(encounter, "take-over"), { reason: reason.trim() });
    draft.clear();
    closePanel();
  });
  if (supervisor && !mine) {
    return html`<${Panel} title="Take over" act="Take over" ...${form}>
      <p>${supervisor.name} supervises this session.</p>
      <${Field} draft=${draft} name="reason" label="Reason" required autofocus />
    <//>`;
  }
  return html`<${Panel} title="Hand over" act="Offer" ...${form}>
    <${Field} draft=${draft} name="to" label="To" placeholder="user name" required autofocus />
    <small>You supervise until it is taken.</small>
  <//>`;
}

/** What is offered to whoever looks on, session by session. */
export function Offers() {
  const { name } = me.value;
  const mine = sessions.value.filter((e) => e.supervisor?.offered_to === name);
  if (!acts.value || !mine.length) return null;
  return mine.map((e) => html`<${Offer} key=${e.id} encounter=${e} />`);
}

function Offer({ encounter }) {
  const [problem, setProblem] = useState("");
  const take = () =>
    post(route(encounter, "take-over")).catch((refusal) => setProblem(refusal.message));
  return html`<span class="away" role="status">
    ${problem || `${encounter.supervisor.name} offers you ${label(encounter)}`}
    <button onClick=${take}>Take it</button>
  </span>`;
}

/** "thea supervises, offered to mara"; "" when nobody is on record. */
export function supervised({ supervisor }) {
  if (!supervisor) return "";
  const offer = supervisor.offered_to ? `, offered to ${supervisor.offered_to}` : "";
  return `${supervisor.name} supervises${offer}`;
}
