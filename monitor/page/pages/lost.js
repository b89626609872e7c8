// The link is lost. No measured value is in the document any more: blocks replace the numbers,
// and the ways to reach the people replace the rest.

import { worse, worstAlarm } from "../words/alarms/alarms.js";
import { link, moment, noSeat, sessions, tryNow } from "../server/app.js";
import { counted, sinceDose } from "../words/session/given.js";
import { html } from "../drawing/html.js";
import { Shape } from "../drawing/icons.js";
import { BAR, LOST } from "../words/frame.js";
import { NOT_MEASURED, PHASES, PRIORITIES, label, span } from "../words/strings.js";
import { Chip } from "../parts/chip.js";
import { Header } from "../parts/headfoot.js";
import { Reach } from "../parts/people.js";
import { Track } from "../parts/session/track.js";

export function Lost() {
  const { lostSince, retryAt } = link.value;
  moment.value;
  const now = performance.now();
  const left = retryAt === null ? 0 : retryAt - now;
  return html`<div class="page lost">
    <${Header} />
    <aside class="bar wall" aria-label=${BAR.name}>
      <div class="line link-lost">
        <div class="announced" role="alert">
          <span class="chip high on"><${Shape} priority="high" kind="technical" /> ${PRIORITIES.high}</span>
          <div class="said">
            <h2>${LOST.title}</h2>
            <p>${LOST.remedy}</p>
            ${noSeat.value && html`<p>${noSeat.value}</p>`}
          </div>
        </div>
        <div class="retry">
          <button class="bright" onClick=${tryNow}>${LOST.tryNow}</button>
          <span class="aside">${LOST.since(span(now - lostSince))} ${LOST.next(left > 0 && span(left + 999))}</span>
        </div>
      </div>
    </aside>
    <main class="wall mid lost-wall">
      <div class="heads" aria-hidden="true">
        ${LOST.heads.map((head) => html`<span key=${head}>${head}</span>`)}
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
