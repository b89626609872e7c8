// The burden and the usefulness of alarms, in words. Pure.

import { numeral, tr } from "../language.js";
import { ofKind, span } from "../strings.js";

/** [name, value] of each figure: of a session, or of a clinic. */
export function burdenRows(of) {
  const count = Object.values(of.alarms).reduce((a, b) => a + b, 0);
  const kinds = Object.entries(of.alarms).map(([name, n]) => `${n} ${ofKind(name)}`).join(", ");
  const time = (s) => (s === null ? "\u2014" : s < 60 ? tr`${Math.round(s)} s` : span(s * 1000));
  return [
    [tr`Sessions`, tr`${of.sessions}, ${of.hours} h`],
    [tr`Alarms`, kinds ? `${count}: ${kinds}` : tr`none`],
    [tr`An hour`, of.per_hour === null ? "\u2014" : numeral(String(of.per_hour))],
    [tr`Taken after`, of.answered ? tr`${time(of.median_s)} (median), ${time(of.longest_s)} at most` : "\u2014"],
    [tr`Unanswered, medium or high`, time(of.in_alarm_s)],
    [tr`Not monitored`, time(of.blind_s)],
    [tr`Nobody watched`, time(of.unattended_s)],
    [tr`Called useful`, of.rated ? tr`${of.useful} of ${of.rated}` : tr`none was rated`],
  ];
}
