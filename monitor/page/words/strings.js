// Words and numbers as people read them. No DOM, no clock.

import { dateOf, isEnglish, listed, numeral, small, timeOf, tr } from "./language.js";

export const NOT_MEASURED =
  tr`Heart rate, blood pressure and temperature only. Breathing and oxygen are not measured. \
Not a substitute for a person in the room. No dosing advice.`;

export const NOT_ENFORCED =
  tr`Devices are let in without a password: compare a reading with the device\u2019s own display.`;

export const IN_THE_CLEAR = tr`Reached without HTTPS: passwords and readings cross the network in the clear.`;

export const PHASES = {
  preparation: tr`Preparation`,
  baseline: tr`Baseline`,
  onset: tr`Onset`,
  peak: tr`Peak`,
  recovery: tr`Recovery`,
  closed: tr`Closed`,
};

export const PRIORITIES = { high: tr`High`, medium: tr`Medium`, low: tr`Low` };
/** The same inside a sentence. */
export const PRIORITY_WORDS = { high: tr`high`, medium: tr`medium`, low: tr`low` };
const KINDS = { physiological: tr`physiological`, technical: tr`technical` };
/** "technical high": the alarms of one kind and priority, inside a sentence. */
export const ofKind = (name) => name.split(" ").map((word) => KINDS[word] ?? PRIORITY_WORDS[word] ?? word).join(" ");
export const ROLES = { viewer: tr`viewer`, therapist: tr`therapist`, admin: tr`admin` };
/** The rank of a priority, the worst first. */
export const RANK = { high: 0, medium: 1, low: 2 };
export const MODES = { real: "", test: tr`Test data`, demo: tr`Demo data` };
/** The same inside a sentence. */
export const MODE_WORDS = { real: "", test: tr`test`, demo: tr`demo` };
export const VITAL_NAMES = {
  hr: tr`Heart rate`,
  bp: tr`Blood pressure`,
  sbp: tr`Systolic pressure`,
  dbp: tr`Diastolic pressure`,
  map: tr`Mean pressure`,
  temp: tr`Temperature`,
};
export const UNITS = { bp: tr`mmHg`, sbp: tr`mmHg`, dbp: tr`mmHg`, hr: tr`/min`, temp: tr`\u00b0C` };
const DECIMALS = { temp: 1 };
/** The places of vital signs on the page, and the signs in each; a mean pressure has none. */
export const PLACES = { hr: ["hr"], bp: ["sbp", "dbp"], temp: ["temp"] };
/** Vital signs that come as streams. */
export const STREAMS = new Set(["hr"]);
const COMMON = Object.keys(PLACES);

/** Give a vital sign without a place one, with the service's words where the page has none. */
export function learnVitals(signs = {}) {
  for (const [code, { name, unit, decimals: n, stream }] of Object.entries(signs)) {
    if (placeOf(code) in PLACES) continue;
    VITAL_NAMES[code] ??= name;
    UNITS[code] ??= unit;
    DECIMALS[code] ??= n;
    PLACES[code] = [code];
    if (stream) STREAMS.add(code);
  }
}

/** The place of a vital sign: the pressures share one. */
export const placeOf = (vital) => (vital in PLACES ? vital : ["sbp", "dbp", "map"].includes(vital) ? "bp" : vital);
/** The places beyond those of every page. */
export const furtherPlaces = () => Object.keys(PLACES).filter((code) => !COMMON.includes(code));
export const decimals = (vital) => DECIMALS[vital] ?? 0;
/**
 * Conditions that time alone raises, in a headline: a time of day stays true, a length of time
 * does not.
 */
export const TECHNICAL = {
  no_data: ({ vital, since }) => tr`${vital}: nothing came since ${since}.`,
  device_offline: ({ device, since }) => tr`${device} offline since ${since}.`,
  device_flooding: ({ device, since }) => tr`${device} sends too much since ${since}.`,
  bp_overdue: ({ since }) => tr`Cuff overdue since ${since}.`,
  unattended: ({ since }) => tr`Nobody watches since ${since}.`,
  broker_lost: ({ since }) => tr`No device can be heard since ${since}.`,
};
/** How good a baseline is, inside a sentence. */
export const GRADES = { good: tr`good`, fair: tr`fair`, poor: tr`poor` };
/** The checks by a person before the dose. */
export const CHECKS = {
  sound: tr`Sound`,
  sitter: tr`Sitter`,
  reachable: tr`Address and phone`,
  backup: tr`Backup`,
};
export const DEVICE_KINDS = {
  heart_rate: tr`heart-rate strap`,
  cuff: tr`blood-pressure cuff`,
  thermometer: tr`thermometer`,
  gateway: tr`gateway`,
};

