// The sentence that stands where alarms would: only what is true of every session now. Pure.

import { reading } from "./freshness.js";
import { ahead } from "./next.js";
import { doubt } from "./told.js";
import { VITAL_NAMES, capital, label, word } from "./strings.js";
import { ms } from "./time.js";

/** [headline, detail] for sessions without any alarm. */
export function calm(encounters, now) {
  if (!encounters.length) return ["No session is open.", "Start one to watch a patient."];
  const troubles = encounters.flatMap((e) => trouble(e, now));
  const detail = [troubles.length ? `${troubles.join(". ")}.` : "Every reading is on time."];
  const soonest = nextCuff(encounters, now);
  if (soonest) detail.push(soonest);
  if (troubles.length) return ["No alarm stands.", detail.join(" ")];
  const many = encounters.length > 1;
  const all = many ? `All ${word(encounters.length)} within limits.` : "Within limits.";
  return [all, detail.join(" ")];
}

/** "Heron 03: heart rate stale, 21 s" for what is there but not fresh, or due but not there. */
function trouble(encounter, now) {
  const said = ["hr", "bp", "temp"]
    .map((code) => ({ code, shown: reading(encounter.vitals, code, now) }))
    .filter(({ code, shown: { state } }) => state !== "fresh" && (state !== "none" || code !== "temp"))
    .map(({ code, shown }) => {
      const why = doubt(encounter, code, shown);
      return `${VITAL_NAMES[code].toLowerCase()} ${words({ ...shown, why })}`;
    });
  if (encounter.next_check?.overdue) said.push("cuff overdue");
  return said.map((what) => `${label(encounter)}: ${what}`);
}

function words({ state, why, age }) {
  const fixed = { none: "has not come yet", expired: "is missing" }[state];
  return fixed ?? (state === "suspect" ? `in doubt (${why}), ${age}` : `${why}, ${age}`);
}

function nextCuff(encounters, now) {
  const due = encounters
    .filter((e) => e.next_check && ms(e.next_check.due) > now)
    .sort((a, b) => ms(a.next_check.due) - ms(b.next_check.due))[0];
  if (!due) return "";
  const when = ahead(ms(due.next_check.due) - now);
  return capital(`next is the cuff of ${label(due)} in ${when}.`);
}
