// The chip of an alarm: colour, shape and word, always all three.
import { gravity, words } from "../words/alarms/alarms.js";
import { Shape } from "../drawing/icons.js";
import { html } from "./html.js";

/** Of the worst that the alarm was, and in a word whether it is still so. */
export const Chip = ({ alarm }) => html`
  <span class=${`chip ${gravity(alarm)} ${alarm.presence}`}>
    <${Shape} priority=${gravity(alarm)} kind=${alarm.kind} />
    ${words(alarm)}
  </span>
`;
