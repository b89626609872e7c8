// The parts that belong to no open session: closed sessions, contacts, the self-test of the whole
// path, the alarm burden of the last months, and the devices.

import { del, get, list, post, put } from "../../server/api.js";
import { acts, me, moment } from "../../server/app.js";
import { burdenRows } from "../../words/clinic/burden.js";
import { html } from "../../drawing/html.js";
import { noticeSteps } from "../../words/clinic/notices.js";
import { possible, subscribe, subscribed, unsubscribe } from "../../server/push.js";
import { BROWSER, CHANGE, CONTACT, CONTACTS, COST, SELF_TEST, actOn, shift, shiftsOf } from "../../words/clinic/sections.js";
import { CANCEL } from "../../words/forms.js";
import { FOOT, VIEWS } from "../../words/frame.js";
import { day } from "../../words/strings.js";
import { ms } from "../../words/time.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";
import { OtherAlarms } from "../../parts/alarmbar.js";
import { Audit } from "./audit.js";
import { Closed } from "./closed.js";
import { Devices } from "./devices.js";
import { Area, Field, Problem, Tick, marked, typed, useDraft, useSubmit } from "../../forms/form.js";
import { BackLink, Footer, Header } from "../../parts/headfoot.js";
import { OwnPassword } from "./password.js";
import { Phones } from "./phones.js";

const MONTHS_MS = 90 * 24 * 3600_000;

export function Clinic() {
  return html`<div class="page">
    <${Header} encounters=${[]}><${BackLink} /><h1 class="name">${FOOT.clinic}</h1><//>
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
  return html`<section aria-label=${CONTACTS.title}>
    <h2>${CONTACTS.title}</h2>
    <p class="quiet">${CONTACTS.purpose}</p>
    ${problem && html`<p class="problem">${problem}</p>`}
    <ul class="contacts">
      ${known?.map((c) =>
        edited === c.id
          ? html`<li key=${c.id}><${ContactForm} contact=${c} onDone=${done} /></li>`
          : html`<${Contact} key=${c.id} contact=${c} again=${again}
              edit=${() => setEdited(c.id)} />`,
      )}
      ${known?.length === 0 && html`<li class="quiet">${CONTACTS.none}</li>`}
    </ul>
    ${edited === "new"
      ? html`<${ContactForm} onDone=${done} />`
      : html`<button onClick=${() => setEdited("new")}>${CONTACTS.add}</button>`}
  </section>`;
}

function Contact({ contact: c, again, edit }) {
  const [said, setSaid] = useState("");
  const [sure, setSure] = useState(false);
  const act = (doing) => async () => {
    setSaid(VIEWS.busy);
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
  const confirmed = CONTACTS.confirmed(c.confirmed_at && day(ms(c.confirmed_at)));
  return html`<li aria-label=${c.name}>
    <b>${c.name}</b>
    <span>${CONTACTS.after(c.after_s, c.urls.map((u) => u.split(":")[0]).join(", "), confirmed)}</span>
    <span class="quiet">${wishes(c)}</span>
    <span class="do">
      <button class="plain" aria-label=${actOn(CONTACTS.test, c.name)} onClick=${test}>${CONTACTS.test}</button>
      <button class="plain" aria-label=${actOn(CHANGE, c.name)} onClick=${edit}>${CHANGE}</button>
      <button class="plain" aria-label=${actOn(CONTACTS.remove, c.name)}
        onClick=${sure ? drop : () => setSure(true)}>${sure ? CONTACTS.removeForGood : CONTACTS.remove}</button>
    </span>
    ${said && html`<p role="status">${said}</p>`}
  </li>`;
}

function wishes(c) {
  const say = CONTACTS.wishes;
  const parts = [
    c.user && say.user(c.user),
    c.rota.length && say.rota(shifts(c.rota), c.zone),
    c.low && say.low,
    c.quiet.length && say.quiet(shifts(c.quiet)),
    c.simulated && say.simulated,
    c.has_pin && say.pin,
  ];
  return parts.filter(Boolean).join(", ");
}

const shifts = (all) => all.map(shift).join("; ");

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
    <${Field} draft=${draft} name="name" label=${CONTACT.name} required autofocus />
    <${Area} draft=${draft} name="urls" label=${CONTACT.urls} rows="3" required
      hint=${CONTACT.urlsHint} />
    <${Field} draft=${draft} name="after_s" label=${CONTACT.after} unit=${CONTACT.seconds} inputmode="numeric" />
    <${Field} draft=${draft} name="order" label=${CONTACT.order} inputmode="numeric"
      hint=${CONTACT.orderHint} />
    <${Field} draft=${draft} name="user" label=${CONTACT.user}
      hint=${CONTACT.userHint} />
    <${Field} draft=${draft} name="zone" label=${CONTACT.zone} list="contact-zones" placeholder=${here} />
    <datalist id="contact-zones">
      ${Intl.supportedValuesOf("timeZone").map((zone) => html`<option key=${zone} value=${zone} />`)}
    </datalist>
    <${Field} draft=${draft} name="rota" label=${CONTACT.rota} placeholder=${CONTACT.rotaLike}
      hint=${CONTACT.rotaHint} />
    <${Field} draft=${draft} name="quiet" label=${CONTACT.quiet} placeholder=${CONTACT.quietLike}
      hint=${CONTACT.quietHint} />
    <${Tick} draft=${draft} name="low" label=${CONTACT.low} />
    <${Tick} draft=${draft} name="simulated" label=${CONTACT.simulated} />
    <${Field} draft=${draft} name="pin" label=${CONTACT.pin} inputmode="numeric" minlength="6" maxlength="12"
      hint=${contact?.has_pin ? CONTACT.pinKept : CONTACT.pinHint} />
    ${contact?.has_pin && html`<${Tick} draft=${draft} name="no_pin" label=${CONTACT.noPin} />`}
    <${Problem} refusal=${form.refusal} fields=${CONTACT_FIELDS} />
    <div class="acts">
      <button class="bright" type="submit" aria-disabled=${form.busy}>${CONTACT.save}</button>
      <button type="button" onClick=${cancel}>${CANCEL}</button>
    </div>
  </form>`;
}

