// One session: its vital signs and limits, its course, its alarms and notes, and every act.

import { get } from "../server/api.js";
import { acts, alarmLines, live, me, moment, protocol, speed } from "../server/app.js";
import { calm } from "../words/alarms/calm.js";
import { given, sinceEachDose } from "../words/session/given.js";
import { html } from "../drawing/html.js";
import { preflight } from "../words/session/preflight.js";
import { load, topUp } from "../server/records.js";
import { soundFor } from "../signals/sound.js";
import { VIEWS } from "../words/frame.js";
import { SESSION, opens } from "../words/session/view.js";
import { PHASES, isLong, label } from "../words/strings.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";
import { AlarmBar } from "../parts/alarmbar.js";
import { Checks, Left } from "../parts/session/checks.js";
import { ClosePanel } from "../forms/close.js";
import { Course } from "../parts/session/course.js";
import { DosePanel } from "../forms/dose.js";
import { BackLink, Footer, Header } from "../parts/headfoot.js";
import { LazyBaseline, LazyCorrect, LazyHandOver, LazyLimit } from "./later.js";
import { EpisodeLog, EventLog, NoteLog, useAlarms, useEpisodes, useJournal } from "../parts/session/log.js";
import { NotePanel } from "../forms/note.js";
import { supervised } from "../parts/offers.js";
import { openPanel, panel } from "../parts/panel.js";
import { Reach, Unheard, Who } from "../parts/people.js";
import { ReadingPanel } from "../forms/observe.js";
import { Base, Gates, Next, Vitals } from "../parts/session/side.js";
import { SymptomPanel } from "../forms/symptom.js";
import { DeviceLines } from "../parts/session/devicelines.js";
import { Track } from "../parts/session/track.js";
import { TypedLog } from "../parts/session/typed.js";
import { Wall } from "./wall.js";

const TOP_UP_MS = 5000;
const PANELS = {
  dose: DosePanel,
  reading: ReadingPanel,
  note: NotePanel,
  symptom: SymptomPanel,
  limit: LazyLimit,
  baseline: LazyBaseline,
  handover: LazyHandOver,
  correct: LazyCorrect,
  close: ClosePanel,
};

export function Session({ id }) {
  const encounter = live.value.encounters[id];
  return encounter && encounter.phase !== "closed"
    ? html`<${Open} encounter=${encounter} />`
    : html`<${Absent} id=${id} />`;
}

