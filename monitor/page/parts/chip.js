// The chip of an alarm: colour, shape and word, always all three.
import { gravity, words } from "../words/alarms/alarms.js";
import { Shape } from "../drawing/icons.js";
import { html } from "../drawing/html.js";

/** The worst priority that the alarm had, and a word whether it still has it. */
export const Chip = ({ alarm }) => html`
  <span class=${`chip ${gravity(alarm)} ${alarm.presence}`}>
    <${Shape} priority=${gravity(alarm)} kind=${alarm.kind} />
    ${words(alarm)}
  </span>
`;
