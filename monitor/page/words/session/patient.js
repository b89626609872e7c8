// The patient's age and risks beside the doses, and the words of a protocol. Pure.

import { ms } from "../time.js";

const OLDER = 65;

/**
 * "Born 1961, 65. Risks: known high blood pressure." Age as in the record: whole years at the
 * opening, because limits and gates use it. `risks`: id -> words.
 */
export function who({ facts, opened_at: opened }, risks = {}) {
  const year = facts?.birth_year;
  const age = year ? new Date(ms(opened)).getUTCFullYear() - year : 0;
  const born = year ? `Born ${year}, ${age} years old.` : "Year of birth not named.";
  const ids = facts?.risk_factors ?? [];
  // The service counts age as a risk by itself, although no one entered it.
  const all = age >= OLDER && !ids.includes("age_65") ? [...ids, "age_65"] : ids;
  const named = all.map((id) => risks[id] ?? id.replaceAll("_", " "));
  const risky = named.length ? named.join("; ") : "none named";
  return `${born} Risks: ${risky}.`;
}

/** The service names a protocol by its id; people know it by its title. */
export function titled(text, protocols) {
  return text.replace(/\b([Pp]rotocol) ([\w-]+)/g, (whole, word, id) => {
    const known = protocols.find((p) => p.id === id);
    return known ? `${word} \u201c${known.name}\u201d` : whole;
  });
}
