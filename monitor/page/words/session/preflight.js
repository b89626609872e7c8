// The conditions before a dose that no gate measures, row by row. Pure.
//
// `done` true: proven, here and now; false: not yet; null: it cannot be changed here. A check
// that a person makes has `ask`, the word on its button.

import { reading } from "./freshness.js";
import { listed, plural, small, tr } from "../language.js";
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
  const notice = { id: NOTICE, name: tr`Test notice`, ...tested(encounter, now, linksStay) };
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
  const names = open.map((row) => small(row.name)).join(", ");
  const alone = unheard(encounter, linksStay);
  return [alone, names && tr`Not checked yet: ${names}.`].filter(Boolean).join(" ");
}

/**
 * "Two checks and one condition left before the dose." `conditions`: the number of unmet
 * conditions of the dose's gate. One sentence for both: of two, the one that says "done" would be
 * believed.
 */
export function checksLeft(rows, conditions = 0) {
  const checks = rows.filter((row) => row.done === false).length;
  const left = listed([
    ...(checks ? [plural(checks, "{0} check", "{0} checks", word(checks))] : []),
    ...(conditions ? [plural(conditions, "{0} condition", "{0} conditions", word(conditions))] : []),
  ]);
  return left ? tr`${capital(left)} left before the dose.` : tr`Every check is done.`;
}

/** The number of unmet conditions of the gate before the first dose. */
export const conditionsLeft = ({ gates }) => gates.find((g) => g.gate === "hold")?.unmet.length ?? 0;

function made(encounter, id) {
  const check = encounter.checks[id];
  return check ? tr`${clock(ms(check.at))} by ${check.by}` : "";
}

const SILENT = {
  off: tr`Not heard in this window yet.`,
  unplayed: tr`Not played for this session yet.`,
};

/** A tone that was played on another load of the page, or for another session, is no proof here. */
function heard(encounter, sound) {
  const said = made(encounter, "sound");
  const silent = SILENT[sound] ?? tr`Did you hear three tones?`;
  const done = Boolean(said) && ["on", "unplayed"].includes(sound);
  const text = done ? tr`Heard ${said}.` : said ? tr`Heard ${said}. ${silent}` : silent;
  return { id: "sound", name: CHECKS.sound, text, done, ask: tr`I heard three` };
}

function sitter(encounter) {
  const said = made(encounter, "sitter");
  const name = encounter.emergency?.sitter;
  const who = name ? `${name}.` : tr`No sitter is named.`;
  return {
    id: "sitter",
    name: CHECKS.sitter,
    text: said ? tr`${who} Answered ${said}.` : tr`${who} Ask for an answer on the video.`,
    done: Boolean(said),
    ask: tr`Answered`,
  };
}

function reachable(encounter) {
  const said = made(encounter, "reachable");
  const { address, phone } = encounter.emergency ?? {};
  const known = `${address || tr`No address is on file`}. ${phone || tr`No phone is on file`}.`;
  return {
    id: "reachable",
    name: CHECKS.reachable,
    text: said ? tr`Said aloud ${said}.` : tr`${known} Let ${label(encounter)} say both.`,
    done: Boolean(said),
    ask: tr`Said aloud`,
  };
}

function backup(encounter) {
  const said = made(encounter, "backup");
  return {
    id: "backup",
    name: CHECKS.backup,
    text: said ? tr`Can be reached, ${said}.` : tr`${named(encounter)} knows of this session.`,
    done: Boolean(said),
    ask: tr`Can be reached`,
  };
}

/** The contacts on duty who would be notified; without contacts, no one in particular. */
function named({ contacts = [] }) {
  const names = contacts.filter((c) => c.on_duty).map((c) => c.name);
  return names.length ? tr`One of ${names.join(", ")}` : tr`A second clinician`;
}

function device(encounter, id, kind, now) {
  const name = capital(DEVICE_KINDS[kind] ?? kind);
  const code = SENDS[kind];
  if (!code) return { id: `device/${id}`, name, text: tr`${id} hands on what others send.`, done: null };
  const r = reading(encounter.vitals, code, now, encounter.limits);
  const fixed = { none: tr`No reading yet`, expired: tr`Nothing for long` }[r.state];
  const text = fixed ?? `${r.parts.join("/")}, ${r.why ? `${r.why}, ` : ""}${r.age}`;
  return { id: `device/${id}`, name, text: `${text}. ${id}`, done: r.state === "fresh" };
}

/** Known offsets are corrected for; an unknown one is reported, and requires no act. */
function clocks(offsets) {
  const known = Object.entries(offsets).filter(([, s]) => s !== null);
  const unknown = Object.keys(offsets).filter((id) => offsets[id] === null);
  const said = known.map(([id, s]) => `${id} ${off(s)}`);
  if (unknown.length) said.push(tr`not known: ${unknown.join(", ")}`);
  const text = said.length ? `${capital(said.join(", "))}.` : tr`No device serves this session.`;
  return { id: "clocks", name: tr`Device clocks`, text, done: unknown.length || !known.length ? null : true };
}

function off(s) {
  if (Math.abs(s) < 1) return tr`is right`;
  return tr`${Math.round(Math.abs(s))} s ${s > 0 ? tr`behind` : tr`ahead`}, corrected`;
}
