// The alarm bar: its height is reserved, so an alarm pushes nothing. Worst first; what does not
// fit is counted, can be scrolled to, and opens on a press over the rows below.

import { post } from "../api.js";
import { gravity, sunk, urgent } from "../alarms.js";
import { acts, alarmLines, link, moment, report, route } from "../app.js";
import { headline, reasons } from "../headline.js";
import { html } from "../html.js";
import { Shape } from "../icons.js";
import { next, told } from "../notices.js";
import { called, since } from "../since.js";
import { PRIORITIES, clock, label, span } from "../strings.js";
import { Chip } from "./chip.js";
import { openPanel } from "./panel.js";
import { Reach } from "./reach.js";
import { useEffect, useRef, useState } from "../vendor/preact-hooks.js";

const FITS = { wall: 3, session: 2 };

/** `lines` from alarms.js; `calm`: what stands there when there are none. */
export function AlarmBar({ lines, place, calm }) {
  const [open, setOpen] = useState(false);
  const bar = useRef(null);
  useEffect(() => {
    // What stays below it while the page scrolls (style.css) has to know how high it is.
    const tell = () =>
      document.documentElement.style.setProperty("--bar-height", `${bar.current?.offsetHeight ?? 0}px`);
    const watch = new ResizeObserver(tell);
    watch.observe(bar.current);
    return () => watch.disconnect();
  }, []);
  const more = lines.length - FITS[place];
  useEffect(() => {
    report(lines.flatMap((l) => l.alarms));
  });
  return html`
    <aside ref=${bar} class=${`bar ${place} ${open && more > 0 ? "open" : ""}`} aria-label="What stands now">
      <div class="over">
        <div class="lines">
          ${lines.length
            ? lines.map(
                (l, i) => html`<${Line} key=${l.key} line=${l} people=${(i === 0 || open) && people(lines, i)}
                  first=${i === lines.findIndex((one) => one.waiting.length)} />`,
              )
            : calm}
        </div>
        ${more > 0 &&
        html`<button class="more" aria-expanded=${open} onClick=${() => setOpen(!open)}>
          ${open ? "Show fewer" : `and ${more} more`}
          ${!open && html`<${Sunk} hidden=${lines.slice(FITS[place])} />`}
        </button>`}
      </div>
    </aside>
  `;
}

/** Whose they are, by priority: what is not read in a line is at least named. */
function Sunk({ hidden }) {
  return sunk(hidden).map(
    ({ priority, names }) => html`<span key=${priority} class=${`sunk ${priority}`}>
      <${Shape} priority=${priority} kind="physiological" />
      ${PRIORITIES[priority]}: ${names.join(", ")}</span>`,
  );
}

/** On views without vital signs: only there while an alarm stands. */
export function OtherAlarms() {
  const lines = alarmLines.value;
  return lines.length > 0 && html`<${AlarmBar} place="session" lines=${lines} />`;
}

/**
 * Beside the first high alarm of a session, unless its people stand on this page already. Closed,
 * the bar has room for those of its first line.
 */
function people(lines, i) {
  const { encounter } = lines[i];
  const high = ({ lead }) => gravity(lead) === "high";
  const told = lines.slice(0, i).some((l) => high(l) && l.encounter.id === encounter.id);
  return high(lines[i]) && !told && route.value.id !== encounter.id;
}

/**
 * One button for both, so that the focus stays on it: what nobody has taken is acknowledged, then a
 * note can be written. `first`: the key takes this line (keys.js).
 */
function Act({ line, acknowledge, busy, first }) {
  if (!line.waiting.length) {
    return html`<button class="acknowledge taken" onClick=${() => noteOn(line.encounter)}>
      Note on it
    </button>`;
  }
  return html`<button class="acknowledge" aria-disabled=${busy} onClick=${busy ? undefined : acknowledge}
    aria-keyshortcuts=${first ? "Alt+A" : undefined}>
    Acknowledge ${first && html`<kbd aria-hidden="true">Alt+A</kbd>`}
  </button>`;
}

/** `first`: of all lines, the first that somebody has to take. */
function Line({ line, people, first: worst }) {
  const { encounter, lead, waiting, parts, alarms } = line;
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
  const [first, ...rest] = parts;
  const short = headline(first);
  const why = reasons(line);
  return html`
    <div class=${`line ${gravity(lead)} ${lead.presence}`}>
      <div class="announced" role=${role(line)}>
        <${Chip} alarm=${lead} />
        <a class="code" href=${`#/session/${encodeURIComponent(encounter.id)}`}>
          ${label(encounter)}
        </a>
        <div class="said" aria-live="off">
          ${short && html`<strong>${short}</strong> `}
          <span class=${short ? "reasons" : "reasons alone"} title=${why}
            >${rest.map((part) => html`<${Also} key=${part.lead.id} part=${part} />`)}<${Since}
              alarms=${alarms} />${why}</span>
        </div>
        ${acts.value && html`<${Act} line=${line} acknowledge=${acknowledge} busy=${busy} first=${worst} />`}
      </div>
      <span class="aside">${error || aside(line, moment.value)}</span>
      ${people && html`<${Reach} encounter=${encounter} brief=${true} />`}
    </div>
  `;
}

/** A part that shares no headline with the first: its own chip, and its own values. */
function Also({ part }) {
  return html`<b class="also"><${Chip} alarm=${part.lead} /> ${headline(part)} </b>`;
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
function role(line) {
  return urgent(line) ? "alert" : line.waiting.length ? "status" : "group";
}

/** For how long it waits for somebody, who was told, and who would be next. */
function aside({ encounter, lead, alarms, waiting }, now) {
  const ids = alarms.map((a) => a.id);
  const said = told(encounter, ids);
  if (waiting.length === 0) {
    const at = Date.parse(lead.acknowledged_at);
    return `Acknowledged by ${lead.acknowledged_by} ${clock(at)}. ${said}`;
  }
  if (now === null || link.value.state === "lost") return said;
  return [`${span(now - called(alarms))}.`, said, next(encounter, ids, now)].filter(Boolean).join(" ");
}
