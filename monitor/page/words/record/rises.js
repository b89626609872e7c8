// The rises to high, each reported once: a limit of a vital sign and the one over its baseline
// are two alarms and one rise. Times in ms. Pure.

import { named } from "../alarms/conditions.js";
import { exact, figure } from "../digits.js";
import { farthestOf, readingsOf, twinsOf } from "../alarms/extremes.js";
import { reasonIn } from "../because.js";
import { listed, small, tr } from "../language.js";
import { lasted, levels } from "./stretches.js";
import { PRIORITY_WORDS, number } from "../strings.js";

/** One press acknowledges each of the twins separately, one soon after the other. */
export const PRESS_MS = 60_000;

export const relative = ({ condition }) => condition.endsWith("_rise");

/** "thea 06:59, as low": the people who acknowledged it, each time. */
export function takers({ changes }, { time }) {
  return changes
    .filter(({ transition }) => transition === "acknowledged" || transition === "ended")
    .map(({ at, alarm }) => tr`${alarm.acknowledged_by} ${time(at * 1000)}, as ${PRIORITY_WORDS[alarm.priority]}`);
}

/** A sentence or two for each rise to high: those about the patient first. */
export function highs(about) {
  const found = about.alarms.filter((a) => a.parts.some((p) => p.priority === "high"));
  if (!found.length) return [tr`No alarm was high.`];
  const keys = [...new Set(found.map((a) => twinsOf(a.alarm)).filter(Boolean))];
  const others = found.filter((a) => !twinsOf(a.alarm));
  const place = ({ alarm }) => (alarm.kind === "physiological" ? 0 : 1);
  return [
    ...keys.flatMap((key) => risesOf(about.alarms.filter((a) => twinsOf(a.alarm) === key), about)),
    ...others.sort((a, b) => place(a) - place(b)).map((a) => other(a, about)),
  ];
}

/** The stretches in which any of the twins was high: [{from, until, levels: [{level, of}]}]. */
export function stretchesOf(twins) {
  const all = twins
    .flatMap((of) => levels(of.parts).filter((l) => l.priority === "high").map((level) => ({ level, of })))
    .sort((a, b) => a.level.from - b.level.from || relative(a.of.alarm) - relative(b.of.alarm));
  const found = [];
  for (const one of all) {
    const last = found.at(-1);
    const until = one.level.until ?? Infinity;
    if (last && one.level.from <= last.until) {
      last.levels.push(one);
      last.until = Math.max(last.until, until);
    } else found.push({ from: one.level.from, until, levels: [one] });
  }
  return found;
}

function risesOf(twins, about) {
  const { time, end, times } = about;
  const name = named({ condition: twins[0].alarm.condition.replace(/_rise$/, "_high") });
  const rises = stretchesOf(twins);
  const first = rises.findIndex((rise) => !struck(rise, about));
  return rises.map((rise, i) => {
    const until = rises[i + 1]?.from ?? Infinity;
    const by = taken(twins, rise.from, until, time);
    const long = lasted(rise.from, Math.min(rise.until, end), twins[0].code, times);
    const lasts = rise.until === Infinity ? tr`to the end of the record, ` : tr`for `;
    return [
      tr`${name}${first >= 0 && i > first ? tr`, again` : ""}: ${crossings(rise, about).join(tr`; then `)}. High ${lasts}${long}.`,
      peak(rise, twins, about),
      began(rise, twins, about, by),
      took(by, asLess(twins, rises[i - 1]?.until ?? -Infinity, until, time), time),
      left(twins, rise.from, until, time),
      struck(rise, about),
    ].filter(Boolean).join(" ");
  });
}

/** "184 at 23:56, limit 180 (and 165 from the baseline)", at each moment at which a limit was crossed. */
function crossings({ levels: all }, { time }) {
  const moments = [...new Set(all.map(({ level }) => level.from))];
  const seen = new Set();
  return moments.flatMap((from) => {
    const here = all.filter(({ level, of }) => level.from === from && !seen.has(of));
    here.forEach(({ of }) => seen.add(of));
    if (!here.length) return [];
    const [{ level, of }] = here;
    const { vital } = of.alarm;
    const crossed = here.filter((one) => one.level.limit != null);
    const value = figure(vital, level.value, crossed.map((one) => one.level.limit));
    const what = level.value == null ? tr`at ${time(from)}` : tr`${value} at ${time(from)}`;
    const limits = crossed
      .map((one) => `${exact(vital, one.level.limit)}${relative(one.of.alarm) ? tr` from the baseline` : ""}`);
    const [first, ...more] = limits;
    return [`${what}${first ? tr`, limit ${first}` : ""}${more.length ? tr` (and ${more.join(", ")})` : ""}`];
  });
}

/** The extreme while it was high, if that is more than the value by which it rose. */
function peak(rise, twins, about) {
  const { time } = about;
  const [vital, side] = twinsOf(twins[0].alarm).split(" ");
  const down = side === "down";
  const inside = readingsOf(vital, side, about).counts.filter(({ t }) => t >= rise.from && t <= rise.until);
  const most = farthestOf(inside, down);
  const told = rise.levels[0].level.value;
  if (!most || told == null || (down ? most.v >= told : most.v <= told)) return "";
  return tr`Worst ${number(vital, most.v)} at ${time(most.t)}.`;
}

