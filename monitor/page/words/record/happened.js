// The history of a session from its journal, one entry for each act and each transition. Pure.

import { vitalOf } from "../alarms/alarms.js";
import { inWords, reasonIn } from "../because.js";
import { asked } from "./asked.js";
import { named } from "../alarms/conditions.js";
import { consequences, correctionWords } from "./corrections.js";
import { exact } from "../digits.js";
import { plural, small, tr } from "../language.js";
import { between } from "../lengths.js";
import { journalTime, lasted, levels, stretches } from "./stretches.js";
import { CHECKS, PHASES, PRIORITY_WORDS, VITAL_NAMES, capital, clock, number, sentence, span } from "../strings.js";

/** The time within which the inputs of one press are on the record. */
const ACT_MS = 2000;

/**
 * Every alarm of the session, oldest first: its newest form (`alarm`), its transitions and its
 * stretches. rows: of the journal; standing: the alarms of the live status.
 */
export function alarmsOf(rows, standing = []) {
  const found = new Map();
  const of = (id) => {
    if (!found.has(id)) found.set(id, { id, changes: [], alarm: null });
    return found.get(id);
  };
  for (const { type, body } of rows) {
    if (type !== "alarm") continue;
    of(body.alarm.id).changes.push(body);
    of(body.alarm.id).alarm = body.alarm;
  }
  for (const alarm of standing) of(alarm.id).alarm = alarm;
  return [...found.values()]
    .map(({ id, changes, alarm }) => {
      const live = standing.includes(alarm) ? alarm : null;
      const parts = stretches(changes, live);
      const over = parts.at(-1)?.until ?? null;
      const about = { name: named(alarm), code: vitalOf(alarm), onset: journalTime(alarm.onset), over };
      return { id, alarm, changes, parts, ...about };
    })
    .sort((a, b) => a.onset - b.onset);
}

/**
 * [{id, t, what, why, by, alarm?, change?, priority?, back?}], oldest first; `what` is short, of an
 * alarm its name and the `change`; `why` has sentences; `back`: supervision did not change. times: code -> times of measurement (ms), for the gaps beside durations, and in
 * `values` vital -> [{t, v}]; time(ms): the written form.
 */
export function entries(rows, times = {}, time = clock) {
  const session = { holder: "", notes: {}, before: {}, times: askedOf(rows, times), time, rows };
  return rows
    .flatMap((row) => {
      const made = TOLD[row.type]?.(row.body, session, Date.parse(row.at), row);
      return made ? [{ id: row.id, type: row.type, t: Date.parse(row.at), why: "", by: "", ...made }] : [];
    })
    .sort((a, b) => a.t - b.t || a.id - b.id);
}

/** The times of `entries`, with the requests of pressures. */
function askedOf(rows, times) {
  if (times.asked) return times;
  const dosed = rows.find((row) => row.type === "dosed");
  return { ...times, asked: asked({ alarms: alarmsOf(rows), dosed: dosed ? dosed.body.dose.at * 1000 : null }) };
}

