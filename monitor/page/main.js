// The page: shows the view of its address, and covers it when the link is lost.

import { addPageListeners, alarmLines, link, me, moment, route, sessions, start } from "./server/app.js";
import { gravity } from "./words/alarms/alarms.js";
import { html } from "./drawing/html.js";
import { addKeyListeners } from "./parts/keys.js";
import { settle } from "./server/prove.js";
import { isEnglish } from "./words/language.js";
import { PRIORITIES, label } from "./words/strings.js";
import { VIEWS, title } from "./words/frame.js";
import { render } from "./vendor/preact.js";
import { computed, effect } from "./vendor/signals.js";
import { Lost } from "./pages/lost.js";
import { LazyClinic, LazyReport, LazyStart } from "./pages/later.js";
import { closePanel } from "./parts/panel.js";
import { MustChange, Proof } from "./pages/clinic/password.js";
import { Session } from "./pages/session.js";
import { SignIn } from "./pages/signin.js";
import { Wall } from "./pages/wall.js";

function Page() {
  if (me.value.state === "unknown") return null;
  if (me.value.state === "out") return html`<${SignIn} />`;
  if (me.value.state === "must") return html`<${MustChange} />`;
  if (link.value.state === "lost") return html`<${Lost} />`;
  if (link.value.state === "waiting" || moment.value === null) return html`<${Waiting} />`;
  // A new view for another person: no text or choice of the one before stays in a form.
  return html`<${View} key=${me.value.name} />`;
}

function View() {
  const { view, id, wrong } = route.value;
  if (view === "session" && id) return html`<${Session} key=${id} id=${id} />`;
  if (view === "report" && id) return html`<${LazyReport} key=${id} id=${id} />`;
  if (view === "start") return html`<${LazyStart} />`;
  if (view === "clinic") return html`<${LazyClinic} />`;
  return html`<${Wall} wrong=${wrong && VIEWS.nothingAt(wrong)} />`;
}

const Waiting = () => html`<main class="waiting"><p>${VIEWS.connecting}</p></main>`;

/** The title of the tab is visible when the tab is not: it names the worst present alarm. */
effect(() => {
  const [line] = alarmLines.value;
  const lost = me.value.state === "in" && link.value.state === "lost";
  document.title = title(lost, line ? `${PRIORITIES[gravity(line.lead)]}: ${label(line.encounter)}` : "");
});

/**
 * A form that one person opened closes for the next person, and the next does not carry out its
 * act.
 */
const person = computed(() => me.value.name);
effect(() => {
  person.value;
  closePanel();
  settle(false);
});

effect(() => {
  document.documentElement.classList.toggle("unreal", sessions.value.some((e) => e.mode !== "real"));
});

// A page that cannot load the sentences of another language shows the service's own.
if (!isEnglish()) await import("./words/reasons.js").catch(() => {});
render(html`<${Page} /><${Proof} />`, document.getElementById("page"));
addKeyListeners();
addPageListeners();
start();
