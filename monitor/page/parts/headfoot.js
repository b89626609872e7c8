// The line on top of every view: the present view, whether alarms are audible, whether the link
// is live, and the time; and the limits of this product at its foot.

import { acts, link, live, me, missedAlarms, moment, sessions, signOut } from "../server/app.js";
import { post } from "../server/api.js";
import { deaf } from "../words/alarms/unnotified.js";
import { allow } from "../signals/desktop.js";
import { Back, Speaker } from "../drawing/icons.js";
import { html } from "../drawing/html.js";
import { sound, turnOn } from "../signals/sound.js";
import { ms } from "../words/time.js";
import { FOOT, HEAD } from "../words/frame.js";
import { IN_THE_CLEAR, MODES, NOT_ENFORCED, NOT_MEASURED, clock, clockThere, countdown } from "../words/strings.js";
import { useState } from "../vendor/preact-hooks.js";
import { Offers } from "./offers.js";

const PAUSE_S = 120;

/** `children` is the content at the left; without it the product's name and Start session. */
export function Header({ children, encounters }) {
  const mine = encounters ?? sessions.value;
  const state = link.value.state;
  const unheard = state === "live" ? deaf(sessions.value) : "";
  return html`
    <header class="top">
      ${children ??
      html`<h1 class="name">${HEAD.product}</h1>
        ${acts.value && state !== "lost" && html`<a class="button start" href="#/start">${HEAD.start}</a>`}`}
      <${DataTag} encounters=${mine} />
      <${Away} />
      <${Offers} />
      <span class="gap">
        ${me.value.name && encounters?.length !== 1 && html`<span class="who quiet">${HEAD.signedIn(me.value.name, acts.value)}</span>`}
      </span>
      <${Sound} encounters=${mine} />
      <span class=${`link ${unheard ? "deaf" : state}`}>${unheard || HEAD.link[state]}</span>
      <${There} encounters=${mine} />
      <time class="clock">${moment.value === null ? "" : clock(moment.value, true)}</time>
    </header>
  `;
}

export const BackLink = () => html`<a class="back" href="#/"><${Back} /> ${HEAD.all}</a>`;

/** Data that is not real must never pass for real. */
function DataTag({ encounters }) {
  const modes = [...new Set(encounters.map((e) => e.mode))].filter((m) => MODES[m]);
  return modes.map((m) => html`<span key=${m} class="tag">${MODES[m]}</span>`);
}

/** The page of one patient's session: the time of day where that patient is. */
function There({ encounters }) {
  if (encounters.length !== 1 || moment.value === null) return null;
  const there = clockThere(moment.value, encounters[0].emergency?.time_zone);
  return there && html`<span class="there quiet">${HEAD.there} <time>${there}</time></span>`;
}

/**
 * Alarms that came while the link was lost or the page hidden; shown until a person has seen
 * them.
 */
function Away() {
  const { away, snapshots } = live.value;
  const [seen, setSeen] = useState(null);
  const lost = seen === snapshots ? 0 : away;
  const hidden = missedAlarms.value.size;
  if (!lost && !hidden) return null;
  const parts = [
    lost && HEAD.lost(lost),
    hidden && HEAD.away(hidden),
  ];
  const dismiss = () => {
    setSeen(snapshots);
    missedAlarms.value = new Set();
  };
  return html`<span class="away" role="status">
    ${parts.filter(Boolean).join(", ")}
    <button class="plain" onClick=${dismiss}>${HEAD.seen}</button>
  </span>`;
}

function Sound({ encounters }) {
  const [error, setError] = useState("");
  const on = sound.value === "on";
  if (!on) {
    return html`<span class="sound off"><${Speaker} on=${false} /> ${HEAD.soundOff}</span>
      <button class="bright" disabled=${sound.value === "testing"} onClick=${turnItOn}>
        ${HEAD.turnOn}
      </button>`;
  }
  const until = pausedUntil(encounters);
  const paused = until !== null && moment.value < until;
  const set = (seconds) =>
    Promise.all(encounters.map((e) => post(`encounters/${e.id}/audio-pause`, { seconds })))
      .then(() => setError(""))
      .catch((refusal) => setError(refusal.message));
  return html`
    <span class=${`sound ${paused ? "paused" : "quiet"}`}>
      <${Speaker} on=${true} /> ${HEAD.soundOn}${paused && HEAD.paused(countdown(until - moment.value))}
    </span>
    ${error && html`<span class="error">${error}</span>`}
    ${acts.value &&
    link.value.state === "live" &&
    encounters.some(rings) &&
    (paused
      ? html`<button onClick=${() => set(0)}>${HEAD.endPause}</button>`
      : html`<button onClick=${() => set(PAUSE_S)}>${HEAD.pause}</button>`)}
  `;
}

/** One press for both: sound, and notifications from behind another window. */
function turnItOn() {
  allow();
  turnOn();
}

function rings(encounter) {
  return encounter.alarms.some((a) => a.presence === "on");
}

/** When the last pause among the ringing sessions ends; null when one of them is not paused. */
function pausedUntil(encounters) {
  const ends = encounters.filter(rings).map((e) => ms(e.audio_paused_until));
  return ends.length && ends.every((t) => t !== null) ? Math.max(...ends) : null;
}

export const Footer = () => html`<footer class="foot">
  <span>${NOT_MEASURED} ${me.value.identity === false ? NOT_ENFORCED : ""}
    ${isSecureContext ? "" : IN_THE_CLEAR}</span>
  <span class="right-end">
    ${FOOT.limits}
    <a href="#/clinic">${FOOT.clinic}</a>
    <button class="plain" onClick=${signOut}>${FOOT.signOut}</button>
  </span>
</footer>`;
