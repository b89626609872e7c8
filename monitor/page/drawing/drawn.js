// The content of a session's chart beside the measurements: its doses, its phases, the limits
// that count. Times in ms. Pure.

import { whichDose } from "../words/session/view.js";
import { mg } from "../words/session/given.js";
import { PHASES } from "../words/strings.js";
import { ms } from "../words/time.js";

const DRAWN = ["sbp", "dbp", "hr"];
const NAMED = ["high", "medium"];

/** Each dose, by when it was taken: [{at, text}], "100 mg". */
export function dosesOn({ doses = [], dosed_at: first, last_dose_at: last }) {
  const known = doses.map(({ at, amount_mg: amount }) => ({ at: ms(at), text: mg(amount) }));
  const times = [...new Set([first, last].filter(Boolean))].map((at) => ({ at: ms(at), text: "" }));
  return (known.length ? known : times).sort((a, b) => a.at - b.at);
}

/**
 * When each phase begins, [{name, text, from, last}]: the baseline with the chart and until the
 * first dose, the others again with each dose, until the next dose cuts them off. last: it
 * belongs to the last dose.
 */
export function phasesOn(encounter, begin) {
  const doses = dosesOn(encounter);
  const { phases = {} } = encounter;
  const after = (name) => ms(phases[name]) - ms(phases.onset);
  const each = doses.flatMap(({ at }, i) =>
    ["onset", "peak", "recovery"]
      .filter((name) => phases[name] && (i === doses.length - 1 || at + after(name) < doses[i + 1].at))
      .map((name) => {
        const text = PHASES[name] + whichDose(i, doses.length);
        return { name, text, from: at + after(name), last: i === doses.length - 1 };
      }),
  );
  return [{ name: "baseline", text: PHASES.baseline, from: begin, last: !doses.length }, ...each];
}

/**
 * For each vital sign and priority the strictest upper limit in force, absolute or over the
 * baseline; each value once, by the higher priority. Before a dose there is no rise. Lower limits
 * are not drawn.
 */
export function strictest({ limits, dosed_at: dosed }) {
  const counts = ({ condition, direction }) =>
    direction === "high" && (/_high$/.test(condition) || (/_rise$/.test(condition) && Boolean(dosed)));
  return DRAWN.flatMap((vital) => {
    const of = (priority) => limits.filter((l) => counts(l) && l.vital === vital && l.priority === priority);
    const found = NAMED.map((priority) => of(priority).reduce((a, b) => (a && a.value <= b.value ? a : b), null)).filter(Boolean);
    return found.filter((l, i) => found.findIndex((other) => other.value === l.value) === i);
  });
}
