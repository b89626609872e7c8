// The sentence in the place of alarms: only statements that are true of every session now. Pure.

import { reading } from "../session/freshness.js";
import { figure, limitsOf } from "../digits.js";
import { small, tr } from "../language.js";
import { coming, phrase, stateAndTime } from "../session/next.js";
import { breaks } from "./standing.js";
import { doubt } from "../session/devicereports.js";
import { PLACES, VITAL_NAMES, label, word } from "../strings.js";

/** A cuff reading that did not come or failed: a separate trouble. */
const PRESSING = ["overdue", "failed"];
/** Places that no session leaves empty. */
const DUE = ["hr", "bp"];

/** [headline, detail] for sessions without any alarm. */
export function calm(encounters, now) {
  if (!encounters.length) return [tr`No session is open.`, tr`Start one to watch a patient.`];
  const troubles = encounters.flatMap((e) => trouble(e, now));
  const detail = [troubles.length ? `${troubles.join(". ")}.` : tr`Every reading is on time.`];
  const soonest = nextCuff(encounters, now);
  if (soonest) detail.push(soonest);
  if (troubles.length) return [tr`No alarm stands.`, detail.join(" ")];
  const many = encounters.length > 1;
  const all = many ? tr`All ${word(encounters.length)} within limits.` : tr`Within limits.`;
  return [all, detail.join(" ")];
}

/**
 * "Heron 03: heart rate stale, 21 s" for a value that is there but not fresh, or due but not
 * there.
 */
function trouble(encounter, now) {
  const said = Object.keys(PLACES)
    .map((code) => ({ code, shown: reading(encounter.vitals, code, now) }))
    .filter(({ code, shown: { state } }) => state !== "fresh" && (state !== "none" || DUE.includes(code)))
    .map(({ code, shown }) => {
      const why = doubt(encounter, code, shown);
      return `${small(VITAL_NAMES[code])} ${words({ ...shown, why })}`;
    });
  said.push(...beyond(encounter, now));
  const cuff = coming(encounter, now);
  if (cuff && PRESSING.includes(cuff.kind)) said.push(phrase(cuff));
  return said.map((what) => `${label(encounter)}: ${what}`);
}

/** Values that are over a limit without an alarm yet, because they wait for confirmation. */
function beyond({ vitals, limits = [] }, now) {
  return Object.entries(PLACES).flatMap(([code, names]) =>
    reading(vitals, code, now).state !== "fresh"
      ? []
      : names
          .map((vital) => [vital, vitals[vital]?.value, breaks(vital, vitals[vital]?.value, limits)])
          .filter(([, , where]) => where)
          .map(([vital, value, where]) => `${small(VITAL_NAMES[vital])} ${figure(vital, value, limitsOf(vital, limits))}, ${where}`),
  );
}

function words({ state, why, age }) {
  const fixed = { none: tr`has not come yet`, expired: tr`is missing` }[state];
  return fixed ?? (state === "suspect" ? tr`in doubt (${why}), ${age}` : `${why}, ${age}`);
}

/** The next cuff reading to come of all sessions, in the words beside its row. */
function nextCuff(encounters, now) {
  const [soonest] = encounters
    .map((e) => ({ e, cuff: coming(e, now) }))
    .filter(({ cuff }) => cuff && !PRESSING.includes(cuff.kind))
    .sort((a, b) => a.cuff.due - b.cuff.due);
  if (!soonest) return "";
  const { e, cuff } = soonest;
  const apart = cuff.kind === "ahead" ? "" : ",";
  return tr`Next is the ${small(cuff.what)} of ${label(e)}${apart} ${stateAndTime(cuff)}.`;
}
