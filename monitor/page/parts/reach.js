// One line with the people of a session: each number can be pressed, all of it can be copied.

import { html } from "./html.js";
import { absent, copied, reach } from "../words/session/emergency.js";
import { label } from "../words/strings.js";
import { useState } from "../vendor/preact-hooks.js";

/** `brief`: in the alarm bar, which has no room for missing entries. */
export function Reach({ encounter, brief = false, children }) {
  const people = reach(encounter);
  return html`<div class="reach" data-piece=${brief ? "reach" : undefined} role="group" aria-label=${`Reach ${label(encounter)}`}>
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
      .then(() => setSaid("Copied"), () => setSaid("Not copied: mark it by hand"));
  return html`<span class="way">
    <button class="plain" onClick=${copy} onBlur=${() => setSaid("")}>Copy</button>
    <span role="status">${said}</span>
  </span>`;
}
