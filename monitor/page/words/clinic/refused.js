// The service's refusals of request fields, in the page's own words. Pure.

import { VITAL_NAMES } from "../strings.js";

/** Refusals without a sentence of the service's own, and those of the browser. */
export const REFUSALS = {
  unreachable: "The server cannot be reached. Nothing was saved.",
  401: "You are signed out.",
  403: "Your role may not do this.",
  other: (status) => `The server refused this (${status}).`,
  notifications: "The browser was told not to show notifications.",
  pushService: "The browser’s push service cannot be reached.",
};
/** Request fields whose label on the page is not their name. */
export const LABELS = {
  after_s: "Told after",
  amount_mg: "Amount",
  address: "Address now",
  at: "Time",
  authorised_by: "Agreed by",
  birth_year: "Year of birth",
  device_ids: "Devices",
  drug: "Medicine",
  id: "Id",
  label: "Patient\u2019s code",
  local_number: "Local emergency number",
  low: "Low alarms too",
  override_reason: "Reason",
  patient_id: "Patient",
  pin: "PIN",
  quiet: "Quiet hours",
  rota: "On duty",
  simulated: "Test sessions too",
  time_zone: "Time zone there",
  to: "Hand over to",
  urls: "Addresses",
  username: "User name",
  zone: "Time zone",
};
/** The name of an item of a list, and the names of an item's parts. */
const HELD = { urls: "address", rota: "shift", quiet: "shift" };
const PARTS = { days: "the days", begins: "the beginning", ends: "the end" };
const VERB = /^(must|is|are|has|needs|cannot)\b/;

export function fieldLabel(name) {
  const plain = name.replaceAll("_", " ");
  return LABELS[name] ?? VITAL_NAMES[name] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/**
 * {"rota.0.begins", "must be …"} -> {name: "rota", text: "On duty: the beginning of shift 1 must be …."}
 * @param {{field: string, text: string}} problem
 */
export function fieldProblem({ field, text }) {
  const [root, ...inner] = field.split(".");
  const named = inner.filter((part) => !/^\d+$/.test(part));
  const said = text.replace(/\.*$/, ".");
  const number = inner.find((part) => /^\d+$/.test(part));
  if (number === undefined) {
    const name = named.at(-1) ?? root;
    if (name === "body") return { name, text: said.charAt(0).toUpperCase() + said.slice(1) };
    return { name, text: `${fieldLabel(name)}${VERB.test(said) ? " " : ": "}${said}` };
  }
  const which = `${HELD[root] ?? "number"} ${Number(number) + 1}`;
  const part = PARTS[named.at(-1)];
  return { name: root, text: `${fieldLabel(root)}: ${part ? `${part} of ` : ""}${which} ${said}` };
}

/** Name of the field -> its sentence; of several the first. */
export function byField(problems) {
  const found = {};
  for (const { name, text } of problems.map(fieldProblem)) found[name] ??= text;
  return found;
}

/** The refusals that are not shown beside a field: sentences, and where to look. */
export function besides(message, found, shown) {
  if (!Object.keys(found).length) return message;
  const [here, rest] = [[], []];
  for (const [name, text] of Object.entries(found)) (shown.has(name) ? here : rest).push([name, text]);
  const see = here.length ? [`Not saved. See ${here.map(([name]) => fieldLabel(name)).join(", ")}.`] : [];
  return [...see, ...rest.map(([, text]) => text)].join(" ");
}
