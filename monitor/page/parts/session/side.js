// The right-hand column of a session: each vital sign with its place between its limits, the next
// step, and the open conditions of a gate.

import { moment } from "../../server/app.js";
import { freshEnough } from "../../words/session/freshness.js";
import { html } from "../html.js";
import { CheckMark } from "../../drawing/icons.js";
import { nextStep } from "../../words/session/next.js";
import { sensor } from "../../words/session/sensor.js";
import { where } from "../../words/alarms/standing.js";
import { VITAL_NAMES, number } from "../../words/strings.js";
import { cause } from "../../words/session/devicereports.js";
import { Conditions } from "../unmet.js";
import { Vital } from "./vital.js";

const HEADS = { bp: "Blood pressure mmHg", hr: "Heart rate /min", temp: "Temperature \u00b0C" };
const GATES = {
  hold: ["Dose only if", "Every condition for the dose is met."],
  discharge: ["Before closing", "Every condition for closing is met."],
};

export function Vitals({ encounter }) {
  return html`<div class="vitals">
    ${["bp", "hr", "temp"].map(
      (code) => html`<div key=${code} class=${`big-vital v-${code}`}>
        <span class="head" aria-hidden="true">${HEADS[code]}</span>
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
export function Base({ encounter: { dosed_at, baseline } }) {
  const { sbp, dbp } = baseline;
  if (dosed_at || !sbp || !dbp) return null;
  const readings = sbp.count === 1 ? "1 reading" : `${sbp.count} readings`;
  // Enough readings, and yet no good baseline.
  const apart = sbp.grade !== "good" && Math.min(sbp.count, dbp.count) >= 3;
  // Limits over the baseline are drawn from these too.
  const others = ["hr", "temp"]
    .filter((vital) => baseline[vital] && baseline[vital].grade !== "good")
    .map((vital) => ` ${VITAL_NAMES[vital]} ${baseline[vital].grade}.`);
  return html`<p class="coming"><b>Baseline ${sbp.grade}.</b> ${" "}<span class="quiet"
      >${number("sbp", sbp.value)}/${number("dbp", dbp.value)} from ${readings}${apart ? ", far apart: measure again" : ""}.${others} The dose freezes it.</span
    ></p>`;
}

/**
 * The conditions of the next act. A further dose is one line, and if the close waits for the
 * same, only their number is shown; the others are lists.
 */
export function Gates({ encounter: { gates } }) {
  const [booster, discharge] = ["booster", "discharge"].map((name) => gates.find((g) => g.gate === name));
  const above = new Set(discharge?.unmet.map((u) => u.id));
  const own = booster?.unmet.filter((u) => !above.has(u.id)) ?? [];
  const both = (booster?.unmet.length ?? 0) - own.length;
  return html`
    ${gates.map((g) => g.gate in GATES && html`<${Gate} key=${g.gate} ...${g} />`)}
    ${booster?.unmet.length > 0 &&
    html`<p class="second"><b>A further dose only if:</b> ${own.map((u) => u.text).join(" ")}
      ${both > 0 && ` ${own.length ? "And the" : "the"} ${both === 1 ? "alarm above is" : `${both} alarms above are`} acknowledged, and low or over.`}</p>`}
  `;
}

function Gate({ gate, unmet }) {
  const [title, met] = GATES[gate];
  return html`<section class="gate" aria-label=${title}>
    <h2>${title}</h2>
    ${unmet.length
      ? html`<${Conditions} unmet=${unmet} ring=${true} />`
      : html`<p class="quiet"><${CheckMark} /> ${met}</p>`}
  </section>`;
}