function Open({ encounter: e }) {
  const [saved, setSaved] = useState(0);
  const [course, setCourse] = useState(false);
  const checking = !e.dosed_at && !course;
  const rows = useJournal(e, saved);
  const alarms = useAlarms(e, rows);
  const episodes = useEpisodes(e);
  useEffect(() => {
    load(e.id, null);
    const timer = setInterval(() => topUp(e.id, moment.value, speed.value), TOP_UP_MS);
    return () => clearInterval(timer);
  }, [e.id]);
  const name = label(e);
  const Form = panel.value?.id === e.id ? PANELS[panel.value.name] : null;
  return html`<div class="page">
    <${Header} encounters=${[e]}>
      <${BackLink} />
      <div class="title">
        <h1 class=${isLong(name) ? "name long" : "name"} title=${name}>${name}</h1>
        <span class="where"><b>${PHASES[e.phase]}, ${sinceEachDose(e, moment.value)}</b>
          ${" "}<span class="quiet" title=${SESSION.codeIs}>${SESSION.code(e.code)}</span>
          ${supervised(e) && html`<span class="quiet">, ${supervised(e)}</span>`}</span>
      </div>
      <a class="report" href=${`#/report/${encodeURIComponent(e.id)}`}>${SESSION.report}</a>
    <//>
    <${AlarmBar} place="session" lines=${alarmLines.value}
      calm=${checking ? html`<${Left} encounter=${e} />` : html`<${CalmOne} encounter=${e} />`} />
    <section class="facts" aria-label=${SESSION.facts}>
      <${Given} encounter=${e} />
      <${Who} encounter=${e} />
      <${Reach} encounter=${e}>
        ${acts.value &&
        html`<button class="plain" data-opens="correct" onClick=${() => openPanel(e.id, "correct")}>
          ${SESSION.correct}
        </button>`}
      <//>
      ${e.dosed_at && html`<${Unheard} encounters=${[e]} />`}
    </section>
    <main class="one-session">
      <section class="one" aria-label=${`${name}, ${PHASES[e.phase]}`}>
        <div class=${checking ? "left checking" : "left"}>
          ${!e.dosed_at && html`<${Choose} course=${course} choose=${setCourse} />`}
          ${checking
            ? html`<${Checks} encounter=${e} />`
            : html`<${Course} encounter=${e} alarms=${alarms} />`}
          <div class=${episodes.length ? "logs three" : "logs"}>
            <${EventLog} encounter=${e} rows=${rows} />
            <${EpisodeLog} encounter=${e} episodes=${episodes} /><${NoteLog} rows=${rows} />
            <${TypedLog} encounter=${e} />
          </div>
        </div>
        <div class=${Form ? "right forming" : "right"}>
          <div class="phase-line">
            <span><b>${PHASES[e.phase]}, ${sinceEachDose(e, moment.value)}</b></span>
            <${Track} encounter=${e} now=${moment.value} />
          </div>
          <${Vitals} encounter=${e} />
          <div class="lower" tabindex="0">
            ${Form &&
            html`<${Form} encounter=${e} onSaved=${() => setSaved((before) => before + 1)} />`}
            <${DeviceLines} encounter=${e} />
            <${Next} encounter=${e} />
            <${Base} encounter=${e} />
            ${!Form && html`<${Gates} encounter=${e} />`}
          </div>
          ${!Form && html`<${Acts} encounter=${e} />`}
        </div>
      </section>
    </main>
    <${Footer} />
  </div>`;
}

/** Before the dose: the checks, unless a person chooses the course. */
function Choose({ course, choose }) {
  const views = [
    [false, SESSION.checks],
    [true, SESSION.course],
  ];
  return html`<div class="choose">
    ${views.map(
      ([id, text]) => html`<button key=${text} class="plain" aria-pressed=${course === id}
        onClick=${() => choose(id)}>${text}</button>`,
    )}
  </div>`;
}

/**
 * The protocol, then each dose with its time: a person who gives the next dose sees the earlier
 * ones.
 */
function Given({ encounter: e }) {
  const [name, ...lines] = [protocol(e.protocol)?.name ?? e.protocol, ...given(e, moment.value)];
  const press = (i) => acts.value && i < (e.doses?.length ?? 0);
  const correct = (i) => () => openPanel(e.id, "correct", `dose:${i + 1}`);
  return html`<div class="given" role="group" aria-label=${SESSION.given}>
    <span>${name}.</span>${" "}
    ${lines.map((line, i) =>
      press(i)
        ? html`<button key=${i} class="plain" title=${SESSION.correctDose} onClick=${correct(i)}>${line}.</button> `
        : html`<span key=${i}>${line}.</span> `,
    )}
  </div>`;
}

function CalmOne({ encounter }) {
  const [first, second] = calm([encounter], moment.value);
  return html`<div class="calm"><h2>${first}</h2><p>${second}</p></div>`;
}

function Acts({ encounter: e }) {
  if (!acts.value) return html`<p class="quiet acts grid">${SESSION.lookOn}</p>`;
  const shut = (gate) => e.gates.some((g) => g.gate === gate && g.unmet.length > 0);
  const mine = !e.supervisor || e.supervisor.name === me.value.name;
  // Bright only where no check is left to do first: an open check is bright.
  const checks = preflight(e, soundFor(e), moment.value, me.value.linksStay);
  const ready = !e.dosed_at && checks.every((row) => row.done !== false);
  const looks = {
    dose: shut(e.dosed_at ? "booster" : "hold") ? "outlined" : ready ? "bright" : "",
    close: shut("discharge") || !e.dosed_at ? "outlined" : "",
  };
  return html`<div class="acts grid">
    ${Object.entries(opens(mine)).map(
      ([name, text]) => html`<button key=${name} class=${looks[name] ?? ""} data-opens=${name}
        onClick=${() => openPanel(e.id, name)}>${text}</button>`,
    )}
  </div>`;
}

/** Not among the open sessions: closed, or it never existed. No part of it is live. */
function Absent({ id }) {
  const [found, setFound] = useState(null);
  const [refusal, setRefusal] = useState(null);
  useEffect(() => {
    get(`encounters/${encodeURIComponent(id)}`).then(setFound, setRefusal);
  }, [id]);
  if (refusal?.status === 404) return html`<${Wall} wrong=${VIEWS.noSession} />`;
  const words = found ? SESSION.closed(label(found)) : (refusal?.message ?? "");
  return html`<div class="page">
    <${Header} encounters=${[]}><${BackLink} /><//>
    <main class="waiting">
      <p>${words}</p>
      ${found && html`<a class="button" href=${`#/report/${encodeURIComponent(id)}`}>${SESSION.report}</a>`}
    </main>
    <${Footer} />
  </div>`;
}
