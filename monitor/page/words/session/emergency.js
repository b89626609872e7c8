// How to reach the people of a session, from the text typed when it was opened. Pure.

const NAMES = [
  ["phone", "Patient"],
  ["sitter", "Sitter"],
  ["address", "Address"],
  ["local_number", "Emergency"],
];
const MISSING = {
  phone: "the patient’s phone",
  sitter: "a sitter",
  address: "an address",
  local_number: "the local emergency number",
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
  return none.length ? `Not on file: ${none.join(", ")}.` : "";
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
