// What comes next in a session, as two short lines. Pure.

import { clock, span } from "./strings.js";
import { ms } from "./time.js";

/** [what, when or why]: the next cuff reading, or that nothing is left to wait for. */
export function next(encounter, now) {
  const check = encounter.next_check;
  const open = encounter.gates.flatMap((g) => (g.gate === "booster" ? [] : g.unmet)).length;
  const undosed = encounter.dosed_at === null;
  if (encounter.gates.length && open === 0) {
    if (undosed) return ["Ready for the dose", "All conditions met"];
    return ["Ready to close", "All conditions met"];
  }
  if (!check) return ["No cuff due", ""];
  const due = ms(check.due);
  const detail = undosed && open ? `${open} ${open === 1 ? "check" : "checks"} open` : clock(due);
  const failed = failing(encounter);
  if (failed && !check.overdue) return ["Cuff failed", `at ${clock(ms(failed))}`];
  if (check.reason === "confirm") return ["Repeat cuff asked", `by ${clock(due)}`];
  if (check.overdue) return ["Cuff overdue", `since ${clock(due)}`];
  if (due <= now) return ["Cuff due now", clock(due)];
  return [`Cuff in ${ahead(due - now)}`, detail];
}

/** When a cuff's newest measurement failed; undefined: none did. */
function failing({ cuffs = {} }) {
  return Object.values(cuffs).map((cuff) => cuff.failed_at).find(Boolean);
}

/** Time to come: whole minutes rounded up, seconds in the last one. */
export function ahead(milliseconds) {
  return milliseconds >= 60_000 ? `${Math.ceil(milliseconds / 60_000)} min` : span(milliseconds);
}
