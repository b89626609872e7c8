// The record of a session in sentences and rows, for reading from paper alone. Times in ms. Pure.

import { inWords } from "../because.js";
import { dateOf, plural, small, tr } from "../language.js";
import { FATES, SIDE } from "../session/view.js";
import { asked } from "./asked.js";
import { named } from "../alarms/conditions.js";
import { exact as asInForce, figure } from "../digits.js";
import { doseSentences } from "./doses.js";
import { alarmsOf, entries } from "./happened.js";
import { SECOND, between, minutesFrom } from "../lengths.js";
import { missing, unmeasured } from "./missing.js";
import { highs } from "./rises.js";
import { lasted, levels } from "./stretches.js";
import { GRADES, PRIORITIES, VITAL_NAMES, clock, number, placeOf, sentence, span } from "../strings.js";
import { ms } from "../time.js";
import { worstValues } from "../alarms/extremes.js";

/** The form of times and durations here. */
export const TIMES =
  tr`Times are of the clock, cut to the minute or the second; in brackets minutes since the first dose, rounded. \
A length of time is the difference of its two times as they are written.`;
const DAY = { day: "numeric", month: "short" };

/**
 * Times as the paper writes them: with the date if the session passes midnight, and, `exact`,
 * with seconds and the minutes since the first dose.
 */
export function timing({ opened_at: opened, closed_at: closed, dosed_at: dosed, doses = [] }, now) {
  const date = (t) => dateOf(t, DAY);
  const passes = date(ms(opened)) !== date(ms(closed) ?? now);
  const time = (t) => (passes ? `${date(t)} ${clock(t)}` : clock(t));
  const zero = ms(dosed);
  const minute = (t) => (zero === null ? "" : ` (${ofDose(minutesFrom(zero, t), doses.length > 1)})`);
  const exact = (t) => `${passes ? `${date(t)} ` : ""}${clock(t, true)}${minute(t)}`;
  return { time, exact };
}

/**
 * "60 min", with several doses "60 min after the first dose"; a time before the dose is marked so.
 */
function ofDose(minutes, several) {
  const long = tr`${Math.abs(minutes)}\u00a0min`;
  if (minutes < 0) return several ? tr`${long} before the first dose` : tr`${long} before the dose`;
  return several ? tr`${long} after the first dose` : long;
}

/**
 * The contents of the record, computed once. times: code -> times of measurement, and in `values`
 * the values; episodes: elevations; end: of the record; every: how often pressures are requested
 * during an alarm, ms.
 */
export function read({ encounter, rows, times: measured, episodes = [], now, every }) {
  const end = ms(encounter.closed_at) ?? now;
  const { time, exact } = timing(encounter, now);
  const alarms = alarmsOf(rows, encounter.alarms);
  const times = { ...measured, asked: asked({ alarms, dosed: ms(encounter.dosed_at), every }) };
  const told = entries(rows, times, time);
  const about = { encounter, rows, times, episodes, end, time, exact, alarms, told, every };
  return { ...about, missing: missing(about) };
}

/** "High alarm 07:04 to 07:28, 24 min, of which 12 min without a pressure, at 184 (limit 180)." each. */
export function courseOf({ parts, code, alarm }, { times, end, time }) {
  return levels(parts).map(({ priority, from, until, value, limit }) => {
    const long = lasted(from, until ?? end, code, times);
    const vital = alarm.vital ?? "hr";
    const over = limit == null ? "" : tr` (limit ${asInForce(vital, limit)})`;
    const at = value == null ? "" : tr`, at ${figure(vital, value, [limit])}${over}`;
    const name = priority ? tr`${PRIORITIES[priority]} alarm` : tr`Unknown`;
    return tr`${name} ${time(from)} to ${until === null ? tr`the end of the record` : time(until)}, ${long}${at}.`;
  });
}

/** The answers that readers look for first: [question, [sentences]]. */
export function short(about) {
  return [
    [tr`Given`, doseSentences(about)],
    ...baseline(about),
    [tr`Became high`, highs(about)],
    [tr`Worst`, worstValues(about)],
    [tr`Symptoms, help`, complaints(about)],
    [tr`Not measured`, [...unmeasured(about), tr`Breathing and oxygen are never measured.`]],
    [tr`Not watched`, unseen(about)],
    [tr`Supervised`, supervisors(about)],
    [tr`Closed`, ends(about)],
  ];
}

/** That the baseline is not good, since every rise counts from it; empty for a good one. */
function baseline({ encounter: { baseline: found = {} } }) {
  const poor = Object.entries(found).filter(([, b]) => b.grade !== "good");
  const count = (n) => plural(n, "{0} reading", "{0} readings");
  const said = ([v, b]) => tr`Baseline of ${small(VITAL_NAMES[v])} ${number(v, b.value)}: ${GRADES[b.grade]}, ${count(b.count)}.`;
  return poor.length ? [[tr`Baseline`, poor.map(said)]] : [];
}

