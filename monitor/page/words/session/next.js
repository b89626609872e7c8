// The next step of a session, as two short lines. Pure.

import { plural, small, tr } from "../language.js";
import { capital, clock, span } from "../strings.js";
import { ms } from "../time.js";

const GRACE_MS = 1000;

/** [what, when or why]: the next cuff reading, or that there is no step left to wait for. */
export function nextStep(encounter, now) {
  const open = encounter.gates.flatMap((g) => (g.gate === "booster" ? [] : g.unmet)).length;
  const undosed = encounter.dosed_at === null;
  const cuff = coming(encounter, now);
  if (encounter.gates.length && open === 0) {
    const ready = undosed ? tr`Dose conditions met` : tr`Ready to close`;
    return [ready, cuff ? sentence(cuff) : tr`All conditions met`];
  }
  if (!cuff) return [tr`No cuff due`, ""];
  // "Checks" are made by a person before the dose; these conditions are the gate's.
  const waits = undosed && open && cuff.kind === "ahead";
  const conditions = plural(open, "{0} condition open", "{0} conditions open");
  return [`${cuff.what} ${cuff.state}`, waits ? conditions : cuff.when];
}

/**
 * The pressure reading that is awaited, {kind, what, state, when, due}; null: no reading is. kind:
 * "ahead", "due", "asked", "failed" or "overdue"; `what`, `state` and `when` are its words. All
 * places take it from here, so that no two places name another one.
 */
export function coming(encounter, now) {
  const check = encounter.next_check;
  if (!check) return null;
  const due = ms(check.due);
  const repeat = check.reason === "confirm";
  const what = repeat ? tr`Repeat cuff` : tr`Cuff`;
  const failed = failing(encounter);
  // The server reports it with the next status; if no other message comes, the clock shows it
  // first.
  const late = check.overdue || now - due > GRACE_MS;
  if (late) return overdue(encounter, repeat ? tr`Repeat` : what, due); // both words do not fit a row
  if (failed) return { kind: "failed", what: tr`Cuff`, state: tr`failed`, when: tr`at ${clock(ms(failed))}`, due };
  // A program that does not report this requests the readings that it wants confirmed.
  const asked = check.asked ?? repeat;
  if (asked) return { kind: "asked", what, state: tr`asked`, when: tr`by ${clock(due)}`, due };
  if (due <= now) return { kind: "due", what, state: tr`due now`, when: clock(due), due };
  return { kind: "ahead", what, state: tr`in ${ahead(due - now)}`, when: clock(due), due };
}

/** "overdue since 14:15": its state, with the time if the state does not give it. */
export function stateAndTime({ kind, state, when }) {
  return kind === "ahead" || kind === "due" ? state : `${state} ${when}`;
}

/** "cuff overdue since 14:15", for inside a sentence. */
export const phrase = (cuff) => `${small(cuff.what)} ${stateAndTime(cuff)}`;

/** The reading that is overdue in the alarm bar is the one to name. */
function overdue({ alarms = [] }, what, due) {
  const told = alarms.find((a) => a.condition === "bp_overdue" && a.presence !== "latched");
  const since = told ? ms(told.onset) : due;
  return { kind: "overdue", what: told ? tr`Cuff` : what, state: tr`overdue`, when: tr`since ${clock(since)}`, due: since };
}

function sentence(cuff) {
  return capital(phrase(cuff));
}

/** When a cuff's newest measurement failed; undefined: no measurement did. */
function failing({ cuffs = {} }) {
  return Object.values(cuffs).map((cuff) => cuff.failed_at).find(Boolean);
}

/** Time to come: whole minutes rounded up, seconds in the last one. */
export function ahead(milliseconds) {
  return milliseconds >= 60_000 ? tr`${Math.ceil(milliseconds / 60_000)} min` : span(milliseconds);
}
