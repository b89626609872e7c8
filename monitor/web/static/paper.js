// The record of a session in sentences and rows, for reading from paper alone. Times in ms. Pure.

import { named } from "./conditions.js";
import { afterClose } from "./corrections.js";
import { alarmsOf, entries, given } from "./happened.js";
import { LEAST, gaps, lacking, lasted, levels, moment } from "./stretches.js";
import { PRIORITIES, VITAL_NAMES, capital, clock, number, sentence, span } from "./strings.js";
import { ms } from "./time.js";

const DAY = { day: "numeric", month: "short" };
// Without an alarm the protocols ask for a pressure every half hour at least.
const SELDOM_MS = 30.5 * 60_000;

/**
 * Times as the paper writes them: with the date where the session passes midnight, and, `exact`,
 * with seconds and the minutes since the first dose.
 */
export function timing({ opened_at: opened, closed_at: closed, dosed_at: dosed, doses = [] }, now) {
  const date = (t) => new Date(t).toLocaleDateString(undefined, DAY);
  const passes = date(ms(opened)) !== date(ms(closed) ?? now);
  const time = (t) => (passes ? `${date(t)} ${clock(t)}` : clock(t));
  const zero = ms(dosed);
  const of = doses.length > 1 ? " after the first dose" : "";
  const minute = (t) => (zero === null ? "" : ` (${number("hr", Math.round((t - zero) / 60_000))}\u00a0min${of})`);
  const exact = (t) => `${passes ? `${date(t)} ` : ""}${clock(t, true)}${minute(t)}`;
  return { time, exact };
}

/** What the record says, worked out once. times: code -> when it was measured; end: of the record. */
export function read({ encounter, rows, times, now }) {
  const end = ms(encounter.closed_at) ?? now;
  const { time, exact } = timing(encounter, now);
  const alarms = alarmsOf(rows, encounter.alarms);
  const told = entries(rows, times, time);
  const about = { encounter, rows, times, end, time, exact, alarms, told };
  return { ...about, missing: missing(about) };
}

/** Gaps of the whole session: [{code, from, until}], and {code, never} of what never was measured. */
export function missing({ encounter, times, end, alarms }) {
  const begin = ms(encounter.opened_at);
  const overdue = alarms.filter((a) => a.alarm.condition === "bp_overdue");
  const meets = (gap) => (a) => a.parts.some((p) => p.from < gap.until && (p.until ?? end) > gap.from);
  return Object.keys(LEAST).flatMap((code) => {
    if (!times[code]?.length) return [{ code, never: true }];
    const concerns = [...overdue, ...alarms.filter((a) => a.code === code && a.alarm.kind === "physiological")];
    const first = code === "bp" ? begin : times[code][0];
    return gaps(times[code], Math.min(first, times[code][0]), end, LEAST[code])
      .filter((gap) => code !== "bp" || gap.until - gap.from > SELDOM_MS || concerns.some(meets(gap)))
      .map((gap) => ({ code, ...gap }));
  });
}

const NEVER = { bp: "Blood pressure", hr: "Heart rate", temp: "Temperature" };

export function unmeasured({ missing: found, time, end }) {
  return found.map(({ code, never, from, until }) =>
    never
      ? `${NEVER[code]} never.`
      : `${capital(lacking(code, until - from))}, ${time(from)} to ${until === end ? "the end" : time(until)}.`,
  );
}

/** [what, from, to] of a gap. */
export function gapRow({ code, never, from, until }, { exact, end }) {
  if (never) return [`${NEVER[code]}: never`, "", ""];
  return [lacking(code, until - from), exact(from), until === end ? "the end of the record" : exact(until)];
}

/** "High 07:04 to 07:28, 24 min, of which 12 min without a pressure, at 184 (limit 180)." each. */
export function courseOf({ parts, code, alarm }, { times, end, time }) {
  return levels(parts).map(({ priority, from, until, value, limit }) => {
    const long = lasted(from, until ?? end, code, times);
    const number_ = (v) => number(alarm.vital ?? "hr", v);
    const at = value == null ? "" : `, at ${number_(value)}${limit == null ? "" : ` (limit ${number_(limit)})`}`;
    const name = priority ? PRIORITIES[priority] : "Unknown";
    return `${name} ${time(from)} to ${until === null ? "the end of the record" : time(until)}, ${long}${at}.`;
  });
}

