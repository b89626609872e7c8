// Whether another person than the one at this page would be notified of an alarm. Pure.

import { label } from "../strings.js";

const NOBODY = "Nobody hears of an alarm but this page.";

/**
 * Why no one elsewhere would be notified of this session's alarms, or could come; "" if a person
 * would. `linksStay`: the links in notices do not work from another machine. Simulated people
 * need no one; of a session that was opened a moment ago it is not known yet.
 */
export function unheard({ mode, contacts = [], contacts_known: known = true }, linksStay) {
  if (mode === "demo" || !known) return "";
  if (!contacts.length) return `No contact is named. ${NOBODY}`;
  if (!contacts.some((c) => c.on_duty)) return `Nobody is on duty. ${NOBODY}`;
  return linksStay
    ? "The links in notices lead to this computer alone: whoever is told cannot open them elsewhere."
    : "";
}

/** The same for all open sessions: each sentence once, with its sessions unless all share it. */
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
