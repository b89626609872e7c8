// The parts that belong to no open session: closed sessions, contacts, the self-test of the whole
// path, the alarm burden of the last months, and the devices.

import { del, get, list, post, put } from "../../server/api.js";
import { acts, me, moment } from "../../server/app.js";
import { burdenRows } from "../../words/clinic/burden.js";
import { html } from "../../parts/html.js";
import { noticeSteps } from "../../words/clinic/notices.js";
import { possible, subscribe, subscribed, unsubscribe } from "../../server/push.js";
import { shift, shiftsOf } from "../../words/clinic/shifts.js";
import { clock, day } from "../../words/strings.js";
import { ms } from "../../words/time.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";
import { OtherAlarms } from "../../parts/alarmbar.js";
import { Audit } from "./audit.js";
import { Closed } from "./closed.js";
import { Devices } from "./devices.js";
import { Area, Field, Problem, Tick, marked, typed, useDraft, useSubmit } from "../../forms/form.js";
import { Footer } from "../../parts/footer.js";
import { BackLink, Header } from "../../parts/header.js";
import { OwnPassword } from "./password.js";
import { Phones } from "./phones.js";

const MONTHS_MS = 90 * 24 * 3600_000;
const HOPS = { reading: "reading to decision", live: "live view", notice: "record and notice" };

export function Clinic() {
  return html`<div class="page">
    <${Header} encounters=${[]}><${BackLink} /><h1 class="name">Clinic</h1><//>
    <${OtherAlarms} />
    <main class="clinic">
      <${Closed} />
      ${me.value.role === "admin" && html`<${Contacts} />`}
      ${acts.value && html`<${Phones} />`}
      ${acts.value && html`<${ThisBrowser} />`}
      <${OwnPassword} />
      <${SelfTest} />
      <${Cost} />
      <${Devices} />
      ${me.value.role === "admin" && html`<${Audit} />`}
    </main>
    <${Footer} />
  </div>`;
}

// --- contacts ------------------------------------------------------------------------------------

function Contacts() {
  const [known, setKnown] = useState(null);
  const [edited, setEdited] = useState(null);
  const [problem, setProblem] = useState("");
  const again = () => list("contacts").then(setKnown, (refusal) => setProblem(refusal.message));
  useEffect(() => void again(), []);
  const done = () => {
    setEdited(null);
    again();
  };
  return html`<section aria-label="Contacts">
    <h2>Contacts</h2>
    <p class="quiet">
      Told of an alarm that nobody acknowledges: of a high one so many seconds after it began, of a
      medium one two minutes later, and again until somebody does.
    </p>
    ${problem && html`<p class="problem">${problem}</p>`}
    <ul class="contacts">
      ${known?.map((c) =>
        edited === c.id
          ? html`<li key=${c.id}><${ContactForm} contact=${c} onDone=${done} /></li>`
          : html`<${Contact} key=${c.id} contact=${c} again=${again}
              edit=${() => setEdited(c.id)} />`,
      )}
      ${known?.length === 0 && html`<li class="quiet">None so far. Only the page tells of alarms.</li>`}
    </ul>
    ${edited === "new"
      ? html`<${ContactForm} onDone=${done} />`
      : html`<button onClick=${() => setEdited("new")}>Add contact</button>`}
  </section>`;
}

function Contact({ contact: c, again, edit }) {
  const [said, setSaid] = useState("");
  const [sure, setSure] = useState(false);
  const act = (doing) => async () => {
    setSaid("One moment.");
    try {
      setSaid(await doing());
      again();
    } catch (refusal) {
      setSaid(refusal.message);
    }
  };
  const test = act(async () => {
    const { items } = await post(`contacts/${c.id}/test`);
    return items.map((n) => `${n.channel}: ${noticeSteps(n)}`).join(". ");
  });
  const drop = act(async () => {
    await del(`contacts/${c.id}`);
    return "";
  });
  const confirmed = c.confirmed_at ? `confirmed ${day(ms(c.confirmed_at))}` : "never confirmed";
  return html`<li aria-label=${c.name}>
    <b>${c.name}</b>
    <span>after ${c.after_s} s, ${c.urls.map((u) => u.split(":")[0]).join(", ")}, ${confirmed}</span>
    <span class="quiet">${wishes(c)}</span>
    <span class="do">
      <button class="plain" aria-label=${`Send test: ${c.name}`} onClick=${test}>Send test</button>
      <button class="plain" aria-label=${`Change: ${c.name}`} onClick=${edit}>Change</button>
      <button class="plain" aria-label=${`Remove: ${c.name}`}
        onClick=${sure ? drop : () => setSure(true)}>${sure ? "Remove for good" : "Remove"}</button>
    </span>
    ${said && html`<p role="status">${said}</p>`}
  </li>`;
}