/** "thea 06:59, as low": whoever took it, each time. */
export function takers({ changes }, { time }) {
  return changes
    .filter(({ transition }) => transition === "acknowledged" || transition === "ended")
    .map(({ at, alarm }) => `${alarm.acknowledged_by} ${time(at * 1000)}, as ${alarm.priority}`);
}

export function farthest({ alarm }, { time }) {
  if (alarm.extreme == null) return "";
  return `${number(alarm.vital, alarm.extreme)} at ${time(moment(alarm.extreme_at))}`;
}

/** The answers that are looked for first: [question, [sentences]]. */
export function short(about) {
  return [
    ["Given", doses(about)],
    ["Became high", highs(about)],
    ["Not measured", [...unmeasured(about), "Breathing and oxygen are never measured."]],
    ["Not watched", unseen(about)],
    ["Supervised", supervisors(about)],
    ["Closed", ends(about)],
  ];
}

/**
 * Each dose with its times in ms, as it was recorded and as it really was: [{id, recorded, is, late}].
 * late: that it was corrected after the close, in words, of the newest correction; "" else.
 */
export function dosesOf({ rows, encounter }) {
  const last = (number) => rows.findLast(({ type, body: b }) => type === "corrected" && b.what === "dose" && b.number === number);
  return rows.filter((r) => r.type === "dosed").map(({ id, body: { dose } }, i) => {
    const recorded = { ...dose, at: dose.at * 1000 };
    const now = encounter.doses?.[i];
    const late = now?.corrected ? afterClose(last(i + 1)?.at, encounter.closed_at) : "";
    return { id, recorded, is: now?.corrected ? { ...dose, ...now, at: ms(now.at) } : recorded, late };
  });
}

/** The total is of what was really given. */
function doses(about) {
  const all = dosesOf(about);
  if (!all.length) return ["No dose."];
  const said = (d) => `${given(d)} at ${about.time(d.at)}`;
  const each = all.map(({ recorded, is, late }) => {
    const first = said(is) === said(recorded) ? "" : ` Corrected${late}: it had been recorded as ${said(recorded)}.`;
    return `${said(is)}, by ${recorded.by}.${first}`;
  });
  const total = all.reduce((sum, { is }) => sum + is.amount_mg, 0);
  const one = new Set(all.map(({ is }) => is.drug.trim().toLowerCase())).size === 1;
  return all.length > 1 && one ? [...each, `${Number(total.toFixed(2))} mg in all.`] : each;
}

function highs(about) {
  const found = about.alarms.filter((a) => a.parts.some((p) => p.priority === "high"));
  if (!found.length) return ["No alarm was high."];
  // About the patient first, and what crossed a limit itself before what is held against a baseline.
  const place = ({ alarm }) => (alarm.kind !== "physiological" ? 2 : alarm.condition.endsWith("_rise") ? 1 : 0);
  return found.sort((a, b) => place(a) - place(b)).map((a) => high(a, about));
}

/** "Systolic pressure high: at 20:55, at 184 (limit 180), for 31 min … Began 20:50 as low. Taken …" */
function high(a, about) {
  const { time, end, times } = about;
  const all = levels(a.parts);
  const value = (v) => number(a.alarm.vital, v);
  const each = all.filter((l) => l.priority === "high").map((l) => {
    const over = l.value == null ? "" : `, ${value(l.value)}${l.limit == null ? "" : ` (limit ${value(l.limit)})`}`;
    return `${time(l.from)}${over}, for ${lasted(l.from, l.until ?? end, a.code, times)}`;
  });
  const first = a.changes.find((c) => c.alarm.priority === "high")?.alarm ?? a.alarm;
  const taken = takers(a, about);
  return [
    `${a.name}: at ${each.join("; again at ")}.`,
    all[0].priority !== "high" && `Began ${time(a.onset)}${all[0].priority ? ` as ${all[0].priority}` : ""}.`,
    farthest(a, about) ? `Farthest ${farthest(a, about)}.` : first.value == null && first.reason,
    taken.length ? `Taken by ${taken.join("; ")}.` : "Nobody took it.",
  ].filter(Boolean).join(" ");
}

