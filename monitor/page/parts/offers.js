// Who supervises a session, and the offers of sessions to the user of this page.

import { acts, me, route, sessions } from "../server/app.js";
import { html } from "../drawing/html.js";
import { TAKE_OVER, supervises } from "../words/forms.js";
import { label } from "../words/strings.js";
import { openPanel, panel } from "./panel.js";

/** The offers to the user of this page, session by session. */
export function Offers() {
  const { name } = me.value;
  const reading = panel.value?.name === "handover" ? panel.value.id : null;
  const mine = sessions.value.filter((e) => e.supervisor?.offered_to === name && e.id !== reading);
  if (!acts.value || !mine.length) return null;
  return mine.map((e) => html`<${Offer} key=${e.id} encounter=${e} />`);
}

function Offer({ encounter }) {
  const here = route.value.id === encounter.id;
  const read = () => {
    location.hash = `#/session/${encodeURIComponent(encounter.id)}`;
    openPanel(encounter.id, "handover");
  };
  return html`<span class="away" role="status">
    <span class="offer" title=${label(encounter)}>${TAKE_OVER.offers(encounter.supervisor.name, here ? "" : label(encounter))}</span>
    <button onClick=${read}>${TAKE_OVER.read}</button>
  </span>`;
}

/** Who supervises; an offer to the user of this page is beside it. "" when no one is on record. */
export function supervised({ supervisor }) {
  if (!supervisor) return "";
  const { name, offered_to: offered } = supervisor;
  return supervises(name, offered === me.value.name ? "" : offered);
}