function wishes(c) {
  const parts = [
    c.user && `only sessions of ${c.user}`,
    c.rota.length && `on duty ${c.rota.map(shift).join("; ")} (${c.zone})`,
    c.low && "low alarms too",
    c.quiet.length && `low ones not ${c.quiet.map(shift).join("; ")}`,
    c.simulated && "test sessions too",
    c.has_pin && "has a PIN",
  ];
  return parts.filter(Boolean).join(", ");
}

const CONTACT_FIELDS = "name urls after_s order user zone rota quiet pin".split(" ");

function ContactForm({ contact, onDone }) {
  const kept = useDraft(`contact/${contact?.id ?? "new"}`, begun(contact));
  const form = useSubmit(async () => {
    const body = asked(kept.values);
    await (contact ? put(`contacts/${contact.id}`, body) : post("contacts", body));
    kept.clear();
    onDone();
  });
  const draft = marked(kept, form.refusal);
  const cancel = () => {
    draft.clear();
    onDone();
  };
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return html`<form class="contact" onSubmit=${form.submit}>
    <${Field} draft=${draft} name="name" label="Name" required autofocus />
    <${Area} draft=${draft} name="urls" label="Addresses, one a line" rows="3" required
      hint="As the Apprise library writes them: mailto://, ntfy://, tgram://, jsons://…" />
    <${Field} draft=${draft} name="after_s" label="Told after" unit="s" inputmode="numeric" />
    <${Field} draft=${draft} name="order" label="Order" inputmode="numeric"
      hint="Among those who are told at the same time." />
    <${Field} draft=${draft} name="user" label="User"
      hint="Then only of sessions that this user supervises." />
    <${Field} draft=${draft} name="zone" label="Time zone" list="contact-zones" placeholder=${here} />
    <datalist id="contact-zones">
      ${Intl.supportedValuesOf("timeZone").map((zone) => html`<option key=${zone} value=${zone} />`)}
    </datalist>
    <${Field} draft=${draft} name="rota" label="On duty" placeholder="mon-fri 08:00-18:00; sat 09:00-12:00"
      hint="Every week. Empty: always." />
    <${Field} draft=${draft} name="quiet" label="Quiet hours" placeholder="mon-sun 22:00-07:00"
      hint="Only low alarms wait." />
    <${Tick} draft=${draft} name="low" label="Low alarms too" />
    <${Tick} draft=${draft} name="simulated" label="Test sessions too" />
    <${Field} draft=${draft} name="pin" label="PIN" inputmode="numeric" minlength="6" maxlength="12"
      hint=${contact?.has_pin ? "Empty: as it is." : "To acknowledge from a notice’s link. 6 digits or more."} />
    ${contact?.has_pin && html`<${Tick} draft=${draft} name="no_pin" label="No PIN any more" />`}
    <${Problem} refusal=${form.refusal} fields=${CONTACT_FIELDS} />
    <div class="acts">
      <button class="bright" type="submit" aria-disabled=${form.busy}>Save contact</button>
      <button type="button" onClick=${cancel}>Cancel</button>
    </div>
  </form>`;
}

function begun(contact) {
  if (!contact) return { urls: "", after_s: "30", order: "0" };
  const shifts = (list) => list.map(shift).join("; ");
  return {
    ...contact,
    urls: contact.urls.join("\n"),
    after_s: String(contact.after_s),
    order: String(contact.order),
    user: contact.user ?? "",
    rota: shifts(contact.rota),
    quiet: shifts(contact.quiet),
    pin: "",
  };
}

