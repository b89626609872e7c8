// The burden and the usefulness of alarms, in words. Pure.

import { span } from "../strings.js";

/** [name, value] of each figure: of a session, or of a clinic. */
export function burdenRows(of) {
  const count = Object.values(of.alarms).reduce((a, b) => a + b, 0);
  const kinds = Object.entries(of.alarms).map(([name, n]) => `${n} ${name}`).join(", ");
  const time = (s) => (s === null ? "\u2014" : s < 60 ? `${Math.round(s)} s` : span(s * 1000));
  return [
    ["Sessions", `${of.sessions}, ${of.hours} h`],
    ["Alarms", kinds ? `${count}: ${kinds}` : "none"],
    ["An hour", of.per_hour === null ? "\u2014" : String(of.per_hour)],
    ["Taken after", of.answered ? `${time(of.median_s)} (median), ${time(of.longest_s)} at most` : "\u2014"],
    ["Unanswered, medium or high", time(of.in_alarm_s)],
    ["Not monitored", time(of.blind_s)],
    ["Nobody watched", time(of.unattended_s)],
    ["Called useful", of.rated ? `${of.useful} of ${of.rated}` : "none was rated"],
  ];
}
