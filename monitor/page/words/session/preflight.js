// The conditions before a dose that no gate measures, row by row. Pure.
//
// `done` true: proven, here and now; false: not yet; null: it cannot be changed here. A check
// that a person makes has `ask`, the word on its button.

import { reading } from "./freshness.js";
import { tested } from "../clinic/notices.js";
import { CHECKS, DEVICE_KINDS, capital, clock, label, word } from "../strings.js";
import { ms } from "../time.js";
import { unheard } from "../alarms/unnotified.js";

/** The check that is made by the message itself: its recipient confirms it. */
export const NOTICE = "notice";
const SENDS = { heart_rate: "hr", cuff: "bp", thermometer: "temp" };

/**
 * Rows {id, name, text, done, ask?, first?, alone?}; `sound`: "off", "testing" or "on" in this
 * page, "unplayed" where it is on and no tones were played for this session; `linksStay`: see
 * unnotified.js.
 */
export function preflight(encounter, sound, now, linksStay = false) {
  const notice = { id: NOTICE, name: "Test notice", ...tested(encounter, now, linksStay) };
  return [
    ...(notice.first ? [notice] : []),
    heard(encounter, sound),
    sitter(encounter),
    reachable(encounter),
    backup(encounter),
    ...Object.entries(encounter.devices).map(([id, kind]) => device(encounter, id, kind, now)),
    clocks(encounter.clocks),
    ...(notice.first ? [] : [notice]),
  ];
}

/**
 * Sentences that no one elsewhere would be notified, and about open checks that only a person can
 * make; "" when all is well.
 */
export function unproven(encounter, sound, now, linksStay = false) {
  const open = preflight(encounter, sound, now, linksStay).filter((row) => row.ask && !row.done);
  const names = open.map((row) => row.name.toLowerCase()).join(", ");
  const alone = unheard(encounter, linksStay);
  return [alone, names && `Not checked yet: ${names}.`].filter(Boolean).join(" ");
}

/**
 * "Two checks and one condition left before the dose." `conditions`: the number of unmet
 * conditions of the dose's gate. One sentence for both: of two, the one that says "done" would be
 * believed.
 */
export function checksLeft(rows, conditions = 0) {
  const some = (n, name) => (n ? [`${word(n)} ${name}${n === 1 ? "" : "s"}`] : []);
  const checks = some(rows.filter((row) => row.done === false).length, "check");
  const left = [...checks, ...some(conditions, "condition")].join(" and ");
  return left ? `${capital(left)} left before the dose.` : "Every check is done.";
}

/** The number of unmet conditions of the gate before the first dose. */
export const conditionsLeft = ({ gates }) => gates.find((g) => g.gate === "hold")?.unmet.length ?? 0;

function made(encounter, id) {
  const check = encounter.checks[id];
  return check ? `${clock(ms(check.at))} by ${check.by}` : "";
}

const SILENT = {
  off: "Not heard in this window yet.",
  unplayed: "Not played for this session yet.",
};

/** A tone that was played on another load of the page, or for another session, is no proof here. */
function heard(encounter, sound) {
  const said = made(encounter, "sound");
  const silent = SILENT[sound] ?? "Did you hear three tones?";
  const done = Boolean(said) && ["on", "unplayed"].includes(sound);
  const text = done ? `Heard ${said}.` : said ? `Heard ${said}. ${silent}` : silent;
  return { id: "sound", name: CHECKS.sound, text, done, ask: "I heard three" };
}

function sitter(encounter) {
  const said = made(encounter, "sitter");
  const name = encounter.emergency?.sitter;
  const who = name ? `${name}.` : "No sitter is named.";
  return {
    id: "sitter",
    name: CHECKS.sitter,
    text: said ? `${who} Answered ${said}.` : `${who} Ask for an answer on the video.`,
    done: Boolean(said),
    ask: "Answered",
  };
}

function reachable(encounter) {
  const said = made(encounter, "reachable");
  const { address, phone } = encounter.emergency ?? {};
  const known = `${address || "No address is on file"}. ${phone || "No phone is on file"}.`;
  return {
    id: "reachable",
    name: CHECKS.reachable,
    text: said ? `Said aloud ${said}.` : `${known} Let ${label(encounter)} say both.`,
    done: Boolean(said),
    ask: "Said aloud",
  };
}

function backup(encounter) {
  const said = made(encounter, "backup");
  return {
    id: "backup",
    name: CHECKS.backup,
    text: said ? `Can be reached, ${said}.` : `${named(encounter)} knows of this session.`,
    done: Boolean(said),
    ask: "Can be reached",
  };
}

/** The contacts on duty who would be notified; without contacts, no one in particular. */
function named({ contacts = [] }) {
  const names = contacts.filter((c) => c.on_duty).map((c) => c.name);
  return names.length ? `One of ${names.join(", ")}` : "A second clinician";
}

function device(encounter, id, kind, now) {
  const name = capital(DEVICE_KINDS[kind] ?? kind);
  const code = SENDS[kind];
  if (!code) return { id: `device/${id}`, name, text: `${id} hands on what others send.`, done: null };
  const r = reading(encounter.vitals, code, now, encounter.limits);
  const fixed = { none: "No reading yet", expired: "Nothing for long" }[r.state];
  const text = fixed ?? `${r.parts.join("/")}, ${r.why ? `${r.why}, ` : ""}${r.age}`;
  return { id: `device/${id}`, name, text: `${text}. ${id}`, done: r.state === "fresh" };
}

/** Known offsets are corrected for; an unknown one is reported, and requires no act. */
function clocks(offsets) {
  const known = Object.entries(offsets).filter(([, s]) => s !== null);
  const unknown = Object.keys(offsets).filter((id) => offsets[id] === null);
  const said = known.map(([id, s]) => `${id} ${off(s)}`);
  if (unknown.length) said.push(`not known: ${unknown.join(", ")}`);
  const text = said.length ? `${capital(said.join(", "))}.` : "No device serves this session.";
  return { id: "clocks", name: "Device clocks", text, done: unknown.length || !known.length ? null : true };
}

function off(s) {
  if (Math.abs(s) < 1) return "is right";
  return `${Math.round(Math.abs(s))} s ${s > 0 ? "behind" : "ahead"}, corrected`;
}
