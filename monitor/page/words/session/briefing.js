// The facts that the next supervisor has to know first, in words. Pure.

import { gravity, waits, words, worse } from "../alarms/alarms.js";
import { named } from "../alarms/conditions.js";
import { given } from "./given.js";
import { headline, plain } from "../alarms/headline.js";
import { alarmReason, conditionWords } from "../because.js";
import { tr } from "../language.js";
import { answer, priorityHistory } from "../alarms/since.js";
import { clock, sentence } from "../strings.js";
import { ms } from "../time.js";

const REPORTED = ["symptom", "help_requested"];
const GATES = { hold: tr`The dose waits`, booster: tr`A further dose waits`, discharge: tr`The close waits` };

/** [[title, lines]], each with at least one line: the doses, the alarms, the open tasks. */
export function summary(encounter, now) {
  const { alarms = [], last_dose_at: dosed } = encounter;
  const standing = [...alarms].sort(worse).map((alarm) => stands(encounter, alarm));
  return [
    [tr`Given`, dosed ? given(encounter, now).map((line) => `${line}.`) : [tr`No dose so far.`]],
    [tr`Alarms`, standing.length ? standing : [tr`No alarm stands.`]],
    [tr`To do`, open(encounter)],
  ];
}

/**
 * Its worst priority, when, and whether that was acknowledged: the next supervisor must not get a
 * milder picture.
 */
function stands(encounter, alarm) {
  const past = alarm.presence === "latched" || gravity(alarm) !== alarm.priority;
  const told = priorityHistory(alarm);
  const since = told ? "" : tr`, since ${clock(ms(alarm.onset))}`;
  const reached = past && headline({ encounter, alarms: [alarm], lead: alarm });
  return [`${words(alarm)}${since}:`, reached, plain(alarm), told, answer(alarm)].filter(Boolean).join(" ");
}

/**
 * Open tasks of people: alarms and reports without an answer, a cuff that is late, unmet
 * conditions of gates.
 */
function open({ alarms = [], next_check: check, gates = [], nobody_left: left = [] }) {
  const waiting = alarms.filter(waits).sort(worse);
  const [asked, others] = [true, false].map((is) => waiting.filter((a) => REPORTED.includes(a.condition) === is));
  const unmet = gates.filter((g) => g.unmet.length > 0);
  const lines = [
    ...asked.map((a) => tr`Answer: ${sentence(alarmReason(a))}`),
    ...new Set(others.map((a) => tr`Acknowledge: ${words(a)}, ${named(a)}.`)),
    check?.overdue && tr`Measure the blood pressure: due since ${clock(ms(check.due))}.`,
    left.length > 0 && tr`Nobody else is left to be told of an alarm.`,
    ...unmet.map((g) => `${GATES[g.gate] ?? tr`An act waits`}: ${conditionWords(g.unmet).join(" ")}`),
  ].filter(Boolean);
  return lines.length ? lines : [tr`Nothing is open.`];
}

/** "mara, at a page, sound off": of a person to whom a session may be offered. */
export function taker({ username, here, audible, on_duty: duty }) {
  const where = here ? tr`at a page${audible ? "" : tr`, sound off`}` : tr`not at a page`;
  return [username, duty && tr`on duty`, where].filter(Boolean).join(", ");
}
