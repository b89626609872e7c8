// The validity of a value at this moment.
//
// The server gives the time until which a value is fresh and the time until which it may be shown
// at all. A value ages without any message: its state is computed from those two times and the
// server's clock, and the worse of that and of the server's last state is shown.

import { doubtsOf } from "../because.js";
import { tr } from "../language.js";
import { ms } from "../time.js";
import { figure, limitsOf } from "../digits.js";
import { age, change, span } from "../strings.js";

const BRIEF = 24;
/** The words beside a number whose cause is too long for that place. */
export const IN_DOUBT = tr`in doubt`;
/** What a cuff reports of its own measurement; "pulse out of its range" has no room. */
const CUFF_REPORTS = {
  movement: tr`the arm moved`,
  cuff_loose: tr`cuff loose`,
  irregular_pulse: tr`irregular pulse`,
  improper_position: tr`improper position`,
};
/** Doubts that end with further readings. */
const OPEN = ["off_or_waited", "set_or_waited"];
const RANK = { fresh: 0, suspect: 1, stale: 2, expired: 3, none: 4 };

/** "fresh", "suspect", "stale", "expired" (there was one), or "none" (there never was). */
export function stateAt(vital, now) {
  if (!vital || vital.value == null) return "none";
  const expires = ms(vital.expires_at);
  const stale = ms(vital.stale_at);
  if (vital.state === "missing" || now === null) return "expired";
  if (expires !== null && now >= expires) return "expired";
  if (vital.state === "stale" || (stale !== null && now >= stale)) return "stale";
  return vital.state === "fresh" ? "fresh" : "suspect";
}

/** Milliseconds since it was measured; null without a value. */
export function ageOf(vital, now) {
  const measured = vital ? (ms(vital.effective) ?? ms(vital.received)) : null;
  return measured === null || now === null ? null : Math.max(0, now - measured);
}

/** Whether half of its fresh life is gone. */
export function ageing(vital, now) {
  const born = ms(vital.received) ?? ms(vital.effective);
  const stale = ms(vital.stale_at);
  if (born === null || stale === null || now === null) return false;
  return now - born >= (stale - born) / 2;
}

/**
 * One vital sign ready to be shown: {state, parts, why, age, ageing, change, trend}.
 * `parts` are the numbers as text, one, or systolic and diastolic, true to the `limits` in force.
 * `why` names the problem in a word, if there is one; `age` is never empty.
 */
export function reading(vitals, code, now, limits = []) {
  return code === "bp" ? pressure(vitals, now, limits) : single(vitals[code], code, now, limits);
}

function single(vital, code, now, limits) {
  const state = stateAt(vital, now);
  if (state === "none") return nothing();
  return {
    state,
    parts: [figure(code, vital.value, limitsOf(code, limits))],
    ...aged(state, ageOf(vital, now), vital.because),
    ageing: ageing(vital, now),
    change: change(code, vital.change),
    trend: vital.trend,
  };
}

/** Systolic and diastolic judged together: the worse state and the greater age apply to both. */
function pressure(vitals, now, limits) {
  const { sbp, dbp } = vitals;
  const states = [stateAt(sbp, now), stateAt(dbp, now)];
  if (states.every((s) => s === "none")) return nothing();
  const present = [sbp, dbp].filter((v) => v && v.value != null);
  const worst = states
    .filter((s) => s !== "none")
    .reduce((a, b) => (RANK[b] > RANK[a] ? b : a));
  const lead = present[0];
  return {
    state: worst,
    parts: ["sbp", "dbp"].map((vital) => figure(vital, vitals[vital]?.value, limitsOf(vital, limits))),
    ...aged(
      worst,
      Math.max(...present.map((v) => ageOf(v, now) ?? 0)),
      present.map((v) => v.because).find(Boolean),
    ),
    ageing: present.some((v) => ageing(v, now)),
    change: lead === sbp ? change("sbp", sbp.change) : "",
    trend: lead.trend,
  };
}

function nothing() {
  return {
    state: "none",
    parts: [],
    why: "",
    age: tr`no reading yet`,
    ageing: false,
    change: "",
    trend: null,
  };
}

function aged(state, milliseconds, because) {
  if (state === "fresh") return { why: "", age: age(milliseconds) };
  const why = { stale: tr`stale`, suspect: brief(because) }[state] ?? "";
  return { why, age: span(milliseconds) };
}

/** "the arm moved": there is little room beside a number, so most doubts are only a doubt there. */
function brief(because) {
  const { code, facts } = doubtsOf(because).at(-1) ?? {};
  if (OPEN.includes(code)) return tr`not known yet`;
  if (code !== "cuff_doubts" || !facts.flags.every((flag) => flag in CUFF_REPORTS)) return IN_DOUBT;
  const words = facts.flags.map((flag) => CUFF_REPORTS[flag]).join(", ");
  return words.length <= BRIEF ? words : IN_DOUBT;
}

/** Whether there is no value to show any more, or never was. */
export function expired(vital, now) {
  return ["expired", "none"].includes(stateAt(vital, now));
}

/** Whether a value may still be compared with its limits: fresh, or in doubt, but in time. */
export function freshEnough(vital, now) {
  return ["fresh", "suspect"].includes(stateAt(vital, now));
}
