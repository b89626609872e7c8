// What devices tell beside their values, line by line: what happened and when, in our words, and
// why, in the server's. What a person can put right has its acts. Pure.

import { IN_DOUBT, reading } from "./freshness.js";
import { DEVICE_WORDS, TOLD, capital, clock, number } from "./strings.js";
import { ms } from "./time.js";

// What is over, and nothing can be done about: it stays in the record, not on the screen.
const RECENT_MS = 30 * 60_000;
// Nobody reads a clock more exactly than this; beyond it, it was set, and not right.
const RIGHT_S = 60;

/**
 * Lines {id, what, why, acts}; an act is {text, path, body}, to be posted to the session. Those
 * that ask for something stand first.
 */
export function told(encounter, now) {
  const { cuffs = {}, clock_steps: steps = {} } = encounter;
  const each = (lines) => Object.keys(cuffs).flatMap((id) => lines(encounter, id, cuffs[id], now));
  return [
    ...each(unknown),
    ...each(failed),
    ...each(users),
    ...each(stored),
    ...Object.keys(steps).flatMap((id) => step(encounter, id, steps[id], now)),
  ];
}

function unknown(encounter, id, { unknown: record }) {
  if (!record) return [];
  return {
    id: `unknown/${id}`,
    what: TOLD.unknown(values(record.values), named(encounter, id), at(record.received)),
    why: record.reason,
    acts: [{ text: TOLD.measuredNow, path: "measured-now", body: { key: record.key } }],
  };
}

function failed(encounter, id, { failed_at: when, failed_reason: why }, now) {
  if (!when) return [];
  const check = encounter.next_check;
  const again = check && (check.reason === "confirm" || ms(check.due) <= now);
  const say = again ? TOLD.failedAgain : TOLD.failed;
  return { id: `failed/${id}`, what: say(named(encounter, id), at(when)), why, acts: [] };
}

/** Told where it matters: several share it, or nobody but the cuff has said who the patient is. */
function users(encounter, id, { user, user_by: by, users: seen }) {
  if (!seen.length || (user !== null && by && seen.every((one) => one === user))) return [];
  const device = named(encounter, id);
  const others = seen.filter((one) => one !== user);
  const choices = others.length || user === null ? others : [user === 1 ? 2 : 1];
  const shared = others.length > 0 || user === null;
  return {
    id: `users/${id}`,
    what: user === null ? TOLD.noUser(device) : TOLD.user(user, device),
    why: [user !== null && TOLD.userBy(by), shared && TOLD.users(seen)].filter(Boolean).join(" "),
    acts: choices.map((one) => ({
      text: TOLD.isUser(one),
      path: `devices/${encodeURIComponent(id)}/user`,
      body: { user: one },
    })),
  };
}

function stored(encounter, id, { stored_at: when, stored_reason: why }, now) {
  if (!when || now - ms(when) > RECENT_MS) return [];
  return { id: `stored/${id}`, what: TOLD.stored(named(encounter, id), at(when)), why, acts: [] };
}

function step(encounter, id, { at: when, reason }, now) {
  if (now - ms(when) > RECENT_MS) return [];
  const off = encounter.clocks[id];
  const right = off != null && Math.abs(off) < RIGHT_S;
  const what = (right ? TOLD.clockRight : TOLD.clock)(named(encounter, id), at(when));
  return { id: `clock/${id}`, what, why: reason, acts: [] };
}

/** "the cuff"; with its id where there is another of its kind, or it serves no more. */
function named({ devices }, id) {
  const kind = devices[id];
  const word = DEVICE_WORDS[kind];
  if (!word) return id;
  const alone = Object.values(devices).filter((other) => other === kind).length === 1;
  return alone ? `the ${word}` : `the ${word} ${id}`;
}

function values({ sbp, dbp, ...others }) {
  if (sbp != null || dbp != null) return `${number("sbp", sbp)}/${number("dbp", dbp)}`;
  return Object.entries(others).map(([vital, value]) => number(vital, value)).join(", ");
}

function at(when) {
  return clock(ms(when));
}

/** A word for beside a number, `shown` as `reading` made it: what its cause did not fit into. */
export function doubt({ cuffs = {} }, code, shown) {
  const unaged = Object.values(cuffs).some((cuff) => cuff.unknown);
  return code === "bp" && shown.why === IN_DOUBT && unaged ? "age unknown" : shown.why;
}

/** The whole cause as a sentence, where beside the number there is only a word; else "". */
export function cause(encounter, code, now) {
  const shown = reading(encounter.vitals, code, now);
  if (shown.state !== "suspect" || shown.why !== IN_DOUBT) return "";
  const codes = code === "bp" ? ["sbp", "dbp"] : [code];
  const text = codes.map((vital) => encounter.vitals[vital]?.cause).find(Boolean) ?? "";
  if (!text || told(encounter, now).some(({ why }) => why === text)) return "";
  return capital(/[.?!]$/.test(text) ? text : `${text}.`);
}
