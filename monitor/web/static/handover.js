// What whoever takes a session over has to know first, in words. Pure.

import { waits, words, worse } from "./alarms.js";
import { given } from "./given.js";
import { clock, sentence } from "./strings.js";
import { ms } from "./time.js";

const REPORTED = ["symptom", "help_requested"];
const GATES = { hold: "The dose waits", booster: "A further dose waits", discharge: "The close waits" };

/** [[title, lines]], each with at least one line: what was given, what stands, what is to be done. */
export function summary(encounter, now) {
  const { alarms = [], last_dose_at: dosed } = encounter;
  const standing = [...alarms].sort(worse).map(stands);
  return [
    ["Given", dosed ? given(encounter, now).map((line) => `${line}.`) : ["No dose so far."]],
    ["Alarms", standing.length ? standing : ["No alarm stands."]],
    ["To do", open(encounter)],
  ];
}

function stands(alarm) {
  const by = alarm.acknowledged_by ? `Acknowledged by ${alarm.acknowledged_by}.` : "Nobody has acknowledged it.";
  return `${words(alarm)}, since ${clock(ms(alarm.onset))}: ${alarm.reason} ${by}`;
}

/** Acts that somebody has to do: reports without an answer, a cuff that is late, what gates miss. */
function open({ alarms = [], next_check: check, gates = [], nobody_left: left = [] }) {
  const asked = alarms.filter((a) => REPORTED.includes(a.condition) && waits(a));
  const unmet = gates.filter((g) => g.unmet.length > 0);
  const lines = [
    ...asked.map((a) => `Answer: ${sentence(a.reason)}`),
    check?.overdue && `Measure the blood pressure: due since ${clock(ms(check.due))}.`,
    left.length > 0 && "Nobody else is left to be told of an alarm.",
    ...unmet.map((g) => `${GATES[g.gate] ?? "An act waits"}: ${g.unmet.map((u) => u.text).join(" ")}`),
  ].filter(Boolean);
  return lines.length ? lines : ["Nothing is open."];
}

/** "mara, at a page, sound off": of a person to whom a session may be offered. */
export function taker({ username, here, audible, on_duty: duty }) {
  const where = here ? `at a page${audible ? "" : ", sound off"}` : "not at a page";
  return [username, duty && "on duty", where].filter(Boolean).join(", ");
}