/** The same in a sentence about one of them. */
export const DEVICE_WORDS = {
  heart_rate: tr`strap`,
  cuff: tr`cuff`,
  thermometer: tr`thermometer`,
  gateway: tr`gateway`,
};
/** "strap-7, heart-rate strap". */
export const deviceWithKind = (id, kind) => `${id}, ${DEVICE_KINDS[kind] ?? kind}`;
/** Reports of devices beside their values, if the server's own sentence does not contain them. */
export const TOLD = {
  unknown: (values, device, at) =>
    tr`${values}${device && tr` from ${device}`} at ${at}, age unknown.`,
  measuredNow: tr`Measured just now`,
  needed: tr`A new measurement is needed.`,
  failed: (device) => tr`${capital(device)} failed.`,
  stored: (device) => tr`Stored in ${device}.`,
  at: (time) => tr`At ${time}.`,
  again: (time) => tr`At ${time}, measuring again.`,
  ageUnknown: tr`age unknown`,
  anotherUser: tr`another user`,
  halfFailed: tr`half failed`,
  clock: (device) => tr`The clock of ${device} was set.`,
  user: (user, device) => tr`The patient is user ${user} of ${device}.`,
  noUser: (device) => tr`Nobody said which user of ${device} the patient is.`,
  users: (users) => users.length > 1 ? tr`It has measured users ${listed(users)}.` : tr`It has measured user ${listed(users)}.`,
  userBy: (by) => (by ? tr`Said by ${by}.` : tr`Said by its first live reading.`),
  isUser: (user) => tr`The patient is user ${user}`,
};

const MINUS = "\u2212";
const WORDS = tr`No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve`.split(" ");

/** A vital sign's value with its decimals: one of a temperature, else whole. */
export function number(vital, value) {
  if (value == null || !Number.isFinite(value)) return "\u2014";
  return written(value, decimals(vital));
}

/** A number with so many decimals. */
export function written(value, places) {
  const text = value.toFixed(places);
  return text.startsWith("-") ? MINUS + numeral(text.slice(1)) : numeral(text);
}

/** A change against the baseline: "+12", "−3", "0". */
export function change(vital, value) {
  if (value == null || !Number.isFinite(value)) return "";
  const text = Math.abs(value).toFixed(decimals(vital));
  if (Number(text) === 0) return "0";
  return (value > 0 ? "+" : MINUS) + numeral(text);
}

/** "now", "48 s", "12 min". */
export function age(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 5) return tr`now`;
  return seconds < 60 ? tr`${seconds} s` : tr`${Math.floor(seconds / 60)} min`;
}

/** A length of time without "now": "0 s", "48 s", "12 min". */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 60 ? tr`${seconds} s` : tr`${Math.floor(seconds / 60)} min`;
}

/** "1:24", for a countdown. */
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Time of day in the browser's zone: "14:38", with seconds "14:38:07". */
export function clock(epochMs, seconds = false) {
  return isEnglish() ? typedTime(epochMs, seconds) : timeOf(epochMs, seconds);
}

/** The same as a person types it, in any language. */
export function typedTime(epochMs, seconds = false) {
  const at = new Date(epochMs);
  const two = (n) => String(n).padStart(2, "0");
  const text = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return seconds ? `${text}:${two(at.getSeconds())}` : text;
}

/** Date and time of day in the browser's zone: "Nov 28, 2026, 14:38". */
export function day(epochMs) {
  return `${dateOf(epochMs, { dateStyle: "medium" })}, ${clock(epochMs)}`;
}

/** Time of day in a named zone; "" when it reads the same here or the browser has no such zone. */
export function clockThere(epochMs, timeZone) {
  if (!timeZone) return "";
  try {
    const there = timeOf(epochMs, false, timeZone);
    return there === clock(epochMs) ? "" : there;
  } catch {
    return "";
  }
}

/** A whole number as a word up to twelve: 4 -> "four". */
export function word(n) {
  return n < WORDS.length ? small(WORDS[n]) : String(n);
}

/** A phrase of the server's as a sentence. */
export function sentence(text) {
  return !text || /[.?!]$/.test(text) ? capital(text) : `${capital(text)}.`;
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The name of a patient: the label, or the id if the server sent no label. */
export function label(encounter) {
  return encounter.patient_label || encounter.patient || encounter.id;
}

/** Whether a label needs smaller letters to be read whole where a short one is large. */
export const isLong = (name) => name.length > 12;
