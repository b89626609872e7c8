// Supervision: offered by one, taken by the other. Until then it stays with the first.

import { list, post } from "../server/api.js";
import { me, moment } from "../server/app.js";
import { summary, taker } from "../words/session/briefing.js";
import { html } from "../drawing/html.js";
import { sound, turnOn } from "../signals/sound.js";
import { CHOOSE, HAND_OVER, REASON, TAKE_OVER } from "../words/forms.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";
import { Choice, Field, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel } from "../parts/panel.js";

const LOOK_MS = 3000;

const path = (encounter, act) => `encounters/${encodeURIComponent(encounter.id)}/${act}`;

export function HandOverPanel({ encounter, onSaved }) {
  const { supervisor } = encounter;
  return supervisor && supervisor.name !== me.value.name
    ? html`<${TakePanel} encounter=${encounter} onSaved=${onSaved} />`
    : html`<${OfferPanel} encounter=${encounter} onSaved=${onSaved} />`;
}

function OfferPanel({ encounter, onSaved }) {
  const draft = useDraft(`handover/${encounter.id}`, { to: "" });
  const [people, setPeople] = useState(null);
  useEffect(() => {
    // People sign in and out while a user chooses.
    const look = () => list("takers").then(setPeople, () => {});
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  const form = useSubmit(async () => {
    await post(path(encounter, "hand-over"), { to: draft.values.to });
    draft.clear();
    closePanel();
    onSaved?.();
  });
  const others = (people ?? []).filter((p) => p.username !== me.value.name);
  const chosen = others.find((p) => p.username === draft.values.to);
  return html`<${Panel} title=${HAND_OVER.title} act=${HAND_OVER.act} ...${form}>
    <${Choice} draft=${draft} name="to" label=${HAND_OVER.to} required autofocus
      options=${[["", CHOOSE], ...others.map((p) => [p.username, taker(p)])]} />
    ${people && !others.length && html`<p>${HAND_OVER.none}</p>`}
    ${chosen && !chosen.audible && html`<p class="silent">
      <b>${HAND_OVER.silent(chosen.username)}</b> ${chosen.here ? HAND_OVER.soundOff : HAND_OVER.noPage}
    </p>`}
    <small>${HAND_OVER.until}</small>
  <//>`;
}

/** Read first, then taken; without an offer only with a reason. */
function TakePanel({ encounter, onSaved }) {
  const { supervisor } = encounter;
  const offered = supervisor.offered_to === me.value.name;
  const draft = useDraft(`takeover/${encounter.id}`, { reason: "" });
  const form = useSubmit(async () => {
    await post(path(encounter, "take-over"), { reason: offered ? "" : draft.values.reason.trim() });
    draft.clear();
    closePanel();
    onSaved?.();
  });
  return html`<${Panel} title=${TAKE_OVER.title} act=${TAKE_OVER.title} ...${form}>
    <p>${TAKE_OVER.supervises(supervisor.name, offered)}</p>
    ${summary(encounter, moment.value).map(
      ([title, lines]) => html`<section key=${title} class="handed" aria-label=${title}>
        <h3>${title}</h3>
        ${lines.map((line, i) => html`<p key=${i}>${line}</p>`)}
      </section>`,
    )}
    ${sound.value !== "on" && html`<p class="silent">
      <b>${TAKE_OVER.silent}</b> ${TAKE_OVER.hears}${" "}
      <button type="button" class="plain" disabled=${sound.value === "testing"} onClick=${() => turnOn()}>
        ${TAKE_OVER.turnOn}
      </button>
    </p>`}
    ${!offered && html`<${Field} draft=${draft} name="reason" label=${REASON} required autofocus />`}
  <//>`;
}
