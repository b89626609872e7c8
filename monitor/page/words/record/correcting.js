// The form that corrects the record: its choices, their present values, and its request. Pure.

import { FACTS, figures } from "./corrections.js";
import { tr } from "../language.js";
import { clock, typedTime } from "../strings.js";
import { ms } from "../time.js";

const WHEREABOUTS = ["sitter", "phone", "address", "local_number", "time_zone"];

/** [[key, text]] of all choices: "dose:1", "reading:17", "device:cuff-1", or a fact. */
export function choices(encounter, typed) {
  const { doses = [], devices, closed_at: closed } = encounter;
  return [
    ["", tr`Choose`],
    ...doses.map((d, i) => [`dose:${i + 1}`, tr`Dose ${i + 1}: ${dose(d)}`]),
    ...typed
      .filter((r) => !r.struck)
      .map((r) => [`reading:${r.id}`, tr`Typed at ${clock(r.t)}: ${figures(r.values)}`]),
    ...(closed ? [] : Object.keys(devices).map((id) => [`device:${id}`, tr`Device ${id}`])),
    ...Object.entries(FACTS),
  ];
}

const dose = (d) => tr`${d.amount_mg} mg at ${clock(ms(d.at))}`;

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
    return d && { drug: d.drug, route: d.route, amount_mg: `${d.amount_mg}`, time: typedTime(ms(d.at)) };
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
