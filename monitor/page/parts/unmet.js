// The conditions that do not hold: all of them where there is room, elsewhere the first and the
// number of others, which one press shows.

import { html } from "../drawing/html.js";
import { OpenRing } from "../drawing/icons.js";
import { inWords } from "../words/because.js";
import { COLUMN } from "../words/session/view.js";
import { useState } from "../vendor/preact-hooks.js";

/** `ring`: marked as open. */
export function Conditions({ unmet, ring = false }) {
  const [all, setAll] = useState(false);
  const others = unmet.length - 1;
  return html`<ul class=${all ? "unmet all" : "unmet"}>
      ${unmet.map((u) => html`<li key=${u.id}>${ring && html`<${OpenRing} /> `}${inWords(u.text, u.because)}</li>`)}
    </ul>
    ${others > 0 &&
    html`<button type="button" class="plain others" aria-expanded=${all} onClick=${() => setAll(!all)}>
      ${all ? COLUMN.firstAlone : COLUMN.others(others)}
    </button>`}`;
}
