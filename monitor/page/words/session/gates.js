// The part of a form that may pass a gate. Pure: no DOM, no clock.
//
// A reason is given for conditions that a person saw. It lives with the form that showed them,
// and is deleted when they change, so that no act passes a gate that no one looked at.

import { conditionWords } from "../because.js";
import { plural, tr } from "../language.js";

/** Conditions for which the server has no gate. */
const UNDOSED = [{ id: "reason", text: tr`Closing before any dose needs a reason: none is given.` }];

/**
 * A form that was just opened. `asked`: the conditions its fields were shown for; null: hidden.
 * `changed`: "reason" when a typed reason was deleted by a change, "asked" when no reason was
 * typed yet.
 */
export const FRESH = { asked: null, reason: "", by: "", refused: null, of: null, changed: null };

/** The gate of an act; null: it has no gate that is shown live. */
export function gateOf(encounter, act) {
  if (act === "close") return encounter.dosed_at === null ? null : "discharge";
  return encounter.dosed_at === null ? "hold" : "booster";
}

/**
 * The conditions that do not hold now, by the server's newest message. A refusal is newer than
 * the status that it came after; the next status is newer than both. `own`: conditions {id, text,
 * holds} of the form itself: its present content counts, regardless of earlier refusals.
 */
export function unmet(state, encounter, act, own = []) {
  if (act === "close" && encounter.dosed_at === null) return UNDOSED;
  const mine = own.filter((u) => !u.holds).map(({ id, text }) => ({ id, text }));
  return [...said(state, encounter, act).filter((u) => own.every((o) => o.id !== u.id)), ...mine];
}

function said(state, encounter, act) {
  const gate = encounter.gates.find((g) => g.gate === gateOf(encounter, act));
  if (state.refused && (state.of === encounter || !gate)) return state.refused;
  return gate ? gate.unmet : [];
}

/** After each status: a typed reason does not outlive the conditions that it was typed for. */
export function follow(state, encounter, act, own = []) {
  const typed = Boolean(state.reason.trim());
  if (shown(state, encounter, act, own) || (state.asked === null && !typed)) return state;
  return { ...FRESH, changed: typed ? "reason" : "asked" };
}

/** The server refused: these conditions do not hold. Its fields are shown for exactly these. */
export function refuse(state, found, encounter) {
  const asked = names(found);
  const kept = state.asked === asked ? { reason: state.reason, by: state.by } : {};
  return { ...FRESH, ...kept, asked, refused: found, of: encounter };
}

/** Whether its fields are on the screen. */
export function shown(state, encounter, act, own = []) {
  const now = unmet(state, encounter, act, own);
  if (now === UNDOSED) return true;
  return now.length > 0 && state.asked === names(now);
}

/** The values that are sent with the act: only those on the screen. */
export function sent(state, encounter, act, own = []) {
  const reason = state.reason.trim();
  if (!reason || !shown(state, encounter, act, own)) return {};
  const by = state.by.trim();
  return {
    override_reason: reason,
    ...(by ? { authorised_by: by } : {}),
    overrides: unmet(state, encounter, act, own).map((u) => u.id),
  };
}

function names(conditions) {
  return conditions.map((u) => u.id).sort().join("\n");
}

/**
 * The conditions of a further dose in one line, after "A further dose only if"; "": it has none.
 * Those that the close waits for too are in the list above it: only their number is given.
 */
export function furtherDose(gates) {
  const [booster, discharge] = ["booster", "discharge"].map((name) => gates.find((g) => g.gate === name));
  if (!booster?.unmet.length) return "";
  const above = new Set(discharge?.unmet.map((u) => u.id));
  const own = booster.unmet.filter((u) => !above.has(u.id));
  const both = booster.unmet.length - own.length;
  const alarms = plural(both, "alarm above is", "{0} alarms above are");
  const too = both > 0 && tr`${own.length ? tr`And the` : tr`the`} ${alarms} acknowledged, and low or over.`;
  return [...conditionWords(own), too].filter(Boolean).join(" ");
}
