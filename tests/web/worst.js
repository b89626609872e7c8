// Every form that an alarm can have, alone and beside a second one of the same vital sign, and the
// tables of `docs/page.md` about them: `node tests/web/worst.js` writes them into that page.

import { readFileSync, writeFileSync } from "node:fs";
import { breaking, flashing, linesOf, sounds, words } from "../../monitor/page/words/alarms/alarms.js";
import { headline } from "../../monitor/page/words/alarms/headline.js";

export const PRIORITIES = ["low", "medium", "high"];
export const PRESENCES = ["on", "latched", "acknowledged"];
export const PAGE = new URL("../../docs/page.md", import.meta.url);
const BEGIN = "<!-- printed from the code -->";
const END = "<!-- end of what is printed -->";

const LIMITS = { sbp: { low: 150, medium: 165, high: 180 }, dbp: { low: 95, medium: 100, high: 110 } };
const VALUES = { sbp: { low: 152, medium: 168, high: 184 }, dbp: { low: 96, medium: 103, high: 112 } };
const AT = "2026-11-23T14:45:00Z";

/** {priority, worst, presence}: at its worst now, or eased from a worse priority. */
export const FORMS = PRIORITIES.flatMap((priority, least) =>
  PRIORITIES.slice(least).flatMap((worst) => PRESENCES.map((presence) => ({ priority, worst, presence }))),
);

export function alarm(vital, { priority, worst, presence }) {
  return {
    id: `e-${vital}`, condition: `${vital}_high`, kind: "physiological", vital, priority, presence, worst,
    value: VALUES[vital][priority], limit: LIMITS[vital][priority], extreme: VALUES[vital][worst],
    onset: AT, raised_at: AT, extreme_at: AT, reason: `${vital} says why.`,
    acknowledged_by: presence === "acknowledged" ? "thea" : null,
  };
}

export function session(...forms) {
  const limits = Object.entries(LIMITS).flatMap(([vital, of]) =>
    Object.entries(of).map(([priority, value]) => ({
      condition: `${vital}_high`, priority, vital, direction: "high", value,
    })),
  );
  const vitals = { sbp: { effective: AT }, dbp: { effective: AT } };
  const alarms = forms.map((form, i) => alarm(["sbp", "dbp"][i], form));
  return { id: "e", patient_label: "K-104", dosed_at: null, baseline: {}, limits, vitals, alarms };
}

export function line(...forms) {
  return linesOf(session(...forms))[0];
}

export function page() {
  const text = readFileSync(PAGE, "utf8");
  const [before, rest] = text.split(BEGIN);
  return `${before}${BEGIN}\n\n${[...alone(), "", ...beside()].join("\n")}\n\n${END}${rest.split(END)[1]}`;
}

function* alone() {
  yield* heads(["it is", "at its worst it was", "and", "chip", "flashes", "sounds", "box", "headline"]);
  for (const form of FORMS) {
    const whole = session(form);
    const [one] = linesOf(whole);
    const flashes = flashing([one]).filter((p) => p === form.worst && p !== "low").join("");
    const tone = sounds(one.lead) ? form.worst : "";
    const box = breaking(whole, "bp")?.priority ?? "";
    yield row([form.priority, form.worst, SAID[form.presence], chip(one.lead), flashes, tone, box, headline(one.parts[0])]);
  }
}

const SAID = { on: "nobody has taken it", latched: "is over, and nobody took it", acknowledged: "somebody took it" };

function* beside() {
  const seconds = PRESENCES.flatMap((presence) =>
    PRIORITIES.map((priority) => ({ priority, worst: priority, presence })),
  );
  yield* heads(["beside it", ...seconds.map((form) => chip(alarm("dbp", form)))]);
  const rows = FORMS.map((form) => {
    const cells = seconds.map((second) => line(form, second).parts.map((part) => chip(part.lead)).join(" + "));
    return row([chip(alarm("sbp", form)), ...cells]);
  });
  yield* new Set(rows); // the chip is the same however far the alarm has eased
}

/** The text of the chip; an outlined chip is of an alarm that a person took. */
function chip(one) {
  return words(one) + (one.presence === "acknowledged" ? " (outlined)" : "");
}

function* heads(names) {
  yield row(names);
  yield `|${"---|".repeat(names.length)}`;
}

function row(cells) {
  return `| ${cells.join(" | ")} |`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(PAGE, page());