function asked(values) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    name: values.name.trim(),
    urls: values.urls.split("\n").map((u) => u.trim()).filter(Boolean),
    after_s: typed(values.after_s) ?? 30,
    order: typed(values.order) ?? 0,
    user: values.user?.trim() || null,
    zone: values.zone?.trim() || here,
    rota: shiftsOf(values.rota),
    quiet: shiftsOf(values.quiet),
    low: Boolean(values.low),
    simulated: Boolean(values.simulated),
    pin: values.no_pin ? "" : values.pin?.trim() || null,
  };
}

// --- this browser ----------------------------------------------------------------------------------

function ThisBrowser() {
  const [on, setOn] = useState(false);
  const [said, setSaid] = useState("");
  useEffect(() => void subscribed().then(setOn, () => {}), []);
  const turn = async () => {
    setSaid("One moment.");
    try {
      await (on ? unsubscribe() : subscribe());
      setOn(await subscribed());
      setSaid("");
    } catch (error) {
      setSaid(error.message);
    }
  };
  return html`<section aria-label="This browser">
    <h2>This browser</h2>
    ${possible()
      ? html`<p>${on ? "Told of your sessions’ alarms, also while no tab is open." : "Silent while no tab is open."}</p>
          <button onClick=${turn}>${on ? "Stop telling it" : "Tell it with the tab closed"}</button>`
      : html`<p class="quiet">
          It can be told while no tab is open only where the page is served over TLS.
        </p>`}
    ${said && html`<p role="status">${said}</p>`}
  </section>`;
}

// --- self-test -------------------------------------------------------------------------------------

function SelfTest() {
  const [found, setFound] = useState(null);
  const [said, setSaid] = useState("");
  const failed = (refusal) => {
    setFound(null);
    setSaid(refusal.message);
  };
  useEffect(() => void get("self-test").then(setFound, failed), []);
  const run = async () => {
    setSaid("One moment.");
    await post("self-test").then((answer) => {
      setFound(answer);
      setSaid("");
    }, failed);
  };
  return html`<section aria-label="Self-test">
    <h2>Self-test</h2>
    <p class="quiet">
      A reading of nobody goes to the broker and comes back, raises an alarm, and leaves as a notice,
      once a minute.
    </p>
    ${found && html`<p role="status"><b>${through(found)}</b></p>`}
    ${found?.ok && html`<p class="quiet">${steps(found)}</p>`}
    ${found && html`<p class="quiet">${lag(found)}</p>`}
    ${found && html`<p>${ping(found.ping)}</p>`}
    ${found?.warnings.map((text) => html`<p key=${text}>${text}</p>`)}
    ${said && html`<p>${said}</p>`}
    ${acts.value && html`<button onClick=${run}>Run it now</button>`}
  </section>`;
}

function through({ ok, detail, at, total_s: total }) {
  if (ok) return `Everything worked at ${clock(ms(at), true)}, in ${Math.round(total * 1000)} ms.`;
  return `Something does not work: ${detail}.`;
}

function steps({ steps: hops }) {
  return Object.entries(hops).map(([hop, s]) => `${HOPS[hop] ?? hop} ${Math.round(s * 1000)} ms`).join(", ");
}

function lag({ loop_lag_s: s }) {
  return `The service itself came late by ${Math.round(s * 1000)} ms at most in the last minute.`;
}

function ping({ wanted, ok, detail, answered_s: ago }) {
  if (!wanted) return "Nobody outside watches whether this service lives: no ping is set up.";
  return ok ? `Somebody outside was told ${ago} s ago that it lives.` : `The sign of life stopped: ${detail}.`;
}

// --- alarm burden ----------------------------------------------------------------------------------

function Cost() {
  const [found, setFound] = useState(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const since = new Date(moment.value - MONTHS_MS).toISOString();
    get("burden", { since }).then(setFound, (refusal) => setProblem(refusal.message));
  }, []);
  return html`<section aria-label="Alarm burden">
    <h2>Alarms of the last 90 days</h2>
    ${problem && html`<p class="problem">${problem}</p>`}
    ${found && html`<${Burden} of=${found} />`}
  </section>`;
}

function Burden({ of }) {
  if (!of.sessions) return html`<p class="quiet">No real session was closed in this time.</p>`;
  return html`<dl class="burden">
    ${burdenRows(of).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}
