// The alarm bar: its height is reserved, so an alarm pushes nothing. Worst first; what does not
// fit is counted, can be scrolled to, and opens on a press over the rows below.

import { post } from "../api.js";
import { waits } from "../alarms.js";
import { acts, alarmLines, link, moment, report } from "../app.js";
import { headline } from "../headline.js";
import { html } from "../html.js";
import { next, told } from "../notices.js";
import { called, since } from "../since.js";
import { clock, label, span } from "../strings.js";
import { Chip } from "./chip.js";
import { openPanel } from "./panel.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";

const FITS = { wall: 3, session: 2 };

/** `lines` from alarms.js; `calm`: what stands there when there are none. */
export function AlarmBar({ lines, place, calm }) {
  const [open, setOpen] = useState(false);
  const more = lines.length - FITS[place];
  useEffect(() => {
    report(lines.flatMap((l) => l.alarms));
  });
  return html`
    <aside class=${`bar ${place} ${open && more > 0 ? "open" : ""}`} aria-label="What stands now">
      <div class="over">
        <div class="lines">
          ${lines.length ? lines.map((l) => html`<${Line} key=${l.key} line=${l} />`) : calm}
        </div>
        ${more > 0 &&
        html`<button class="more" aria-expanded=${open} onClick=${() => setOpen(!open)}>
          ${open ? "Show fewer" : `and ${more} more`}
        </button>`}
      </div>
    </aside>
  `;
}

/** On views without vital signs: only there while an alarm stands. */
export function OtherAlarms() {
  const lines = alarmLines.value;
  return lines.length > 0 && html`<${AlarmBar} place="session" lines=${lines} />`;
}

function Line({ line }) {
  const { encounter, lead, waiting, alarms } = line;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const acknowledge = async () => {
    setBusy(true);
    try {
      await Promise.all(waiting.map((id) => post(`alarms/${encodeURIComponent(id)}/acknowledge`)));
      setError("");
    } catch (refusal) {
      setError(refusal.message);
    }
    setBusy(false);
  };
  const short = headline(line);
  const reasons = alarms.map((a) => a.reason).join(" ");
  return html`
    <div class=${`line ${lead.priority} ${lead.presence}`}>
      <div class="announced" role=${role(line)}>
        <${Chip} alarm=${lead} />
        <a class="code" href=${`#/session/${encodeURIComponent(encounter.id)}`}>
          ${label(encounter)}
        </a>
        <div class="said">
          ${short && html`<strong>${short}</strong> `}
          <span class=${short ? "reasons" : "reasons alone"} title=${reasons}
            ><${Since} alarms=${alarms} />${reasons}</span>
        </div>
        ${acts.value &&
        waiting.length > 0 &&
        html`<button class="acknowledge" disabled=${busy} onClick=${acknowledge}>
          Acknowledge
        </button>`}
        ${acts.value &&
        waiting.length === 0 &&
        html`<button class="acknowledge taken" onClick=${() => noteOn(encounter)}>Note on it</button>`}
      </div>
      <span class="aside">${error || aside(line, moment.value)}</span>
    </div>
  `;
}

function Since({ alarms }) {
  const words = since(alarms);
  return words && html`<span class="rose">${words} </span>`;
}

/** To the session, with the form for a note open: what was found, and what was done. */
function noteOn({ id }) {
  openPanel(id, "note");
  location.hash = `#/session/${encodeURIComponent(id)}`;
}

/** High and medium are announced at once, while somebody has to take them; the rest is not. */
function role({ alarms, waiting }) {
  const urgent = alarms.some((a) => waits(a) && a.priority !== "low");
  return urgent ? "alert" : waiting.length ? "status" : "group";
}

/** For how long it waits for somebody, who was told, and who would be next. */
function aside({ encounter, lead, alarms }, now) {
  const ids = alarms.map((a) => a.id);
  const said = told(encounter, ids);
  if (lead.presence === "acknowledged") {
    const at = Date.parse(lead.acknowledged_at);
    return `Acknowledged by ${lead.acknowledged_by} ${clock(at)}. ${said}`;
  }
  if (now === null || link.value.state === "lost") return said;
  return [`${span(now - called(alarms))}.`, said, next(encounter, ids, now)].filter(Boolean).join(" ");
}
