// The same patient's earlier sessions on the same axis: minutes since the first dose.
// Pure; `records.js` loads it.

import { ms } from "../words/time.js";

const MIN = 60_000;

/** Stored rows as points; values that were not believed are left out. */
export function systolicCourse(rows, zero) {
  return rows
    .filter((row) => row.state !== "rejected")
    .map((row) => ({ minute: (ms(row.effective) - zero) / MIN, value: row.value }))
    .sort((a, b) => a.minute - b.minute);
}

/** The result of the chart's button, as words. */
export function earlierFound(courses) {
  if (!courses) return "Looking for earlier sessions.";
  if (!courses.length) return "No earlier session with a dose.";
  return `Grey: systolic of ${courses.length === 1 ? "the earlier session" : `${courses.length} earlier sessions`}.`;
}
