// The short line of an alarm bar: value and limit at a glance. The server's full sentences are
// below it; this file only shortens.

import { gravity, waits } from "./alarms.js";
import { beyond } from "./crossing.js";
import { exact, figure, limitsOf } from "../digits.js";
import { freshEnough } from "../session/freshness.js";
import { bareReason, stillThereAfter } from "../because.js";
import { tr } from "../language.js";
import { TECHNICAL, VITAL_NAMES, clock } from "../strings.js";
import { ms } from "../time.js";

const SIDES = /_(high|low|rise)$/;

/**
 * The headline of one part of a line: "Blood pressure 184/112. Limit 180/110. Rise 44/27.", or,
 * if the value that caused it is past, "Heart rate reached 124. Limit 120. Now 93."; null when
 * the alarms have no value and limit of their own (then only the reason is shown). `now`, server
 * ms: a value that is not fresh by then is shown with the time of its reading; null: its age is
 * not known.
 */
export function headline({ encounter, alarms, lead }, now = null) {
  if (lead.kind === "technical") return sinceWhen(lead);
  const valued = alarms.filter((a) => (SIDES.test(a.condition) && a.value != null) || a.struck != null);
  if (!valued.some((a) => gravity(a) === gravity(lead))) return null;
  const standing = valued.filter(holds);
  if (standing.some((a) => gravity(a) === gravity(lead))) return present(encounter, standing, now);
  const gone = valued.filter((a) => !holds(a));
  const others = standing.filter((a) => !gone.some((b) => b.vital === a.vital));
  return [...past(encounter, gone, now), others.length ? present(encounter, others, now) : ""].join(" ").trim();
}

/**
 * It is present with current readings, its newest value is beyond its limit, and it was never
 * worse.
 */
function holds(alarm) {
  const asBad = !over(alarm) && gravity(alarm) === alarm.priority;
  return asBad && beyond(alarm, alarm.value, alarm.limit);
}

/** Its newest value is not of now: it is over, or its readings have stopped. */
function over(alarm) {
  return alarm.presence === "latched" || Boolean(alarm.data_lost_at);
}

/** " at 02:53" for values that are not fresh; "": they are of now. */
function when({ vitals }, told, now) {
  const old = told.map((a) => vitals?.[a.vital]).find((v) => v && now !== null && !freshEnough(v, now));
  return old ? tr` at ${clock(ms(old.effective))}` : "";
}

function present(encounter, alarms, now) {
  const told = together(alarms).map((vital) => first(alarms, vital));
  const measured = (a) => encounter.vitals?.[a.vital]?.effective;
  const limits = told.map((a) => a.limit);
  const values = told.map((a) => a.value);
  return sentences(encounter, told, ["", when(encounter, told, now)], values, limits, measured);
}

/**
 * The values reached are given for each vital sign separately, unless they were one measurement.
 */
function past(encounter, all, now) {
  const [gone, alarms] = [true, false].map((yes) => all.filter((a) => (a.struck != null) === yes));
  return [...new Set(gone.map(struck)), ...(alarms.length ? reachedBy(encounter, alarms, now) : [])];
}

/** A value that was never measured was not reached. */
function struck({ vital, struck: value }) {
  return tr`${VITAL_NAMES[vital]}: the reading of ${exact(vital, value)} was struck out.`;
}

function reachedBy(encounter, alarms, now) {
  const worst = [...new Set(alarms.map((a) => a.vital))].map((vital) => first(alarms, vital));
  const pair = together(worst).map((vital) => worst.find((a) => a.vital === vital));
  const at = pair.map((a) => a.extreme_at ?? null);
  const groups = pair.length > 1 && at[0] !== null && at[0] === at[1] ? [pair] : worst.map((a) => [a]);
  return groups.map((told) => {
    const values = told.map(reached);
    const limits = told.map((a, i) => crossed(encounter, a, values[i]));
    const text = sentences(encounter, told, [tr`reached `, ""], values, limits, (a) => a.extreme_at);
    const newest = told.map((a) => a.value);
    const moved = !told.some(over) && told.some((a, i) => newest[i] !== values[i]);
    const at = when(encounter, told, now);
    return moved ? `${text} ${at ? tr`Last` : tr`Now`} ${figures(encounter, told, newest, limits)}${at}.` : text;
  });
}