function unseen({ told, rows, encounter, time, end }) {
  const found = told.filter((e) => e.type === "unwatched").map((e) => `${e.what}: ${e.why}`);
  let since = null;
  const away = (until) => {
    if (since !== null) found.push(`Nobody watched ${time(since)} to ${time(until)}, ${span(until - since)}.`);
    since = null;
  };
  for (const { type, at, body } of rows) {
    if (type !== "attended") continue;
    if (body.watched) away(ms(at));
    else since ??= Math.max(ms(encounter.opened_at), body.since ? body.since * 1000 : ms(at));
  }
  away(end);
  return found.length ? found : ["No stretch is on record."];
}

function supervisors({ told, rows, time, encounter }) {
  const opened = rows.find((r) => r.type === "opened")?.body.by || encounter.supervisor?.name || "nobody";
  const taken = told.filter((e) => e.type === "take_over" && !e.what.endsWith("taken back"));
  const over = taken.map((e) => `${e.what}, ${time(e.t)}.${e.why ? ` ${e.why}` : ""}`);
  return [`${opened} from the opening on, ${time(ms(encounter.opened_at))}.`, ...over];
}

function ends({ told, time, encounter }) {
  const closed = told.find((e) => e.type === "closed");
  if (closed) return [`By ${closed.by}, ${time(closed.t)}. ${closed.why}`.trim()];
  return [encounter.closed_at ? `${time(ms(encounter.closed_at))}.` : "Not closed."];
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
    const sources = [...new Set(mine.map((l) => l.source))].join("; ");
    return [named({ condition }), at("low"), at("medium"), at("high"), sources];
  });
}

/** Rows of facts: the protocol with its version, risk factors, who and what was there. */
export function factRows({ encounter: e, rows, exact }, { protocol, risks, kinds }) {
  const opened = rows.find((r) => r.type === "opened")?.body;
  const facts = opened?.facts ?? {};
  const version = e.protocol_version ? `version ${e.protocol_version}` : "its version is not on record";
  const factors = (facts.risk_factors ?? []).map((id) => risks[id] ?? id.replaceAll("_", " "));
  return [
    ["Protocol", `${protocol?.name ?? e.protocol} (${e.protocol}), ${version}`],
    ["Risk factors", factors.join(", ") || "none named"],
    ["Born", facts.birth_year ? String(facts.birth_year) : "not on record"],
    ["Sitter named", facts.sitter ? "yes" : "no"],
    ["Address and phone on file", facts.reachable ? "yes" : "no"],
    ["Opened", `${exact(ms(e.opened_at))}${opened?.by ? `, by ${opened.by}` : ""}`],
    ["Devices", Object.entries(e.devices).map(([id, kind]) => `${id} (${kinds[kind] ?? kind})`).join(", ") || "none"],
  ];
}

/** "12 min" of an elevation with the gaps that cut into it. */
export function overRows(episodes, { times, end, exact }) {
  return episodes.map((p) => {
    const code = p.vital === "hr" || p.vital === "temp" ? p.vital : "bp";
    const whole = lasted(ms(p.onset), ms(p.end) ?? end, code, times);
    const blind = p.unwatched_s ? `, ${span(p.unwatched_s * 1000)} of it not monitored` : "";
    return [
      VITAL_NAMES[p.vital], exact(ms(p.onset)), `${number(p.vital, p.peak)}, ${exact(ms(p.peak_at))}`,
      p.end ? exact(ms(p.end)) : "lasts", p.returned_at ? exact(ms(p.returned_at)) : "\u2014",
      sentence(`${span(p.over_s * 1000)} over the limit within ${whole}, ${p.course}${blind}`),
    ];
  });
}
