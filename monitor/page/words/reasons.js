// The service's reasons in another language, by the sentences in its table. A page in English
// shows the service's own, and does not load this.
//
// A sentence names its facts: "{vital} {value}, limit {limit}{baseline}." A fact that may be
// absent, or that is shown in more than one way, has a phrase: a text that is there if the fact
// is, or a text for each value: "true", "3", "high", else by the sign "-", else for each form of
// a number in the language, else "other". In a phrase each place is the fact as it is.

import { named } from "./alarms/conditions.js";
import { sayReasonsBy } from "./because.js";
import { exact } from "./digits.js";
import { formOf, listed, numeral, plural, reasonTable, tr } from "./language.js";
import { change } from "./strings.js";

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;
/** Facts in the unit of the vital sign that the reason names. */
const VALUES = ["value", "limit", "baseline", "before", "was", "rise"];

/** The words for a reason; null if the table has none for one of its codes, words or facts. */
export function reasonWords(because) {
  try {
    return sentence(because);
  } catch {
    // A fault of a table must not take an alarm off the screen.
    return null;
  }
}

function sentence({ code, facts }) {
  const entry = reasonTable().sentences[code];
  const { sentence: text, ...phrases } = typeof entry === "string" ? { sentence: entry } : entry;
  const all = { ...facts, ...compared(facts) };
  const plain = (name) => shown(name, all[name], all);
  return filled(text, (name) => (name in phrases ? filled(phrase(phrases[name], all[name]), plain) : plain(name)));
}

const filled = (text, place) => text.replace(/\{(\w+)\}/g, (_, name) => place(name));

/** The change against the baseline, which people compare with its limit. */
function compared({ vital, value, baseline }) {
  return vital && value != null && baseline != null ? { change: change(vital, value - baseline) } : {};
}

function phrase(of, fact) {
  const absent = fact == null || fact === false || fact.length === 0;
  if (typeof of === "string") return absent ? "" : of;
  if (absent && fact !== false) return of[""] ?? "";
  const number = typeof fact === "number" ? [fact < 0 ? "-" : "", formOf(Math.abs(fact))] : [];
  return of[[String(fact), ...number, "other"].find((one) => Object.hasOwn(of, one))];
}

function shown(name, fact, facts) {
  if (Array.isArray(fact)) return listed(fact.map((one) => word(name, one)));
  if (typeof fact === "number") return figureOf(name, fact, facts);
  if (typeof fact === "string") return word(name, fact);
  return sentence(fact);
}

function word(name, text) {
  const { [name]: list } = reasonTable().words;
  if (!list) return text;
  if (Object.hasOwn(list, text)) return list[text];
  // The page has its own names of alarms.
  if (name === "condition") return named({ condition: text });
  throw new RangeError(text);
}

function figureOf(name, n, { vital }) {
  if (name === "seconds" || name.endsWith("_s")) return length(Math.abs(n));
  const short = Math.round(n * 10) / 10;
  return vital && VALUES.includes(name) ? exact(vital, short) : numeral(String(short));
}

/** A length of time as the service rounds it. */
function length(seconds) {
  if (seconds < MINUTE_S) return tr`${Math.round(seconds)} s`;
  if (seconds < 2 * HOUR_S) return tr`${Math.round(seconds / MINUTE_S)} min`;
  if (seconds < 2 * DAY_S) return plural(Math.round(seconds / HOUR_S), "{0} hour", "{0} hours");
  return plural(Math.round(seconds / DAY_S), "{0} day", "{0} days");
}

sayReasonsBy(reasonWords);
