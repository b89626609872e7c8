// The service's refusals of request fields, in the page's own words. Pure.

import { inWords } from "../because.js";
import { tr } from "../language.js";
import { VITAL_NAMES } from "../strings.js";

/** Refusals without a sentence of the service's own, and those of the browser. */
export const REFUSALS = {
  unreachable: tr`The server cannot be reached. Nothing was saved.`,
  401: tr`You are signed out.`,
  403: tr`Your role may not do this.`,
  other: (status) => tr`The server refused this (${status}).`,
  notifications: tr`The browser was told not to show notifications.`,
  pushService: tr`The browser’s push service cannot be reached.`,
};
/** Request fields whose label on the page is not their name. */
export const LABELS = {
  after_s: tr`Told after`,
  amount_mg: tr`Amount`,
  address: tr`Address now`,
  at: tr`Time`,
  authorised_by: tr`Agreed by`,
  birth_year: tr`Year of birth`,
  device_ids: tr`Devices`,
  drug: tr`Medicine`,
  id: tr`Id`,
  label: tr`Patient\u2019s code`,
  local_number: tr`Local emergency number`,
  low: tr`Low alarms too`,
  override_reason: tr`Reason`,
  patient_id: tr`Patient`,
  pin: tr`PIN`,
  quiet: tr`Quiet hours`,
  rota: tr`On duty`,
  simulated: tr`Test sessions too`,
  time_zone: tr`Time zone there`,
  to: tr`Hand over to`,
  urls: tr`Addresses`,
  username: tr`User name`,
  zone: tr`Time zone`,
};
/** The name of an item of a list, and the names of an item's parts. */
const HELD = { urls: tr`address`, rota: tr`shift`, quiet: tr`shift` };
const PARTS = { days: tr`the days`, begins: tr`the beginning`, ends: tr`the end` };

export function fieldLabel(name) {
  const plain = name.replaceAll("_", " ");
  return LABELS[name] ?? VITAL_NAMES[name] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** Whether an English text goes on after the name of its field: "must be …", and not "no such device". */
const goesOn = (text) => /^(must|is|are|has|needs|cannot)\b/.test(text);

/**
 * {"rota.0.begins", "must be …"} -> {name: "rota", text: "On duty: the beginning of shift 1 must be …."}
 * @param {{field: string, text: string, because?: {code: string, facts: {}}}} problem
 */
export function fieldProblem({ field, text, because }) {
  const [root, ...inner] = field.split(".");
  const named = inner.filter((part) => !/^\d+$/.test(part));
  const said = inWords(text, because).replace(/\.*$/, ".");
  const number = inner.find((part) => /^\d+$/.test(part));
  if (number === undefined) {
    const name = named.at(-1) ?? root;
    if (name === "body") return { name, text: said.charAt(0).toUpperCase() + said.slice(1) };
    return { name, text: `${fieldLabel(name)}${goesOn(said) ? " " : ": "}${said}` };
  }
  const which = `${HELD[root] ?? tr`number`} ${Number(number) + 1}`;
  const part = PARTS[named.at(-1)];
  return { name: root, text: `${fieldLabel(root)}: ${part ? tr`${part} of ` : ""}${which} ${said}` };
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
  const see = here.length ? [tr`Not saved. See ${here.map(([name]) => fieldLabel(name)).join(", ")}.`] : [];
  return [...see, ...rest.map(([, text]) => text)].join(" ");
}
