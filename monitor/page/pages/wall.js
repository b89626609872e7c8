// All open sessions, one full-width row each, like under like.

import { breaking, gravity, worstAlarm } from "../words/alarms/alarms.js";
import { alarmLines, me, moment, sessions, speed } from "../server/app.js";
import { calm } from "../words/alarms/calm.js";
import { counted, sinceDose } from "../words/session/given.js";
import { html } from "../drawing/html.js";
import { nextStep } from "../words/session/next.js";
import { arrivals, historyOf, load } from "../server/records.js";
import { Spark } from "../drawing/spark.js";
import { VIEWS, WALL } from "../words/frame.js";
import { MODE_WORDS, PHASES, RANK, isLong, label } from "../words/strings.js";
import { useEffect, useRef } from "../vendor/preact-hooks.js";
import { AlarmBar } from "../parts/alarmbar.js";
import { Footer, Header } from "../parts/headfoot.js";
import { Track } from "../parts/session/track.js";
import { Unheard } from "../parts/people.js";
import { Vital, furtherOf } from "../parts/session/vital.js";

const HOUR = 3600_000;

/** wrong: a sentence, why the wall is shown although another view was requested. */
export function Wall({ wrong }) {
  const now = moment.value;
  const held = useRef(false);
  const rows = useOrder(sessions.value, held);
  const size = rows.length <= 4 ? "big" : rows.length <= 8 ? "mid" : "small";
  const hold = (value) => () => (held.current = value);
  return html`<div class="page">
    <${Header} />
    <${AlarmBar} place="wall" lines=${alarmLines.value} calm=${html`<${Calm} />`} />
    <main class=${`wall ${size}`}>
      <${Unheard} encounters=${rows} />
      ${wrong && html`<p class="elsewhere" role="status">${wrong} ${VIEWS.instead}</p>`}
      <${Heads} />
      <div class="rows" onPointerEnter=${hold(true)} onPointerLeave=${hold(false)}
        onFocusIn=${hold(true)} onFocusOut=${hold(false)}>
        ${rows.map((e) => html`<${Row} key=${e.id} encounter=${e} now=${now} size=${size} />`)}
      </div>
    </main>
    <${Footer} />
  </div>`;
}

export function Calm() {
  const [first, second] = calm(sessions.value, moment.value);
  const none = sessions.value.length === 0;
  return html`<div class="calm"><h2>${first}</h2><p>${second}${none &&
  html` <a href="#/clinic">${WALL.closed}</a>`}</p></div>`;
}

const Heads = () => html`<div class="heads" aria-hidden="true">
  ${Object.entries(WALL.heads).map(([column, head]) => html`<span key=${column} class=${`h-${column}`}>${head}</span>`)}
</div>`;

function Row({ encounter: e, now, size }) {
  useEffect(() => {
    if (now !== null) load(e.id, now - HOUR);
  }, [e.id, now === null]);
  arrivals.value;
  const name = label(e);
  const lead = worstAlarm(e);
  const [what, when] = nextStep(e, now);
  const href = `#/session/${encodeURIComponent(e.id)}`;
  const go = (event) => event.target.closest("a, button") || (location.hash = href);
  const width = size === "big" ? 132 : 108;
  const spark = (code) => html`<${Spark} code=${code} encounter=${e} history=${historyOf(e.id)}
    now=${now} speed=${speed.value} width=${width} mark=${breaking(e, code)?.priority ?? ""} />`;
  return html`<section class=${`row ${lead ? gravity(lead) : ""}`}
    aria-label=${`${name}, ${PHASES[e.phase]}`} onClick=${go}>
    <div class="who">
      <a href=${href} class=${isLong(name) ? "long" : ""} title=${name}>${name}</a>
      <span>${PHASES[e.phase]}<${Watched} encounter=${e} /></span>
    </div>
    <div class=${e.last_dose_at ? "since" : "since undosed"}>
      <span>${sinceDose(e, now)}</span>${counted(e) && html`<small>${counted(e)}</small>`}
      <${Track} encounter=${e} now=${now} />
    </div>
    <${Vital} encounter=${e} code="hr" now=${now} />
    ${spark("hr")}
    <${Vital} encounter=${e} code="bp" now=${now} />
    ${spark("bp")}
    ${["temp", ...furtherOf(e)].map((code) => html`<${Vital} key=${code} encounter=${e} code=${code} now=${now} />`)}
    <div class="next"><span>${what}</span><small>${when}</small></div>
  </section>`;
}

/** Other facts beside the phase: that another person supervises, or that it is not real. */
function Watched({ encounter }) {
  const { mode, supervisor } = encounter;
  const other = supervisor && supervisor.name !== me.value.name && supervisor.name;
  const words = [other, MODE_WORDS[mode]].filter(Boolean);
  return words.length > 0 && html`<small>, ${words.join(", ")}</small>`;
}

/** Worst first, then the server's order; kept while a person points or tabs into the rows. */
function useOrder(encounters, held) {
  const last = useRef([]);
  const rank = (e) => (worstAlarm(e) ? RANK[gravity(worstAlarm(e))] : 3);
  const sorted = [...encounters].sort((a, b) => rank(a) - rank(b));
  if (held.current) {
    const place = (e) => last.current.indexOf(e.id) + 1 || Infinity;
    sorted.sort((a, b) => place(a) - place(b) || 0);
  }
  last.current = sorted.map((e) => e.id);
  return sorted;
}
