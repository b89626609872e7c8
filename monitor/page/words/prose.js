// The service's English sentences where the page still looks into them, because the status or the
// listing has no field for a fact that only the sentence has. They are not translated. A new place
// belongs here, and leaves with the field that makes it unnecessary. Pure.

const STILL = /^Still there 10 min after .+? acknowledged it\. /;
const LONG = /, after \d+ (?:s|min)(?=[.:,])/;

/** The reason of an alarm without the part that names who acknowledged it, and what of that part
    still holds. */
export function reasonApart({ reason, acknowledged_by: by }) {
  const seen = `Acknowledged by ${by}. `;
  const text = by && reason.startsWith(seen) ? reason.slice(seen.length) : reason;
  const still = text.match(STILL)?.[0] ?? "";
  return { still: still.trim(), text: text.slice(still.length) };
}

/** A duration in the service's own rounding: beside that of the written times it would be a second one. */
export const withoutDuration = (reason) => reason.replace(LONG, "");

/** Whether a person struck this row of `observations` out. */
export const isStruck = ({ reason }) => reason.startsWith("struck out");

/** Whether an acknowledgement, a row of the journal with this note, came by a link. */
export const isByLink = (note) => note === "by the link of a notice";

/** "the cuff reports: the arm moved" -> "the arm moved". */
export const shortCause = (cause) => cause.split(": ").at(-1);

/** Whether a value is in doubt because it is of this user of the cuff. */
export const isOfUser = (cause, user) => cause.includes(`user ${user}`);

/** Whether a value is in doubt because the other half of its measurement failed. */
export const isHalfFailed = (cause) => cause.includes("of the same measurement failed");

/** Whether a reason says itself that a new measurement is needed. */
export const saysNeeded = (reason) => reason.includes("A new measurement is needed.");

/** Whether a refusal goes on after the name of its field: "must be …", and not "no such device". */
export const goesOn = (refusal) => /^(must|is|are|has|needs|cannot)\b/.test(refusal);
