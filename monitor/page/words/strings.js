// Words and numbers as people read them. No DOM, no clock.

export const NOT_MEASURED =
  "Heart rate, blood pressure and temperature only. Breathing and oxygen are not measured. " +
  "Not a substitute for a person in the room. No dosing advice.";

export const NOT_ENFORCED = 
  "Devices are let in without a password: compare a reading with the device\u2019s own display.";

export const IN_THE_CLEAR = "Reached without HTTPS: passwords and readings cross the network in the clear.";

export const PHASES = {
  preparation: "Preparation",
  baseline: "Baseline",
  onset: "Onset",
  peak: "Peak",
  recovery: "Recovery",
  closed: "Closed",
};

export const PRIORITIES = { high: "High", medium: "Medium", low: "Low" };
/** The rank of a priority, the worst first. */
export const RANK = { high: 0, medium: 1, low: 2 };
export const MODES = { real: "", test: "Test data", demo: "Demo data" };
export const VITAL_NAMES = {
  hr: "Heart rate",
  bp: "Blood pressure",
  sbp: "Systolic pressure",
  dbp: "Diastolic pressure",
  map: "Mean pressure",
  temp: "Temperature",
};
export const UNITS = { bp: "mmHg", sbp: "mmHg", dbp: "mmHg", hr: "/min", temp: "\u00b0C" };
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
  no_data: ({ vital, since }) => `${vital}: nothing came since ${since}.`,
  device_offline: ({ device, since }) => `${device} offline since ${since}.`,
  device_flooding: ({ device, since }) => `${device} sends too much since ${since}.`,
  bp_overdue: ({ since }) => `Cuff overdue since ${since}.`,
  unattended: ({ since }) => `Nobody watches since ${since}.`,
  broker_lost: ({ since }) => `No device can be heard since ${since}.`,
};
/** The checks by a person before the dose. */
export const CHECKS = {
  sound: "Sound",
  sitter: "Sitter",
  reachable: "Address and phone",
  backup: "Backup",
};
export const DEVICE_KINDS = {
  heart_rate: "heart-rate strap",
  cuff: "blood-pressure cuff",
  thermometer: "thermometer",
  gateway: "gateway",
};

/** The same in a sentence about one of them. */
export const DEVICE_WORDS = {
  heart_rate: "strap",
  cuff: "cuff",
  thermometer: "thermometer",
  gateway: "gateway",
};
/** "strap-7, heart-rate strap". */
export const deviceWithKind = (id, kind) => `${id}, ${DEVICE_KINDS[kind] ?? kind}`;
/** Reports of devices beside their values, if the server's own sentence does not contain them. */
export const TOLD = {
  unknown: (values, device, at) =>
    `${values}${device && ` from ${device}`} at ${at}, age unknown.`,
  measuredNow: "Measured just now",
  needed: "A new measurement is needed.",
  failed: (device) => `${capital(device)} failed.`,
  stored: (device) => `Stored in ${device}.`,
  at: (time) => `At ${time}.`,
  again: (time) => `At ${time}, measuring again.`,
  ageUnknown: "age unknown",
  anotherUser: "another user",
  halfFailed: "half failed",
  clock: (device) => `The clock of ${device} was set.`,
  user: (user, device) => `The patient is user ${user} of ${device}.`,
  noUser: (device) => `Nobody said which user of ${device} the patient is.`,
  users: (users) => `It has measured ${users.length > 1 ? "users" : "user"} ${inWords(users)}.`,
  userBy: (by) => (by ? `Said by ${by}.` : "Said by its first live reading."),
  isUser: (user) => `The patient is user ${user}`,
};

const MINUS = "\u2212";
const WORDS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split(" ");

/** A vital sign's value with its decimals: one of a temperature, else whole. */
export function number(vital, value) {
  if (value == null || !Number.isFinite(value)) return "\u2014";
  return signless(value, decimals(vital));
}

/** A change against the baseline: "+12", "−3", "0". */
export function change(vital, value) {
  if (value == null || !Number.isFinite(value)) return "";
  const text = Math.abs(value).toFixed(decimals(vital));
  if (Number(text) === 0) return "0";
  return (value > 0 ? "+" : MINUS) + text;
}

/** "now", "48 s", "12 min". */
export function age(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 5) return "now";
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}

/** A length of time without "now": "0 s", "48 s", "12 min". */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}

/** "1:24", for a countdown. */
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Time of day in the browser's zone: "14:38", with seconds "14:38:07". */
export function clock(epochMs, seconds = false) {
  const at = new Date(epochMs);
  const two = (n) => String(n).padStart(2, "0");
  const text = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return seconds ? `${text}:${two(at.getSeconds())}` : text;
}

/** Date and time of day in the browser's zone: "Nov 28, 2026, 14:38". */
export function day(epochMs) {
  const date = new Date(epochMs).toLocaleDateString(undefined, { dateStyle: "medium" });
  return `${date}, ${clock(epochMs)}`;
}

/** Time of day in a named zone; "" when it reads the same here or the browser has no such zone. */
export function clockThere(epochMs, timeZone) {
  if (!timeZone) return "";
  try {
    /** @type {Intl.DateTimeFormatOptions} */
    const how = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
    const there = new Intl.DateTimeFormat("en-GB", how).format(epochMs);
    return there === clock(epochMs) ? "" : there;
  } catch {
    return "";
  }
}

/** A whole number as a word up to twelve: 4 -> "four". */
export function word(n) {
  return n < WORDS.length ? WORDS[n].toLowerCase() : String(n);
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

/** "1", "1 and 2", "1, 2 and 3". */
function inWords(items) {
  const [last, ...others] = [...items].reverse();
  return others.length ? `${others.reverse().join(", ")} and ${last}` : String(last);
}

function signless(value, places) {
  const text = value.toFixed(places);
  return text.startsWith("-") ? MINUS + text.slice(1) : text;
}