function begun(contact) {
  if (!contact) return { urls: "", after_s: "30", order: "0" };

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
    setSaid(VIEWS.busy);
    try {
      await (on ? unsubscribe() : subscribe());
      setOn(await subscribed());
      setSaid("");
    } catch (error) {
      setSaid(error.message);
    }
  };
  return html`<section aria-label=${BROWSER.title}>
    <h2>${BROWSER.title}</h2>
    ${possible()
      ? html`<p>${on ? BROWSER.on : BROWSER.off}</p>
          <button onClick=${turn}>${on ? BROWSER.stop : BROWSER.tell}</button>`
      : html`<p class="quiet">${BROWSER.impossible}</p>`}
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
    setSaid(VIEWS.busy);
    await post("self-test").then((answer) => {
      setFound(answer);
      setSaid("");
    }, failed);
  };
  return html`<section aria-label=${SELF_TEST.title}>
    <h2>${SELF_TEST.title}</h2>
    <p class="quiet">${SELF_TEST.purpose}</p>
    ${found && html`<p role="status"><b>${SELF_TEST.through(found)}</b></p>`}
    ${found?.ok && html`<p class="quiet">${SELF_TEST.steps(found)}</p>`}
    ${found && html`<p class="quiet">${SELF_TEST.lag(found)}</p>`}
    ${found && html`<p>${SELF_TEST.ping(found.ping)}</p>`}
    ${found?.warnings.map((text) => html`<p key=${text}>${text}</p>`)}
    ${said && html`<p>${said}</p>`}
    ${acts.value && html`<button onClick=${run}>${SELF_TEST.run}</button>`}
  </section>`;
}

// --- alarm burden ----------------------------------------------------------------------------------

function Cost() {
  const [found, setFound] = useState(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const since = new Date(moment.value - MONTHS_MS).toISOString();
    get("burden", { since }).then(setFound, (refusal) => setProblem(refusal.message));
  }, []);
  return html`<section aria-label=${COST.name}>
    <h2>${COST.title}</h2>
    ${problem && html`<p class="problem">${problem}</p>`}
    ${found && html`<${Burden} of=${found} />`}
  </section>`;
}

function Burden({ of }) {
  if (!of.sessions) return html`<p class="quiet">${COST.none}</p>`;
  return html`<dl class="burden">
    ${burdenRows(of).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}
