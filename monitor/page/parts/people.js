// The people of a session on every view: the patient in quiet type, because the limits depend on
// age and risks; whom to reach, each number to press; and whether anyone would be notified.

import { get } from "../server/api.js";
import { me } from "../server/app.js";
import { html } from "../drawing/html.js";
import { allUnheard } from "../words/alarms/unnotified.js";
import { REACH } from "../words/frame.js";
import { absent, copied, reach, who } from "../words/session/patient.js";
import { SESSION } from "../words/session/view.js";
import { label } from "../words/strings.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";

export function Who({ encounter }) {
  const [risks, setRisks] = useState({});
  useEffect(() => {
    const keep = ({ risk_factors: known }) => setRisks(Object.fromEntries(known.map((r) => [r.id, r.text])));
    get("vocabulary").then(keep, () => {});
  }, []);
  return html`<span class="patient quiet" role="group" aria-label=${SESSION.patient}>${who(encounter, risks)}</span>`;
}

/** `brief`: in the alarm bar, which has no room for missing entries. */
export function Reach({ encounter, brief = false, children }) {
  const people = reach(encounter);
  return html`<div class="reach" data-piece=${brief ? "reach" : undefined} role="group" aria-label=${REACH.name(label(encounter))}>
    ${people.map(
      ({ name, pieces }) => html`<span key=${name} class="way"><small>${name}</small>${" "}${pieces.map(
        ({ text, tel }) => (tel ? html`<a href=${`tel:${tel}`}>${text}</a>` : text),
      )}</span>${" "}`,
    )}
    ${!brief && html`<span class="quiet">${absent(encounter)}</span>`}
    ${!brief && people.length > 0 && html`<${Copy} encounter=${encounter} />`}
    ${children}
  </div>`;
}

/** Where the browser lets a page copy; the line can be marked and copied by hand everywhere. */
function Copy({ encounter }) {
  const [said, setSaid] = useState("");
  if (!navigator.clipboard) return null;
  const copy = () =>
    navigator.clipboard
      .writeText(copied(encounter, label(encounter)))
      .then(() => setSaid(REACH.copied), () => setSaid(REACH.notCopied));
  return html`<span class="way">
    <button class="plain" onClick=${copy} onBlur=${() => setSaid("")}>${REACH.copy}</button>
    <span role="status">${said}</span>
  </span>`;
}

/** The line that is shown while only this page would be notified of an alarm. */
export function Unheard({ encounters }) {
  const said = allUnheard(encounters, me.value.linksStay);
  if (!said.length) return null;
  return html`<p class="unheard">${said.join(" ")} <${Mend} /></p>`;
}

/** A link to the remedy for a user who may apply it; the others learn whom to ask. */
export function Mend() {
  return me.value.role === "admin"
    ? html`<a href="#/clinic">${REACH.contacts}</a>`
    : html`<span class="quiet">${REACH.administrator}</span>`;
}
