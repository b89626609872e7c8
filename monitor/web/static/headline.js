// The short line of an alarm bar: value and limit at a glance. The server's full sentences stand
// below it; nothing here is decided, only said shorter.

import { VITAL_NAMES, change, number } from "./strings.js";

const SIDES = /_(high|low|rise)$/;

/**
 * "Blood pressure 184/112. Limit 180/110. Rise 44/27.", or null when the alarms carry no value
 * and limit of their own (then the reason is all there is to say).
 */
export function headline(line) {
  const valued = line.alarms.filter((a) => SIDES.test(a.condition) && a.value != null);
  if (!valued.length || line.lead.kind === "technical") return null;
  // What is over keeps the value of its own time: beside a present one it would make up a reading.
  const present = valued.filter((a) => a.presence !== "latched");
  const over = !present.length;
  const measured = over ? valued : present;
  const vitals = [...new Set(measured.map((a) => a.vital))].sort().reverse();
  const both = vitals.includes("sbp") && vitals.includes("dbp");
  const names = both ? ["sbp", "dbp"] : [measured[0].vital];
  const of = (vital, kind) => measured.find((a) => a.vital === vital && kind(a));
  const any = names.map((v) => of(v, () => true));
  const absolute = names.map((v) => of(v, (a) => !a.condition.endsWith("_rise")));
  const rises = names.map((v) => rise(line.encounter, v, any[names.indexOf(v)], over));
  const name = VITAL_NAMES[both ? "bp" : names[0]];
  const parts = [`${name} ${over ? "reached " : ""}${join(names, any.map((a) => shown(a, over)))}.`];
  if (absolute.every((a) => a?.limit != null)) {
    parts.push(`Limit ${join(names, absolute.map((a) => a.limit))}.`);
  }
  if (rises.every((r) => r > 0)) parts.push(`Rise ${join(names, rises)}.`);
  return parts.join(" ");
}

function shown(alarm, over) {
  return over ? (alarm.extreme ?? alarm.value) : alarm.value;
}

function rise(encounter, vital, alarm, over) {
  const base = encounter.baseline?.[vital];
  return base ? shown(alarm, over) - base.value : null;
}

function join(vitals, values) {
  return values.map((value, i) => number(vitals[i], value)).join("/");
}

/** "4 above the limit of 165": where a value stands between the limits in force. */
export function standing(vital, value, limits) {
  if (value == null) return "";
  const mine = limits.filter((l) => l.vital === vital);
  const of = (direction) => mine.filter((l) => l.direction === direction).map((l) => l.value);
  const highs = of("high").sort((a, b) => a - b);
  const lows = of("low").sort((a, b) => b - a);
  const apart = (limit) => change(vital, Math.abs(value - limit)).replace("+", "");
  const crossed = highs.filter((limit) => value >= limit).pop();
  if (crossed !== undefined) return beyond("above", "limit", crossed);
  const under = lows.filter((limit) => value < limit).pop();
  if (under !== undefined) return beyond("below", "low limit", under);
  return highs.length ? beyond("below", "limit", highs[0]) : "";

  function beyond(side, what, limit) {
    const by = apart(limit);
    const at = number(vital, limit);
    return by === "0" ? `at the ${what} of ${at}` : `${by} ${side} the ${what} of ${at}`;
  }
}