/** "Symptom: nausea, at 00:04, by thea." */
function complaints({ told, time }) {
  const found = told.filter((e) => e.type === "symptom" || e.type === "help");
  return found.length ? found.map((e) => tr`${e.what}, ${time(e.t)}, by ${e.by}.`) : [tr`None on record.`];
}

function unseen({ told, rows, encounter, time, end }) {
  const found = told.filter((e) => e.type === "unwatched").map((e) => `${e.what}: ${e.why}`);
  let since = null;
  const away = (until) => {
    if (since !== null) found.push(tr`Nobody watched ${time(since)} to ${time(until)}, ${between(since, until)}.`);
    since = null;
  };
  for (const { type, at, body } of rows) {
    if (type !== "attended") continue;
    if (body.watched) away(ms(at));
    else since ??= Math.max(ms(encounter.opened_at), body.since ? body.since * 1000 : ms(at));
  }
  away(end);
  return found.length ? found : [tr`No stretch is on record.`];
}

function supervisors({ told, rows, time, encounter }) {
  const opened = rows.find((r) => r.type === "opened")?.body.by || encounter.supervisor?.name || tr`nobody`;
  const taken = told.filter((e) => e.type === "take_over" && !e.back);
  const over = taken.map((e) => `${e.what}, ${time(e.t)}.${e.why ? ` ${e.why}` : ""}`);
  return [tr`${opened} from the opening on, ${time(ms(encounter.opened_at))}.`, ...over];
}

function ends({ told, time, encounter }) {
  const closed = told.find((e) => e.type === "closed");
  if (closed) return [tr`By ${closed.by}, ${time(closed.t)}. ${closed.why}`.trim()];
  return [encounter.closed_at ? `${time(ms(encounter.closed_at))}.` : tr`Not closed.`];
}

/** Rows [of, low, medium, high, from] of the limits in force. */
export function limitRows({ encounter: { limits } }) {
  const conditions = [...new Set(limits.map((l) => l.condition))];
  return conditions.map((condition) => {
    const mine = limits.filter((l) => l.condition === condition);
    const at = (priority) => {
      const found = mine.find((l) => l.priority === priority);
      return found ? number(found.vital, found.value) : "\u2014";
    };
    const sources = [...new Set(mine.map((l) => inWords(l.source, l.source_because)))].join("; ");
    return [named({ condition }), at("low"), at("medium"), at("high"), sources];
  });
}

/** Rows of facts: the protocol with its version, risk factors, people and devices. */
export function factRows({ encounter: e, rows, exact }, { protocol, risks, kinds }) {
  const opened = rows.find((r) => r.type === "opened")?.body;
  const facts = opened?.facts ?? {};
  const version = e.protocol_version ? tr`version ${e.protocol_version}` : tr`its version is not on record`;
  const factors = (facts.risk_factors ?? []).map((id) => risks[id] ?? id.replaceAll("_", " "));
  return [
    [tr`Protocol`, `${protocol?.name ?? e.protocol} (${e.protocol}), ${version}`],
    [tr`Risk factors`, factors.join(", ") || tr`none named`],
    [tr`Born`, facts.birth_year ? String(facts.birth_year) : tr`not on record`],
    [tr`Sitter named`, facts.sitter ? tr`yes` : tr`no`],
    [tr`Address and phone on file`, facts.reachable ? tr`yes` : tr`no`],
    [tr`Opened`, `${exact(ms(e.opened_at))}${opened?.by ? tr`, by ${opened.by}` : ""}`],
    [tr`Devices`, Object.entries(e.devices).map(([id, kind]) => `${id} (${kinds[kind] ?? kind})`).join(", ") || tr`none`],
  ];
}

/** "12 min" of an elevation with the gaps that cut into it. */
export function overRows(episodes, { times, end, exact }) {
  return episodes.map((p) => {
    const whole = lasted(ms(p.onset), ms(p.end) ?? end, placeOf(p.vital), times, SECOND);
    const blind = p.unwatched_s ? tr`, ${span(p.unwatched_s * 1000)} of it not monitored` : "";
    return [
      VITAL_NAMES[p.vital], exact(ms(p.onset)), `${number(p.vital, p.peak)}, ${exact(ms(p.peak_at))}`,
      p.end ? exact(ms(p.end)) : tr`lasts`, p.returned_at ? exact(ms(p.returned_at)) : "\u2014",
      sentence(tr`${span(p.over_s * 1000)} ${SIDE[p.direction]} the limit within ${whole}, ${FATES[p.course]}${blind}`),
    ];
  });
}
