// The link is lost. No measured value is in the document any more: blocks replace the numbers,
// and the ways to reach the people replace the rest.

import { worse, worstAlarm } from "../words/alarms/alarms.js";
import { link, moment, noSeat, sessions, tryNow } from "../server/app.js";
import { counted, sinceDose } from "../words/session/given.js";
import { html } from "../parts/html.js";
import { Shape } from "../drawing/icons.js";
import { NOT_MEASURED, PHASES, label, span } from "../words/strings.js";
import { Chip } from "../parts/chip.js";
import { Header } from "../parts/header.js";
import { Reach } from "../parts/reach.js";
import { Track } from "../parts/session/track.js";

export function Lost() {
  const { lostSince, retryAt } = link.value;
  moment.value;
  const now = performance.now();
  const left = retryAt === null ? 0 : retryAt - now;
  const retry = left > 0 ? `Next try in ${span(left + 999)}` : "Trying";
  return html`<div class="page lost">
    <${Header} />
    <aside class="bar wall" aria-label="What stands now">
      <div class="line link-lost">
        <div class="announced" role="alert">
          <span class="chip high on"><${Shape} priority="high" kind="technical" /> High</span>
          <div class="said">
            <h2>Link lost. You are not seeing vital signs.</h2>
            <p>Watch the video, or call.</p>
            ${noSeat.value && html`<p>${noSeat.value}</p>`}
          </div>
        </div>
        <div class="retry">
          <button class="bright" onClick=${tryNow}>Try now</button>
          <span class="aside">Lost ${span(now - lostSince)} ago. ${retry}.</span>
        </div>
      </div>
    </aside>
    <main class="wall mid lost-wall">
      <div class="heads" aria-hidden="true">
        <span>Session</span><span>Since dose</span><span>Heart rate</span>
        <span>Blood pressure</span><span>Temp</span><span>Whom to reach</span>
        <span>When the link was lost</span>
      </div>
      <div class="rows">${worstFirst(sessions.value).map((e) => html`<${Row} key=${e.id} encounter=${e} />`)}</div>
    </main>
    <footer class="foot"><span>${NOT_MEASURED}</span></footer>
  </div>`;
}

/** The patient who was worst off when the link was lost is called first. */
function worstFirst(encounters) {
  const bad = encounters.filter((e) => worstAlarm(e)).sort((a, b) => worse(worstAlarm(a), worstAlarm(b)));
  return [...bad, ...encounters.filter((e) => !worstAlarm(e))];
}

function Row({ encounter: e }) {
  const stood = worstAlarm(e);
  const steady = stood && { ...stood, presence: "acknowledged" };
  return html`<section class="row" aria-label=${`${label(e)}, ${PHASES[e.phase]}`}>
    <div class="who"><span class="label">${label(e)}</span><span>${PHASES[e.phase]}</span></div>
    <div class=${e.last_dose_at ? "since" : "since undosed"}>
      <span>${sinceDose(e, moment.value)}</span>${counted(e) && html`<small>${counted(e)}</small>`}
      <${Track} encounter=${e} now=${moment.value} />
    </div>
    <div class="block"></div><div class="block"></div><div class="block"></div>
    <div class="call"><${Reach} encounter=${e} /></div>
    <div>${steady && html`<${Chip} alarm=${steady} />`}</div>
  </section>`;
}