const TOLD = {
  opened({ by, facts }, session) {
    session.holder = by;
    return { what: tr`Opened`, by, protocol: facts.protocol, why: tr`Protocol ${facts.protocol}.` };
  },
  acknowledge({ alarm_id: id, note, by_link: linked }, session) {
    session.notes[id] = { note, linked };
  },
  alarm: transition,
  blinded({ alarm }, { time }) {
    const lost = alarm.data_lost_at;
    const change = lost ? tr`Data lost since ${time(lost * 1000)}, it stands` : tr`Seen again`;
    return { what: `${named(alarm)}: ${change}`, change, ...whose(alarm) };
  },
  notice_declined(body, { rows, before }, at) {
    const { by } = body;
    // One press is for every alarm of the notice.
    const press = rows.filter((r) => r.type === "notice_declined" && r.body.by === by && Math.abs(Date.parse(r.at) - at) < ACT_MS);
    if (press[0].body !== body) return null;
    const of = [...new Set(press.map((r) => before[r.body.alarm_id]?.at(-1)?.alarm).filter(Boolean).map(named))];
    return { what: tr`“I cannot” by the link of a notice${of.length ? `: ${of.join(", ")}` : ""}`, by };
  },
  symptom: ({ symptom, by }) => ({ what: tr`Symptom: ${symptom.replaceAll("_", " ")}`, by }),
  help: ({ by }) => ({ what: tr`Help asked for`, by }),
  note: ({ text, by }) => ({ what: tr`Note`, why: text, by }),
  dosed(body, { time }, recorded) {
    const { dose, first } = body;
    const t = dose.at * 1000;
    const late = recorded - t >= 60_000 ? tr`Recorded ${time(recorded)}. ` : "";
    const what = `${first ? tr`Dose` : tr`Further dose`}: ${doseWords(dose)}`;
    return { t, what, by: dose.by, why: late + passed(dose.override, body) };
  },
  hand_over({ to, by }, { holder }) {
    return { what: tr`Hand-over offered: ${holder || tr`nobody`} to ${to}`, by };
  },
  take_over({ by, reason }, session) {
    const from = session.holder;
    session.holder = by;
    if (from === by) return { what: tr`Hand-over taken back`, by, back: true };
    return { what: tr`Hand-over: ${from || tr`nobody`} to ${by}`, by, why: sentence(reason) };
  },
  limit_moved({ condition, priority, before, after, by, reason }) {
    const of = named({ condition });
    const value = (v) => (v === null ? tr`none` : exact(condition.split("_")[0], v));
    return { what: tr`Limit, ${of}, ${PRIORITY_WORDS[priority]}: ${value(before)} to ${value(after)}`, by, why: sentence(reason) };
  },
  baseline_moved({ before, after, by, reason }) {
    const each = Object.keys(after).map((v) => {
      const was = before[v] ? number(v, before[v].value) : tr`none`;
      return tr`${small(VITAL_NAMES[v])} ${was} to ${number(v, after[v].value)}`;
    });
    return { what: tr`New baseline: ${each.join(", ") || tr`to be measured`}`, by, why: sentence(reason) };
  },
  check: ({ check, done, by }) => ({
    what: `${done ?? true ? tr`Check made` : tr`Check taken back`}: ${CHECKS[check] ?? check}`,
    by,
  }),
  devices_changed({ add = {}, remove = [], by, reason = "" }) {
    const parts = [...remove.map((d) => tr`${d} off`), ...Object.keys(add).map((d) => tr`${d} on`)];
    return { what: tr`Devices: ${parts.join(", ")}`, by, why: sentence(reason) };
  },
  measurement_failed({ device, cause: said, because, count }) {
    const cause = inWords(said, because);
    const again = count > 1 ? `${capital(cause || "")}${cause ? ", " : ""}${plural(count, "{0} time in a row", "{0} times in a row")}` : capital(cause);
    return { what: tr`Cuff failed: ${device}`, why: sentence(again) };
  },
  clock_stepped: (body) => ({ what: tr`Clock set`, why: reasonIn(body) }),
  user_taken: ({ device, user, by }) => ({ what: tr`The patient is user ${user} of ${device}`, by }),
  measured_now: ({ by }) => ({ what: tr`A cuff's record was said to be of now`, by }),
  audio_pause: ({ seconds, by }) => ({ what: tr`Sound paused for ${span(seconds * 1000)}`, by }),
  attended({ watched, since }, { time }, at) {
    return { what: watched ? tr`Somebody watches again` : tr`Nobody watches since ${time(since ? since * 1000 : at)}` };
  },
  unwatched({ since, until, why, because }, { time }) {
    const what = tr`Not monitored ${time(since * 1000)} to ${time(until * 1000)}, ${between(since * 1000, until * 1000)}`;
    return { t: since * 1000, until: until * 1000, what, why: sentence(inWords(why, because)) };
  },
  lost({ device, first, last, reason = "" }) {
    const why = reason ? `, ${reason}` : "";
    return { what: tr`Readings lost: ${last - first + 1}${why}`, why: tr`Numbers ${first} to ${last} of ${device}.` };
  },
  dropped({ device, count, since, until, reason }, { time }) {
    const why = tr`Came from ${device} ${time(since * 1000)} to ${time(until * 1000)}, without numbers or unread.`;
    return { what: tr`Readings lost: ${count}, ${reason}`, why };
  },
  corrected(body, { time }) {
    const { what, was, is } = correctionWords(body, {}, time);
    const how = body.what === "reading" ? `${was} ${is}` : tr`${was} to ${is}`;
    const of = small(what.charAt(0)) + what.slice(1);
    return { what: tr`Corrected, ${of}: ${how}`, by: body.by, why: `${sentence(body.reason)} ${consequences(body)}` };
  },
  phase: ({ phase }) => ({ what: tr`Phase: ${small(PHASES[phase])}` }),
  closed(body, { rows }) {
    const { by, override, alert } = body;
    const unsaid = alert == null && rows.some((r) => r.type === "dosed");
    const awake = unsaid ? tr`Nobody said whether the patient was awake.` : alert ? tr`The patient was awake and answered.` : "";
    return { what: tr`Closed`, by, why: [awake, passed(override, body)].filter(Boolean).join(" ") };
  },
};
export const TYPES = Object.keys(TOLD).join();

