// The service's reasons: each is data, a code and facts, beside an English sentence. The page
// decides by the data, and never by the sentence. Pure.

import { tr } from "./language.js";

/** The reasons around that of an alarm: who acknowledged it, and that it comes and goes. */
const BY_PERSONS = ["acknowledged", "still_there"];
const FLAPS = "comes_and_goes";

let render = (_because) => null;

/** Take the sentences of another language: a function from a reason to its words, or null. */
export function sayReasonsBy(renderer) {
  render = renderer;
}

/**
 * A reason in words: by its data if the language of the page has a sentence for it, else the
 * service's own sentence. English has no other, and neither has a row of an older version.
 */
export const inWords = (sentence, because) => (because && render(because)) ?? sentence;

/** The same of a row, an alarm of the journal, a record of a cuff. */
export const reasonIn = ({ reason, because }) => inWords(reason, because);

/** The conditions of a shut gate in words, each {text, because}. */
export const conditionWords = (unmet) => unmet.map(({ text, because }) => inWords(text, because));

/** The reason of an alarm of a status. */
export const alarmReason = (alarm) => noted(alarm, alarm.reason, alarm.because);

/** The same without who acknowledged the alarm. */
export const bareReason = (alarm) => noted(alarm, alarm.bare_reason ?? alarm.reason, bareOf(alarm.because));

/** The service's own sentence has this note already. */
function noted(alarm, sentence, because) {
  const own = because && render(because);
  if (own == null) return sentence;
  return alarm.data_lost_at && !alarm.cleared_at ? tr`${own} Data lost: it stands, and nothing is seen of it now.` : own;
}

function bareOf(because) {
  const { code, facts } = because ?? {};
  if (BY_PERSONS.includes(code)) return bareOf(facts.reason);
  return code === FLAPS ? { code, facts: { ...facts, reason: bareOf(facts.reason) } } : because;
}

/** Who acknowledged an alarm that is still there; "": it does not say so. */
export function stillThereAfter(because) {
  const { code, facts } = because ?? {};
  if (code === "still_there") return facts.by;
  return [...BY_PERSONS, FLAPS].includes(code) ? stillThereAfter(facts.reason) : "";
}

/** The code of the condition of an alarm, or of its end: that of the innermost reason. */
export function innermost(because) {
  return because?.facts.reason ? innermost(because.facts.reason) : because?.code;
}

/** The doubts about a value, one by one. */
export function doubtsOf(because) {
  if (because?.code !== "both") return because ? [because] : [];
  return [because.facts.first, because.facts.second].flatMap(doubtsOf);
}

/** Whether a person struck this row of `observations` out; an older version wrote a sentence only. */
export const isStruck = ({ because }) => doubtsOf(because).some(({ code }) => code === "struck_out");
