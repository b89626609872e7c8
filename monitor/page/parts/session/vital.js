// One vital sign: the number, its state, and its age.
//
// The labelled element contains the number alone while it is fresh. As soon as it is not, the
// element contains its age too, so that no one meets the number without it.

import { Arrow } from "../../drawing/icons.js";
import { html } from "../../drawing/html.js";
import { breaking } from "../../words/alarms/alarms.js";
import { reading } from "../../words/session/freshness.js";
import { doubt } from "../../words/session/devicereports.js";
import { VITAL_NAMES, furtherPlaces } from "../../words/strings.js";

/** The most digits of a pressure in the wall's column at its full size. */
const MOST_DIGITS = 5;

/** Further places with a value, now or before. */
export const furtherOf = ({ vitals }) => furtherPlaces().filter((code) => vitals[code]?.effective);

/**
 * `code` is a place, as hr, bp or temp; `now` the server's time. A further place looks like that of
 * temperature, and comes below it.
 */
export function Vital({ encounter, code, now }) {
  const r = reading(encounter.vitals, code, now, encounter.limits);
  const why = doubt(encounter, code, r);
  const fresh = r.state === "fresh";
  const age = html`<span class=${`age ${r.ageing ? "ageing" : ""}`}
    >${why && `${why}, `}<span>${r.age}</span></span
  >`;
  return html`
    <div class=${`cell ${furtherPlaces().includes(code) ? "temp" : code} ${r.state}`}>
      <div class="vital" role="group" aria-label=${VITAL_NAMES[code]}>
        <${Figure} reading=${r} alarm=${breaking(encounter, code)} />
        ${r.state === "expired" && html` <s>${r.parts.join("/")}</s>`}
        ${!fresh && html` ${age}`}
      </div>
      ${["fresh", "stale", "suspect"].includes(r.state) &&
      html`<span class="change"><${Arrow} trend=${r.trend} />${r.change}</span>`}
      ${fresh && age}
    </div>
  `;
}

/** `alarm`: its limit is broken now, so the number is in a box; null: none is. */
function Figure({ reading: { state, parts }, alarm }) {
  if (state === "none" || state === "expired") return html`<span class="figure">${"\u2014"}</span>`;
  const [first, second] = parts;
  const wide = second && first.length + second.length > MOST_DIGITS;
  return html`<span class=${`figure ${alarm ? `boxed ${alarm.priority} ${alarm.presence}` : ""} ${wide ? "wide" : ""}`}
    ><b>${first}</b>${second && html`<i>/</i><span>${second}</span>`}${state === "suspect" &&
    html`<em>?</em>`}</span
  >`;
}