/** The course before it was high, if it did not begin high. */
function began(rise, twins, { time }, later) {
  const before = twins
    .filter((of) => rise.levels.some((one) => one.of === of))
    .map((of) => ({ of, all: levels(of.parts) }))
    .filter(({ all }) => all[0].priority !== "high" && all.find((l) => l.priority === "high")?.from >= rise.from);
  if (!before.length) return "";
  const { of, all } = before.reduce((a, b) => (b.of.onset < a.of.onset ? b : a));
  // If it was not acknowledged since, the sentence about that names who did before.
  const by = later.length ? takes(twins, of.onset, rise.from, time) : [];
  const who = by.length ? tr`, taken by ${listed(by.map((t) => `${t.by} ${time(t.at)}`))}` : "";
  return tr`Began ${time(of.onset)}${all[0].priority ? tr` as ${PRIORITY_WORDS[all[0].priority]}` : ""}${who}.`;
}

/**
 * Who acknowledged any of these alarms from one time on and before another, each person once
 * within a minute: [{by, at, late, as, of}], `as` the priority that it had.
 */
function takes(alarms, from, until, time) {
  const all = alarms
    .flatMap((of) => of.changes.map((change) => ({ ...change, of })))
    .filter(({ transition: how }) => how === "acknowledged" || how === "ended")
    .map(({ at, transition, alarm, of }) => (
      { at: at * 1000, by: alarm.acknowledged_by, late: transition === "ended", as: alarm.priority, of }
    ))
    .filter(({ at }) => at >= from && at < until)
    .sort((a, b) => a.at - b.at);
  const same = (a, b) => a.by === b.by && a.late === b.late && (b.at - a.at < PRESS_MS || time(a.at) === time(b.at));
  return all.filter((one, i) => !all.slice(0, i).some((before) => same(before, one)));
}

/**
 * Of these, who acknowledged the high: an alarm that was high by then, which not each of the
 * twins need have been.
 */
function taken(alarms, from, until, time) {
  const is = (l) => l.priority === "high" && l.from < until && (l.until ?? Infinity) >= from;
  const high = ({ at, of }) => levels(of.parts).some((l) => is(l) && l.from <= at);
  const were = alarms.map((of) => ({ ...of, changes: of.changes.filter((c) => high({ at: c.at * 1000, of })) }));
  return takes(were, from, until, time);
}

/**
 * Who acknowledged one of them at a lower priority, since it was high before and while the high
 * was not acknowledged: the last one.
 */
const asLess = (alarms, from, until, time) => takes(alarms, from, until, time).filter((t) => t.as !== "high").slice(-1);

/**
 * "Nobody took it as high (Dr Voss took it 03:26 as medium)." if a person acknowledged it before
 * it was high.
 */
function took(by, before, time) {
  if (by.length) return tr`Taken by ${listed(by.map((t) => `${t.by} ${time(t.at)}${t.late ? tr` after it was over` : ""}`))}.`;
  if (!before.length) return tr`Nobody took it.`;
  return tr`Nobody took it as high (${before.map((t) => tr`${t.by} took it ${time(t.at)} as ${PRIORITY_WORDS[t.as]}`).join()}).`;
}

/** It was acknowledged, called for a person once more, and was not acknowledged again. */
function left(twins, from, until, time) {
  const moves = twins
    .flatMap(({ changes }) => changes.map(({ at, transition }, i) => ({ at: at * 1000, again: i > 0 && transition === "raised", transition })))
    .filter(({ at }) => at >= from && at < until);
  const last = (is) => Math.max(-Infinity, ...moves.filter(is).map(({ at }) => at));
  const again = last((m) => m.again);
  return again > last((m) => m.transition === "acknowledged") ? tr`Still there at ${time(again)}, and not taken again.` : "";
}

/** The reading by which it rose does not count any more. */
function struck({ levels: [{ level, of }] }, { rows }) {
  const { vital } = of.alarm;
  const found = rows.find(({ type, body }) => type === "corrected" && body.what === "reading"
    && level.value != null && body.before[vital] === level.value);
  return found ? tr`${number(vital, level.value)} was struck out by ${found.body.by}: ${found.body.reason}.` : "";
}

/** An alarm about another subject: "Cuff overdue: at 20:55, for 31 min … Nobody took it." */
function other(a, { time, end, times }) {
  const all = levels(a.parts);
  const each = all.filter((l) => l.priority === "high");
  const said = each.map((l) => tr`${time(l.from)}, for ${lasted(l.from, l.until ?? end, a.code, times)}`);
  const first = a.changes.find((c) => c.alarm.priority === "high")?.alarm ?? a.alarm;
  const answers = each.map((l, i) => {
    const until = each[i + 1]?.from ?? Infinity;
    const less = asLess([a], each[i - 1]?.until ?? -Infinity, until, time);
    return took(taken([a], l.from, until, time), less, time);
  });
  const alike = new Set(answers).size === 1;
  return [
    tr`${a.name}: at ${said.join(tr`; again at `)}.`,
    all[0].priority !== "high" && tr`Began ${time(a.onset)}${all[0].priority ? tr` as ${PRIORITY_WORDS[all[0].priority]}` : ""}.`,
    reasonIn(first),
    alike ? answers[0] : answers.map((answer, i) => tr`Of ${time(each[i].from)}: ${uncapital(answer)}`).join(" "),
  ].filter(Boolean).join(" ");
}

/** A sentence within one: none of these begins with a name. */
const uncapital = (text) => small(text.charAt(0)) + text.slice(1);
