// The language of the page. Each text is in English where it is used; a table has it in another
// language, by the English text, with "{0}", "{1}" in the places of computed parts. A text that a
// table lacks stays English, and so does the page if there is no table. The table also has the
// sentences of the service's reasons, by their codes (reasons.js).
//
// The table is here before any other module has a text: all wait for this one. A language is
// added by its table, a file of JSON, and a link to it in index.html.

const ENGLISH = "en";
/** A monitor does not wait longer for its words. */
const PATIENCE_MS = 3000;

let texts = {};
let locale = ENGLISH;
let plurals = new Intl.PluralRules(ENGLISH);

const primary = (tag) => tag.toLowerCase().split("-")[0];
export const isEnglish = () => primary(locale) === ENGLISH;

/** Of the wanted languages the first that there is, with its region or without; else English. */
export function chosen(wanted, known) {
  const has = (tag) => [ENGLISH, ...known].find((one) => one.toLowerCase() === tag.toLowerCase());
  return wanted.map((tag) => has(tag) ?? has(primary(tag))).find(Boolean) ?? ENGLISH;
}

/**
 * Use this table from now on. Numbers and times are those of the region that the person prefers
 * for this language: "en-GB" writes another date than "en".
 */
export function speak(tag, table = {}) {
  const own = globalThis.navigator?.languages ?? [];
  texts = table;
  locale = own.find((one) => primary(one) === primary(tag)) ?? tag;
  plurals = new Intl.PluralRules(tag);
}

/** A text in the language of the page: "Rise 5.", with the 5 as a computed part, has the key "Rise {0}.". */
export function tr(parts, ...values) {
  const key = parts.reduce((text, part, i) => `${text}{${i - 1}}${part}`);
  return filled(texts[key] ?? key, values);
}

/** A text about a number, in the forms of the language: the key is the text for several. */
export function plural(n, one, other, shown = n) {
  const forms = texts[other] ?? { one, other };
  return filled(forms[formOf(n)] ?? forms.other, [shown]);
}

/** The form of plurals that the language has for a number. */
export const formOf = (n) => plurals.select(n);

/** {sentences, words} of the service's reasons. */
export const reasonTable = () => texts.reasons;

function filled(text, values) {
  const shown = (value) => (typeof value === "number" ? numeral(String(value)) : value);
  return text.replace(/\{(\d+)\}/g, (_, i) => shown(values[i]));
}

/** "36.8" as the language writes it: "36,8". */
export function numeral(text) {
  if (isEnglish()) return text;
  const places = text.split(".")[1]?.length ?? 0;
  const how = { useGrouping: false, minimumFractionDigits: places, maximumFractionDigits: places };
  return new Intl.NumberFormat(locale, how).format(Number(text));
}

/** A date as the language writes it. @param {Intl.DateTimeFormatOptions} how */
export const dateOf = (epochMs, how) => new Date(epochMs).toLocaleDateString(locale, how);

/** Time of day of 24 hours, in a zone or in the browser's: "14:38", with seconds "14:38:07". */
export function timeOf(epochMs, seconds = false, timeZone = undefined) {
  /** @type {Intl.DateTimeFormatOptions} */
  const how = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  if (seconds) how.second = "2-digit";
  return new Date(epochMs).toLocaleTimeString(isEnglish() ? "en-GB" : locale, how);
}

/** A name inside a sentence. */
export const small = (text) => text.toLocaleLowerCase(locale);

/** "a", "a and b", "a, b and c". */
export function listed(items) {
  const [last, ...others] = [...items].reverse();
  return others.length ? tr`${others.reverse().join(", ")} and ${last}` : String(last ?? "");
}

/** In a browser: `?lang=pl` in the address, else the languages that the person prefers. */
async function begin() {
  const tables = new Map();
  for (const link of document.querySelectorAll("link[hreflang]")) {
    tables.set(link.getAttribute("hreflang"), link.getAttribute("href"));
  }
  const asked = new URLSearchParams(location.search).get("lang");
  const tag = chosen(asked ? [asked] : navigator.languages, [...tables.keys()]);
  if (tag === ENGLISH) return speak(ENGLISH);
  const answer = await fetch(tables.get(tag), { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) return;
  speak(tag, await answer.json());
  document.documentElement.lang = tag;
}

if (globalThis.document) await begin().catch(() => speak(ENGLISH));
