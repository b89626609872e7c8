// Whether anybody but this page would hear of an alarm. Pure.

import { label } from "../strings.js";

const NOBODY = "Nobody hears of an alarm but this page.";

/**
 * Why nobody elsewhere would hear of this session's alarms, or could come; "" when somebody would.
 * `linksStay`: the links in notices lead nobody here from another machine. Simulated people need
 * nobody; of a session that was opened a moment ago nobody knows yet.
 */
export function unheard({ mode, contacts = [], contacts_known: known = true }, linksStay) {
  if (mode === "demo" || !known) return "";
  if (!contacts.length) return `No contact is named. ${NOBODY}`;
  if (!contacts.some((c) => c.on_duty)) return `Nobody is on duty. ${NOBODY}`;
  return linksStay
    ? "The links in notices lead to this computer alone: whoever is told cannot open them elsewhere."
    : "";
}

/** The same for all open sessions: each sentence once, with the sessions where not all share it. */
export function allUnheard(encounters, linksStay) {
  const said = new Map();
  for (const e of encounters) {
    const why = unheard(e, linksStay);
    if (why) said.set(why, [...(said.get(why) ?? []), label(e)]);
  }
  return [...said].map(([why, labels]) =>
    labels.length === encounters.length ? why : `${labels.join(", ")}: ${why}`,
  );
}
