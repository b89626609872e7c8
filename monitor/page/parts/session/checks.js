// The checks before the dose: the open ones first, the proven ones below them and dim.

import { post } from "../../server/api.js";
import { acts, me, moment } from "../../server/app.js";
import { html } from "../../drawing/html.js";
import { CheckMark, Dash, OpenRing } from "../../drawing/icons.js";
import { NOTICE, checksLeft, conditionsLeft, preflight } from "../../words/session/preflight.js";
import { sound, soundFor, turnOn } from "../../signals/sound.js";
import { CHECK_LIST } from "../../words/session/view.js";
import { useState } from "../../vendor/preact-hooks.js";
import { Mend } from "../people.js";

const MARK = new Map([
  [false, OpenRing],
  [true, CheckMark],
  [null, Dash],
]);

const now = (encounter) =>
  preflight(encounter, soundFor(encounter), moment.value, me.value.linksStay);

/** The number of open checks, in the place of alarms. */
export function Left({ encounter }) {
  const rows = now(encounter);
  return html`<div class="calm">
    <h2>${checksLeft(rows, conditionsLeft(encounter))}</h2>
    <p>${CHECK_LIST.proven}</p>
  </div>`;
}

export function Checks({ encounter }) {
  const rows = now(encounter);
  const rank = (row) => (row.done === false ? 0 : 1);
  const sorted = [...rows].sort((a, b) => rank(a) - rank(b));
  const first = sorted.find((row) => row.ask && !row.done);
  return html`<ul class="checks" aria-label=${CHECK_LIST.title}>
    ${sorted.map(
      (row) => html`<${Row} key=${row.id} row=${row} encounter=${encounter}
        bright=${row === first} />`,
    )}
  </ul>`;
}

function Row({ row, encounter, bright }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const say = async (done) => {
    if (busy) return;
    setBusy(true);
    try {
      const path = `encounters/${encodeURIComponent(encounter.id)}`;
      if (row.id === NOTICE) await post(`${path}/test-notice`);
      else await post(`${path}/checks`, { check: row.id, done });
      setProblem("");
    } catch (refusal) {
      setProblem(refusal.message);
    }
    setBusy(false);
  };
  return html`<li class=${row.done === false ? "open" : ""}>
    <${MARK.get(row.done)} /><span class="unseen">${CHECK_LIST.done.get(row.done)}: </span>
    <b>${row.name}</b>
    <span class="found">${problem || row.text}</span>
    ${row.alone && html`<span class="do"><${Mend} /></span>`}
    ${acts.value && row.ask && html`<${Buttons} encounter=${encounter} row=${row} busy=${busy}
      bright=${bright} say=${say} />`}
  </li>`;
}

function Buttons({ encounter, row, busy, bright, say }) {
  if (row.done && row.id !== NOTICE) {
    return html`<span class="do"><button class="plain" aria-disabled=${busy} onClick=${() => say(false)}
      aria-label=${`${CHECK_LIST.takeBack}: ${row.name}`}>${CHECK_LIST.takeBack}</button></span>`;
  }
  const unheard = row.id === "sound" && soundFor(encounter) !== "on";
  const state = bright ? "bright" : "";
  return html`<span class="do">
    ${row.id === "sound" &&
    html`<button class=${unheard ? state : ""} disabled=${sound.value === "testing"}
      onClick=${() => turnOn(encounter.id)}>
      ${unheard ? CHECK_LIST.play : CHECK_LIST.playAgain}
    </button>`}
    ${!unheard &&
    html`<button class=${row.done ? "plain" : state} aria-disabled=${busy} onClick=${() => say(true)}>
      ${row.ask}
    </button>`}
  </span>`;
}