function sentences(encounter, told, [verb, at], values, limits, measured) {
  const name = VITAL_NAMES[told.length > 1 ? "bp" : told[0].vital];
  const parts = [`${name} ${verb}${figures(encounter, told, values, limits)}${at}.`];
  if (limits.every((limit) => limit != null)) parts.push(tr`Limit ${join(told, limits)}.`);
  const rises = told.map((a, i) => rise(encounter, a, values[i], measured(a)));
  if (rises.every((r) => r > 0)) parts.push(tr`Rise ${join(told, rises)}.`);
  return parts.join(" ");
}

/** Both pressures if there are both, else the vital sign of the worst alarm. */
function together(alarms) {
  const vitals = alarms.map((a) => a.vital);
  return vitals.includes("sbp") && vitals.includes("dbp") ? ["sbp", "dbp"] : [vitals[0]];
}

/** Of one vital sign the worst alarm; of two as bad the one with a limit of its own. */
function first(alarms, vital) {
  const mine = alarms.filter((a) => a.vital === vital);
  const worst = mine.filter((a) => gravity(a) === gravity(mine[0]));
  return worst.find((a) => !a.condition.endsWith("_rise")) ?? mine[0];
}

function reached(alarm) {
  return alarm.extreme ?? alarm.value;
}

/** The limit that this value was beyond: of the alarm as it was at its worst. */
function crossed(encounter, alarm, value) {
  const mine = (encounter.limits ?? [])
    .filter((l) => l.condition === alarm.condition && beyond(alarm, value, l.value))
    .map((l) => l.value);
  if (mine.length) return alarm.condition.endsWith("_low") ? Math.min(...mine) : Math.max(...mine);
  return alarm.limit != null && beyond(alarm, value, alarm.limit) ? alarm.limit : null;
}

/**
 * The rise over the baseline that the dose froze: before the dose there is no rise, and the
 * baseline still moves.
 */
function rise(encounter, { vital }, value, measured) {
  const base = encounter.baseline?.[vital];
  if (!base || !encounter.dosed_at) return null;
  return measured && ms(measured) < ms(encounter.dosed_at) ? null : Number((value - base.value).toFixed(1));
}

/** Limits and rises with all their digits, as the reasons below write them. */
function join(told, values) {
  return told.map((a, i) => exact(a.vital, values[i])).join("/");
}

function figures({ limits: all }, told, values, limits) {
  return told
    .map(({ vital }, i) => figure(vital, values[i], [limits[i], ...limitsOf(vital, all)]))
    .join("/");
}

/**
 * An alarm that time alone raises, with the time of day since when; null: its sentence is enough.
 */
function sinceWhen({ condition, vital, device, onset }) {
  const say = TECHNICAL[condition];
  return say ? say({ vital: VITAL_NAMES[vital === "sbp" ? "bp" : vital], device, since: clock(ms(onset)) }) : null;
}

/**
 * The whole reasons of a line's alarms, the worst first: {who, text}. Who acknowledged is given
 * once for all alarms of which it is true, and not at all where the line shows it beside them.
 */
export function reasonParts({ alarms }) {
  const groups = new Map();
  for (const alarm of alarms) {
    const [who, text] = bare(alarm);
    groups.set(who, [...(groups.get(who) ?? []), text]);
  }
  const alone = groups.size === 1 && !alarms.some(waits);
  return [...groups].flatMap(([who, texts]) => texts.map((text, i) => ({ who: alone || i ? "" : who, text })));
}

/** The same as one text. */
export function reasons(line) {
  return reasonParts(line).flatMap(({ who, text }) => [who, text]).filter(Boolean).join(" ");
}

/** [the words about an acknowledgement, the reason itself]. */
function bare(alarm) {
  const by = stillThereAfter(alarm.because);
  const still = by ? tr`Still there 10 min after ${by} acknowledged it.` : "";
  const acknowledged = alarm.presence === "acknowledged";
  return [acknowledged ? tr`Acknowledged by ${alarm.acknowledged_by}.` : still, bareReason(alarm)];
}

/** Its reason without the person who acknowledged it, for places that show that beside it. */
export function plain(alarm) {
  return bare(alarm)[1];
}
