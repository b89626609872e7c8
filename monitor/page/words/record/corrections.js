// The facts of a session that can be corrected, their present values, and the words of a
// correction. Pure.

import { capital, clock, number } from "../strings.js";
import { ms } from "../time.js";

const FACTS = {
  label: "Patient\u2019s code",
  birth_year: "Year of birth",
  risk_factors: "Known risks",
  sitter: "Sitter",
  phone: "Phone",
  address: "Address now",
  local_number: "Local emergency number",
  time_zone: "Time zone there",
};
const WHEREABOUTS = ["sitter", "phone", "address", "local_number", "time_zone"];
const NOTHING = "nothing";

/** Whether a person struck this row out: a row has no field for it, only its reason. */
export const isStruck = ({ reason }) => reason.startsWith("struck out");

/** Rows of typed readings as readings, newest first: [{id, t, values, struck, reason}]. */
export function typedReadings(rows) {
  const found = new Map();
  for (const row of rows) {
    const one = found.get(row.issued) ?? { id: row.id, t: ms(row.effective), values: {} };
    one.values[row.vital] = row.value;
    one.struck = isStruck(row);
    one.reason = row.reason;
    found.set(row.issued, one);
  }
  return [...found.values()].sort((a, b) => b.t - a.t);
}

/** "128/80 mmHg", "72 /min", "36.8 \u00b0C", for the values that there are. */
export function figures({ sbp, dbp, map, hr, temp }) {
  const parts = [];
  if (sbp != null || dbp != null) parts.push(`${number("sbp", sbp)}/${number("dbp", dbp)} mmHg`);
  if (map != null) parts.push(`mean ${number("map", map)} mmHg`);
  if (hr != null) parts.push(`${number("hr", hr)} /min`);
  if (temp != null) parts.push(`${number("temp", temp)} \u00b0C`);
  return parts.join(", ");
}

/** [[key, text]] of all choices: "dose:1", "reading:17", "device:cuff-1", or a fact. */
export function choices(encounter, typed) {
  const { doses = [], devices, closed_at: closed } = encounter;
  return [
    ["", "Choose"],
    ...doses.map((d, i) => [`dose:${i + 1}`, `Dose ${i + 1}: ${dose(d)}`]),
    ...typed
      .filter((r) => !r.struck)
      .map((r) => [`reading:${r.id}`, `Typed at ${clock(r.t)}: ${figures(r.values)}`]),
    ...(closed ? [] : Object.keys(devices).map((id) => [`device:${id}`, `Device ${id}`])),
    ...Object.entries(FACTS),
  ];
}

const dose = (d) => `${d.amount_mg} mg at ${clock(ms(d.at))}`;

/** The parts of a choice: {kind, of}, `of` being a dose's number, a row's or a device's id. */
export function about(key) {
  const [kind, of] = key.split(/:(.*)/s);
  return { kind, of: of ?? "" };
}

/** The present values for a form's fields; [] for risks, null for a choice without a new value. */
export function recordedValue(key, encounter) {
  const { kind, of } = about(key);
  const { facts, emergency, doses = [] } = encounter;
  if (kind === "dose") {
    const d = doses[Number(of) - 1];
    return d && { drug: d.drug, route: d.route, amount_mg: `${d.amount_mg}`, time: clock(ms(d.at)) };
  }
  if (kind === "label") return encounter.patient_label;
  if (kind === "birth_year") return facts?.birth_year == null ? "" : String(facts.birth_year);
  if (kind === "risk_factors") return facts?.risk_factors ?? [];
  return WHEREABOUTS.includes(kind) ? (emergency?.[kind] ?? "") : null;
}

/** The time of day that a person typed, as the moment nearest to `near` (ms). */
export function nearestMoment(time, near) {
  const [hours, minutes] = time.split(":").map(Number);
  const at = new Date(near);
  at.setHours(hours, minutes, 0, 0);
  const day = 86_400_000;
  const days = Math.round((near - at.getTime()) / day);
  return new Date(at.getTime() + days * day).toISOString();
}

/**
 * The request: the choice, its new values, and why; of a dose only the changed ones.
 * @param {any} encounter
 */
export function body(key, values, encounter) {
  const { kind, of } = about(key);
  const reason = values.reason?.trim() ?? "";
  if (kind === "reading") return { kind, observation: Number(of), reason };
  if (kind === "device") return { kind, remove: of, add: values.add ?? "", reason };
  if (kind === "dose") {
    const was = recordedValue(key, encounter);
    const { drug, route, amount_mg: amount, time } = { ...was, ...values };
    const changed = {
      drug: drug.trim() === was.drug ? undefined : drug.trim(),
      route: route.trim() === was.route ? undefined : route.trim(),
      amount_mg: amount === was.amount_mg ? undefined : Number(amount.replace(",", ".")),
      at: time === was.time ? undefined : nearestMoment(time, ms(encounter.doses[Number(of) - 1].at)),
    };
    return { kind, dose: Number(of), ...changed, reason };
  }
  const value = values.value ?? recordedValue(key, encounter);
  if (kind === "birth_year") return { kind, value: value ? Number(value) : null, reason };
  return { kind, value: typeof value === "string" ? value.trim() : value, reason };
}

/** A row of type `corrected` in words: {what, was, is}. time(ms): the written form. */
export function correctionWords({ what, number: n, before, after }, risks = {}, time = clock) {
  const at = (of) => time(of.at * 1000);
  if (what === "reading") return { what: `Reading of ${at(before)}`, was: figures(before), is: "struck out" };
  if (what === "dose" && typeof before === "object") {
    const moved = Object.keys(before).filter((k) => before[k] !== after[k]);
    const say = (of) => moved.map((k) => (k === "at" ? at(of) : k === "amount_mg" ? `${of[k]} mg` : of[k]));
    return { what: `Dose ${n}`, was: say(before).join(", "), is: say(after).join(", ") };
  }
  const say = (v) =>
    Array.isArray(v) ? v.map((id) => risks[id] ?? capital(id).replaceAll("_", " ")).join(", ") : v;
  const name = FACTS[what] ?? capital(what);
  return { what: name, was: `${say(before) || NOTHING}`, is: `${say(after) || NOTHING}` };
}

/**
 * Words for a correction after the close, when it changes no decision any more; "" if it came
 * before.
 */
export function afterClose(corrected, closed) {
  return closed && ms(corrected) >= ms(closed) ? " after the close (what was decided stands)" : "";
}

/** A recorded value, and beside it the corrected one. late: see `afterClose`. */
export function withCorrection(recorded, now, late = "") {
  return recorded === now ? recorded : `${recorded}, corrected${late}: ${now}`;
}
