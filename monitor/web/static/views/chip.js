// The chip of an alarm: colour, shape and word, always all three.
import { Shape } from "../icons.js";
import { html } from "../html.js";
import { PRIORITIES } from "../strings.js";

export const Chip = ({ alarm }) => html`
  <span class=${`chip ${alarm.priority} ${alarm.presence}`}>
    <${Shape} priority=${alarm.priority} kind=${alarm.kind} />
    ${PRIORITIES[alarm.priority]}${alarm.presence === "latched" ? ", over" : ""}
  </span>
`;
