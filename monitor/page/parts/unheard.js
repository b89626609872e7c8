// The line that is shown while only this page would be notified of an alarm.

import { me } from "../server/app.js";
import { html } from "./html.js";
import { allUnheard } from "../words/alarms/unnotified.js";

export function Unheard({ encounters }) {
  const said = allUnheard(encounters, me.value.linksStay);
  if (!said.length) return null;
  return html`<p class="unheard">${said.join(" ")} <${Mend} /></p>`;
}

/** A link to the remedy for a user who may apply it; the others learn whom to ask. */
export function Mend() {
  return me.value.role === "admin"
    ? html`<a href="#/clinic">Contacts</a>`
    : html`<span class="quiet">An administrator names contacts.</span>`;
}
