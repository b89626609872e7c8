// The right-hand column of a session: each vital sign with its place between its limits, the next
// step, and the open conditions of a gate.

import { moment } from "../../server/app.js";
import { freshEnough } from "../../words/session/freshness.js";
import { html } from "../../drawing/html.js";
import { CheckMark } from "../../drawing/icons.js";
import { nextStep } from "../../words/session/next.js";
import { sensor } from "../../words/session/sensor.js";
import { COLUMN } from "../../words/session/view.js";
import { where } from "../../words/alarms/standing.js";
import { baselineSoFar } from "../../words/session/baselinegrade.js";
import { furtherDose } from "../../words/session/gates.js";
import { cause } from "../../words/session/devicereports.js";
import { Conditions } from "../unmet.js";
import { Vital, furtherOf } from "./vital.js";

export function Vitals({ encounter }) {
  return html`<div class="vitals">
    ${["bp", "hr", "temp", ...furtherOf(encounter)].map(
      (code) => html`<div key=${code} class=${`big-vital v-${code}`}>
        <span class="head" aria-hidden="true">${COLUMN.head(code)}</span>
        <${Vital} encounter=${encounter} code=${code} now=${moment.value} />
        <${Standing} encounter=${encounter} code=${code} />
        <${Cause} encounter=${encounter} code=${code} />
        <${Sensor} encounter=${encounter} code=${code} />
      </div>`,
    )}
  </div>`;
}

/** The status that the device reports of itself, beside its measurements. */
function Sensor({ encounter, code }) {
  const found = sensor(encounter, code);
  if (!found.length) return null;
  return html`<p class="sensor">
    ${found.map(
      ({ text, bad }, i) => html`${i > 0 && ", "}<span key=${text} class=${bad ? "bad" : ""}>${text}</span>`,
    )}
  </p>`;
}

/** The scale with its limits and, while the value is believed, where on it the value is. */
function Standing({ encounter, code }) {
  const found = where(encounter, code);
  if (!found || !freshEnough(encounter.vitals[found.vital], moment.value)) return null;
  const x = (share) => share * 352;
  return html`<svg class="scale" viewBox="0 0 352 14" aria-hidden="true">
      <line x1="0" x2="352" y1="7" y2="7" />
      ${found.scale.ticks.map((at) => html`<line key=${at} class="tick" x1=${x(at)} x2=${x(at)} y1="2" y2="12" />`)}
      <circle cx=${x(found.scale.value)} cy="7" r="4.5" />
    </svg>
    <p class="standing">${found.text}</p>`;
}

/** Why a number is in doubt, where that did not fit beside it. */
function Cause({ encounter, code }) {
  const text = cause(encounter, code, moment.value);
  return text && html`<p class="cause">${text}</p>`;
}

export function Next({ encounter }) {
  const [what, when] = nextStep(encounter, moment.value);
  return html`<p class="coming"><b>${what}</b> ${when && html`<span class="quiet">${when}</span>`}</p>`;
}

/** The baseline from the readings so far; empty while there is no pressure. */
export function Base({ encounter }) {
  const said = baselineSoFar(encounter);
  return said && html`<p class="coming"><b>${said[0]}</b> ${" "}<span class="quiet">${said[1]}</span></p>`;
}

/** The conditions of the next act: a further dose is one line, the others are lists. */
export function Gates({ encounter: { gates } }) {
  const further = furtherDose(gates);
  return html`
    ${gates.map((g) => g.gate in COLUMN.gates && html`<${Gate} key=${g.gate} ...${g} />`)}
    ${further && html`<p class="second"><b>${COLUMN.further}</b> ${further}</p>`}
  `;
}

function Gate({ gate, unmet }) {
  const [title, met] = COLUMN.gates[gate];
  return html`<section class="gate" aria-label=${title}>
    <h2>${title}</h2>
    ${unmet.length
      ? html`<${Conditions} unmet=${unmet} ring=${true} />`
      : html`<p class="quiet"><${CheckMark} /> ${met}</p>`}
  </section>`;
}
