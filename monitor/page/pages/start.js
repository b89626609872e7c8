// Start a session: the patient, the protocol, the devices, and whom to reach.

import { get, list, post } from "../server/api.js";
import { protocols, sessions, speed } from "../server/app.js";
import { html } from "../drawing/html.js";
import { CHOOSE } from "../words/forms.js";
import { HEAD } from "../words/frame.js";
import { OPENING } from "../words/opening.js";
import { deviceWithKind } from "../words/strings.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";
import { OtherAlarms } from "../parts/alarmbar.js";
import { NewDevice } from "../forms/device.js";
import { Choice, Field, Problem, Ticks, marked, useDraft, useSubmit } from "../forms/form.js";
import { BackLink, Footer, Header } from "../parts/headfoot.js";

const NEW = "+";

/** The fields that show their own refusal. */
const FIELDS = "label birth_year sitter phone address time_zone local_number".split(" ");

export function Start() {
  const known = useLists();
  const kept = useDraft("start", { patient_id: "", mode: usual(), devices: [] });
  const fast = speed.value !== 1;
  const { values } = kept;
  const form = useSubmit(async () => {
    const patient = values.patient_id === NEW ? await newPatient(values) : values.patient_id;
    // If the next step is refused, the patient exists: do not make it twice.
    if (patient !== values.patient_id) {
      kept.set("patient_id", patient);
      known.again();
    }
    const { id } = await post("encounters", {
      patient_id: patient,
      protocol: values.protocol,
      device_ids: values.devices,
      mode: fast && values.mode === "real" ? "test" : values.mode,
      emergency: emergency(values),
    });
    kept.clear();
    location.hash = `#/session/${encodeURIComponent(id)}`;
  });
  const draft = marked(kept, form.refusal);
  return html`<div class="page">
    <${Header} encounters=${[]}><${BackLink} /><h1 class="name">${HEAD.start}</h1><//>
    <${OtherAlarms} />
    <main class="start-form">
      <form onSubmit=${form.submit}>
        <section>
          <h2>${OPENING.patient}</h2>
          <${Choice} draft=${draft} name="patient_id" label=${OPENING.patient} required
            options=${[
              ["", CHOOSE],
              [NEW, OPENING.newPatient],
              ...known.patients.map((p) => [p.id, p.label]),
            ]} />
          ${values.patient_id === NEW &&
          html`<${Field} draft=${draft} name="label" label=${OPENING.code} required
              hint=${OPENING.codeHint} />
            <${Field} draft=${draft} name="birth_year" label=${OPENING.born} type="number"
              min="1900" max="2100" />
            <${Ticks} draft=${draft} name="risks" legend=${OPENING.risks} options=${known.risks} />`}
          <${OnFile} patient=${known.patients.find((p) => p.id === values.patient_id)}
            risks=${known.risks} />
          <${Choice} draft=${draft} name="protocol" label=${OPENING.protocol} required
            options=${[["", CHOOSE], ...protocols.value.map((p) => [p.id, p.name])]} />
          <${Choice} draft=${draft} name="mode" label=${OPENING.mode}
            options=${fast ? OPENING.modes.slice(1) : OPENING.modes} />
        </section>
        <section>
          <h2>${OPENING.devices}</h2>
          <${Ticks} draft=${draft} name="devices" legend=${OPENING.free}
            none=${known.devices.length ? OPENING.allInUse : OPENING.noneKnown}
            options=${free(known.devices).map(({ id, kind }) => ({ id, text: deviceWithKind(id, kind) }))} />
          <${NewDevice} onAdded=${(id) => {
            draft.set("devices", [...values.devices, id]);
            known.again();
          }} />
        </section>
        <section>
          <h2>${OPENING.reach}</h2>
          <p class="quiet">${OPENING.shownTo}</p>
          <${Field} draft=${draft} name="sitter" label=${OPENING.sitter} hint=${OPENING.sitterHint} />
          <${Field} draft=${draft} name="phone" label=${OPENING.phone} type="tel" hint=${OPENING.phoneHint} />
          <${Field} draft=${draft} name="address" label=${OPENING.address} />
          <${Field} draft=${draft} name="time_zone" label=${OPENING.zone} list="zones"
            placeholder=${Intl.DateTimeFormat().resolvedOptions().timeZone}
            hint=${OPENING.zoneHint} />
          <datalist id="zones">
            ${Intl.supportedValuesOf("timeZone").map((zone) => html`<option key=${zone} value=${zone} />`)}
          </datalist>
          <${Field} draft=${draft} name="local_number" label=${OPENING.number} type="tel" />
        </section>
        <div class="end">
          <${Problem} refusal=${form.refusal} fields=${FIELDS} />
          <div class="acts">
            <button class="bright" type="submit" aria-disabled=${form.busy}>${HEAD.start}</button>
          </div>
        </div>
      </form>
    </main>
    <${Footer} />
  </div>`;
}

/** Known facts about a patient that make the limits tighter. */
function OnFile({ patient, risks }) {
  if (!patient) return null;
  const named = risks.filter((r) => patient.risk_factors.includes(r.id)).map((r) => r.text);
  return html`<p class="quiet">${OPENING.onFile(patient.birth_year, named)}</p>`;
}

function useLists() {
  const [lists, setLists] = useState({ patients: [], devices: [], risks: [] });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const keep = (name) => (items) => setLists((all) => ({ ...all, [name]: items }));
    const ignore = () => {};
    list("patients", { limit: 1000 }).then(keep("patients"), ignore);
    list("devices", { limit: 1000 }).then(keep("devices"), ignore);
    vocabulary().then(keep("risks"), ignore);
  }, [turn]);
  return { ...lists, again: () => setTurn(turn + 1) };
}

/**
 * If all open sessions are demo sessions, the next one is too, unless the user chooses otherwise.
 */
function usual() {
  const modes = new Set(sessions.value.map((e) => e.mode));
  return modes.size === 1 ? [...modes][0] : "real";
}

/** A device serves one open session at a time, and no session once it is deactivated. */
function free(devices) {
  const taken = new Set(sessions.value.flatMap((e) => Object.keys(e.devices)));
  return devices.filter((d) => d.active && !taken.has(d.id));
}

async function vocabulary() {
  return (await get("vocabulary")).risk_factors;
}

async function newPatient({ label, birth_year: year, risks }) {
  const body = { label: label.trim(), risk_factors: risks ?? [] };
  if (year) body.birth_year = Number(year);
  return (await post("patients", body)).id;
}

function emergency(values) {
  const names = ["address", "phone", "sitter", "local_number", "time_zone"];
  const given = names.filter((n) => values[n]?.trim()).map((n) => [n, values[n].trim()]);
  return given.length ? Object.fromEntries(given) : undefined;
}
