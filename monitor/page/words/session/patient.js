// The patient beside the values: age and risks, and how to reach the people of the session, from
// the text typed when it was opened; and the title of the protocol. Pure.

import { tr } from "../language.js";
import { ms } from "../time.js";

const OLDER = 65;

/**
 * "Born 1961, 65. Risks: known high blood pressure." Age as in the record: whole years at the
 * opening, because limits and gates use it. `risks`: id -> words.
 */
export function who({ facts, opened_at: opened }, risks = {}) {
  const year = facts?.birth_year;
  const age = year ? new Date(ms(opened)).getUTCFullYear() - year : 0;
  const born = year ? tr`Born ${year}, ${age} years old.` : tr`Year of birth not named.`;
  const ids = facts?.risk_factors ?? [];
  // The service counts age as a risk by itself, although no one entered it.
  const all = age >= OLDER && !ids.includes("age_65") ? [...ids, "age_65"] : ids;
  const named = all.map((id) => risks[id] ?? id.replaceAll("_", " "));
  const risky = named.length ? named.join("; ") : tr`none named`;
  return tr`${born} Risks: ${risky}.`;
}

/** The journal names a protocol by its id; people know it by its title. */
export function titled(id, protocols) {
  const known = protocols.find((p) => p.id === id);
  return known ? tr`Protocol \u201c${known.name}\u201d.` : tr`Protocol ${id}.`;
}

const NAMES = [
  ["phone", tr`Patient`],
  ["sitter", tr`Sitter`],
  ["address", tr`Address`],
  ["local_number", tr`Emergency`],
];
const MISSING = {
  phone: tr`the patient’s phone`,
  sitter: tr`a sitter`,
  address: tr`an address`,
  local_number: tr`the local emergency number`,
};
// Digits with the characters that people write between them; a slash only after a short area
// code, since it also separates two numbers. "112" is a number, "45" and a flat's number are not.
const NUMBER = /(?:\+?\(?\d{2,5}\)?\s?\/\s?)?\+?\(?\d[\d\s().-]*\d/g;
const FEWEST = 3;

/**
 * [{name, pieces: [{text, tel?}]}] of the entries on file, in the order in which they are needed.
 */
export function reach({ emergency }) {
  return NAMES.filter(([key]) => emergency?.[key]?.trim()).map(([key, name]) => {
    const text = emergency[key].trim();
    return { name, pieces: key === "address" ? [{ text }] : pieces(text) };
  });
}

/** "Not on file: an address, the local emergency number." or "" when all are. */
export function absent({ emergency }) {
  const none = NAMES.filter(([key]) => !emergency?.[key]?.trim()).map(([key]) => MISSING[key]);
  return none.length ? tr`Not on file: ${none.join(", ")}.` : "";
}

/** All of it as lines of text, for an emergency call's operator or a message. */
export function copied(encounter, name) {
  const lines = reach(encounter).map((r) => `${r.name}: ${r.pieces.map((p) => p.text).join("")}`);
  return [name, ...lines].join("\n");
}

/** The text in pieces: each number in it can be called. */
function pieces(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(NUMBER)) {
    const digits = match[0].replace(/\D/g, "");
    if (digits.length < FEWEST) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: match[0], tel: (match[0].startsWith("+") ? "+" : "") + digits });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}
