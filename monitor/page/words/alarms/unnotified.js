// Why an alarm might not be raised, or not be seen by another person than the one at this page:
// the service receives no readings; no contact would be notified. Pure.

import { tr } from "../language.js";
import { clock, label } from "../strings.js";
import { ms } from "../time.js";

const NOBODY = tr`Nobody hears of an alarm but this page.`;

/**
 * Why no one elsewhere would be notified of this session's alarms, or could come; "" if a person
 * would. `linksStay`: the links in notices do not work from another machine. Simulated people
 * need no one; of a session that was opened a moment ago it is not known yet.
 */
export function unheard({ mode, contacts = [], contacts_known: known = true }, linksStay) {
  if (mode === "demo" || !known) return "";
  if (!contacts.length) return tr`No contact is named. ${NOBODY}`;
  if (!contacts.some((c) => c.on_duty)) return tr`Nobody is on duty. ${NOBODY}`;
  return linksStay
    ? tr`The links in notices lead to this computer alone: whoever is told cannot open them elsewhere.`
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

/**
 * "Nothing that devices measure is watched since 02:44" while the service receives no readings,
 * acknowledged or not; "": it receives them. It is the service's own fault, so one session shows
 * it for all.
 */
export function deaf(encounters) {
  const lost = encounters
    .flatMap((e) => e.alarms)
    .filter((a) => a.condition === "broker_lost" && ["on", "acknowledged"].includes(a.presence));
  if (!lost.length) return "";
  return tr`Nothing that devices measure is watched since ${clock(Math.min(...lost.map((a) => ms(a.onset))))}`;
}
