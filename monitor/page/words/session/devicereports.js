// The reports of devices beside their values, line by line: mostly the server's sentence, with
// its time of day. A report that a person can resolve has its acts. Pure.

import { IN_DOUBT, reading } from "./freshness.js";
import { doubtsOf, inWords, reasonIn } from "../because.js";
import { tr } from "../language.js";
import { DEVICE_WORDS, TOLD, clock, number, sentence } from "../strings.js";
import { ms } from "../time.js";

// Reports that are over and cannot be resolved: they stay in the record, not on the screen.
const RECENT_MS = 30 * 60_000;
const RETRY_MS = 3 * 60_000;

/**
 * Lines {id, what, why, acts}; an act is {text, path, body}, to be posted to the session. Lines
 * that require an act come first.
 */
export function deviceReports(encounter, now) {
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
  const why = sentence(reasonIn(record));
  return {
    id: `unknown/${id}`,
    what: TOLD.unknown(values(record.values), among(encounter, id), at(record.received)),
    why: `${why} ${TOLD.needed}`,
    acts: [{ text: TOLD.measuredNow, path: "measured-now", body: { key: record.key } }],
  };
}

function failed(encounter, id, { failed_at: when, failed_reason: why, failed_because: because }, now) {
  if (!when) return [];
  // A cuff is requested to measure again within a minute or two, beside its schedule; a gateway's
  // cannot be.
  const again = encounter.devices[id] === "cuff" && now - ms(when) < RETRY_MS;
  const what = sentence(inWords(why, because)) || TOLD.failed(named(encounter, id));
  return { id: `failed/${id}`, what, why: (again ? TOLD.again : TOLD.at)(at(when)), acts: [] };
}

/**
 * Shown where it matters: several people share it, or only the cuff has indicated who the patient
 * is.
 */
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

function stored(encounter, id, { stored_at: when, stored_reason: why, stored_because: because }, now) {
  if (!when || now - ms(when) > RECENT_MS) return [];
  const what = sentence(inWords(why, because)) || TOLD.stored(named(encounter, id));
  return { id: `stored/${id}`, what, why: TOLD.at(at(when)), acts: [] };
}

function step(encounter, id, set, now) {
  if (now - ms(set.at) > RECENT_MS) return [];
  const what = sentence(reasonIn(set)) || TOLD.clock(named(encounter, id));
  return { id: `clock/${id}`, what, why: TOLD.at(at(set.at)), acts: [] };
}

/** "the cuff"; with its id if there is another of its kind, or it serves no more. */
function named(encounter, id) {
  const word = DEVICE_WORDS[encounter.devices[id]];
  if (!word) return id;
  return alone(encounter, id) ? tr`the ${word}` : tr`the ${word} ${id}`;
}

/** Its name only if it could be another; else "". */
function among(encounter, id) {
  return alone(encounter, id) ? "" : named(encounter, id);
}

function alone({ devices }, id) {
  return Object.values(devices).filter((kind) => kind === devices[id]).length === 1;
}

function values({ sbp, dbp, ...others }) {
  if (sbp != null || dbp != null) return `${number("sbp", sbp)}/${number("dbp", dbp)}`;
  return Object.entries(others).map(([vital, value]) => number(vital, value)).join(", ");
}

function at(when) {
  return clock(ms(when));
}

/** The word beside a number, `shown` as returned by `reading`: with the cause that had no room. */
export function doubt(encounter, code, shown) {
  if (code !== "bp" || shown.why !== IN_DOUBT) return shown.why;
  const cuffs = Object.values(encounter.cuffs ?? {});
  if (encounter.vitals.sbp?.typed || encounter.vitals.dbp?.typed) return shown.why; // no cuff measured it
  if (cuffs.some((cuff) => cuff.unknown)) return TOLD.ageUnknown;
  const doubts = doubtsOf(doubted(encounter, code)?.because);
  const others = cuffs.flatMap(({ user, users: seen }) => seen.filter((one) => one !== user));
  if (doubts.some(({ facts }) => others.includes(facts.user))) return TOLD.anotherUser;
  return doubts.some(({ code: of }) => of === "half_lost") ? TOLD.halfFailed : shown.why;
}

/** The whole cause as a sentence, if there is only a word beside the number; else "". */
export function cause(encounter, code, now) {
  const shown = reading(encounter.vitals, code, now);
  if (shown.state !== "suspect" || shown.why !== IN_DOUBT) return "";
  const vital = doubted(encounter, code);
  const text = sentence(vital ? inWords(vital.cause, vital.because) : "");
  return deviceReports(encounter, now).some(({ why }) => why.startsWith(text)) ? "" : text;
}

/** The vital sign of this place whose value is in doubt, if one is. */
function doubted({ vitals }, code) {
  const codes = code === "bp" ? ["sbp", "dbp"] : [code];
  return codes.map((vital) => vitals[vital]).find((vital) => vital?.cause);
}