function transition({ at, transition: how, alarm }, session, _, row) {
  const { [alarm.id]: known = [] } = session.before;
  const last = known.at(-1);
  session.before[alarm.id] = [...known, { at, transition: how, alarm }];
  const said = session.notes[alarm.id] ?? {};
  const linked = how === "acknowledged" && said.linked;
  const change = linked ? tr`“I take it” by the link of a notice` : WORDS[how](alarm, last?.alarm);
  const { t, raised } = begun(alarm, how === "raised" && !last, at * 1000, session.time);
  const by = how === "acknowledged" || how === "ended" ? alarm.acknowledged_by : "";
  const note = by && !linked ? said.note : "";
  const now = how === "raised" && last ? latest(session, alarm, at * 1000) : "";
  const lasts = for_(session, alarm, at * 1000, how);
  const reason = by ? tr`It was a ${PRIORITY_WORDS[alarm.priority]} alarm${shown(alarm)}.` : whole(alarm, lasts ? row : {});
  const why = [reason, now, raised, lasts, note && sentence(note)].filter(Boolean).join(" ");
  return { t, what: `${named(alarm)}: ${change}`, change, why, by, ...whose(alarm) };
}

/**
 * A beginning is at the moment from which it counts, as elsewhere with "began", and names the
 * time at which it was raised if that is another minute.
 */
function begun(alarm, first, at, time) {
  const t = first ? journalTime(alarm.onset) : at;
  return { t, raised: time(t) === time(at) ? "" : tr`Raised ${time(at)}.` };
}

/**
 * The reason of an alarm; where its length is beside it, without the one that the service gives:
 * two roundings of one length would differ.
 */
function whole(alarm, { brief }) {
  if (!brief) return reasonIn(alarm);
  const { code, facts } = alarm.because ?? {};
  return inWords(brief, code && { code, facts: { ...facts, seconds: null } });
}

const whose = ({ id: alarm, priority, kind, condition, vital }) => ({ alarm, priority, kind, condition, vital });

const shown = ({ vital, value }) => (vital && value !== null ? tr` at ${number(vital, value)}` : "");

const WORDS = {
  raised: (now, last) => (last ? tr`${PRIORITY_WORDS[now.priority]}, still there` : tr`${PRIORITY_WORDS[now.priority]} alarm`),
  escalated: (now, last) =>
    last?.priority === now.priority
      ? tr`worse, still ${PRIORITY_WORDS[now.priority]}`
      : tr`rose${from(last)} to ${PRIORITY_WORDS[now.priority]}`,
  deescalated: (now, last) => tr`eased${from(last)} to ${PRIORITY_WORDS[now.priority]}`,
  acknowledged: () => tr`taken`,
  ended: () => tr`taken after it was over`,
  latched: () => tr`over, nobody had taken it`,
  cleared: () => tr`over`,
};
const from = (last) => (last ? tr` from ${PRIORITY_WORDS[last.priority]}` : "");

/** When its newest value was measured, if it is reported again although no new value came. */
function latest({ times: { values }, time }, { vital, value }, until) {
  const found = values?.[vital]?.findLast(({ t, v }) => t <= until && v === value);
  return found ? tr`The newest reading is ${number(vital, value)} at ${time(found.t)}.` : "";
}

/** "High for 24 min, of which 12 min without a pressure." for the stretch that ends here. */
function for_({ before, times }, alarm, t, how) {
  if (!["escalated", "deescalated", "latched", "cleared"].includes(how)) return "";
  const ended = levels(stretches(before[alarm.id])).findLast((level) => level.until === t);
  if (!ended || ended.until <= ended.from) return "";
  // "Low" by itself, beside a pressure, reads as a low pressure.
  return tr`A ${PRIORITY_WORDS[ended.priority]} alarm for ${lasted(ended.from, t, vitalOf(alarm), times)}.`;
}

export const doseWords = ({ drug, amount_mg: amount, route }) => tr`${capital(drug)} ${Number(amount.toFixed(2))} mg ${route}`;

/** The conditions of a gate, and why a person went past it. */
function passed(override, body) {
  if (!override) return "";
  const conditions = overridden(body);
  const against = conditions.length ? tr`These did not hold: ${conditions.join(" ")} ` : "";
  return tr`${against}Reason: ${sentence(reasonOf(override))}`;
}

/** The conditions that a person went past, in words. */
export const overridden = ({ unmet = [], unmet_because: because = [] }) =>
  unmet.map((text, i) => inWords(text, because[i]));

export function reasonOf(override) {
  if (!override) return "";
  return override.authorised_by ? tr`${override.reason}, agreed by ${override.authorised_by}` : override.reason;
}
