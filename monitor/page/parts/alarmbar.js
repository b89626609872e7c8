// The alarm bar: its height is reserved, so an alarm moves no other part. Worst first; lines that
// do not fit are counted in it. A press opens them, and every sentence, over the rows below.

import { post } from "../server/api.js";
import { gravity, sunk, urgent, waits } from "../words/alarms/alarms.js";
import { acts, alarmLines, link, moment, report, route } from "../server/app.js";
import { named } from "../words/alarms/conditions.js";
import { headline, reasonParts } from "../words/alarms/headline.js";
import { html } from "../drawing/html.js";
import { Shape } from "../drawing/icons.js";
import { nextNotice, noticesSent } from "../words/clinic/notices.js";
import { alarmSince, besideSince, called } from "../words/alarms/since.js";
import { BAR } from "../words/frame.js";
import { PRIORITIES, clock, isLong, label, span } from "../words/strings.js";
import { Chip } from "./chip.js";
import { useFit } from "./fit.js";
import { openPanel } from "./panel.js";
import { Reach } from "./people.js";
import { useEffect, useRef, useState } from "../vendor/preact-hooks.js";

const FITS = { wall: 3, session: 2 };

/** `lines` from alarms.js; `calm`: the content when there are no lines. */
export function AlarmBar({ lines, place, calm }) {
  const [open, setOpen] = useState(false);
  const bar = useRef(null);
  const whole = useFit(bar, lines.length, FITS[place], open);
  const more = lines.length - whole;
  useEffect(() => {
    report(lines.flatMap((l) => l.alarms));
  });
  return html`
    <aside ref=${bar} class=${`bar ${place}`} data-open=${open && lines.length > 0} aria-label=${BAR.name}>
      <div class="over">
        <div class="lines" onFocusIn=${(event) => event.target.closest(".line.unseen") && setOpen(true)}>
          ${lines.length
            ? lines.map(
                (l, i) => html`<${Line} key=${l.key} line=${l} people=${(i === 0 || open) && people(lines, i)}
                  first=${i === lines.findIndex((one) => one.waiting.length)} open=${() => setOpen(true)} />`,
              )
            : calm}
        </div>
        ${(more > 0 || (open && lines.length > 0)) &&
        html`<button class="more" aria-expanded=${open} onClick=${() => setOpen(!open)}>
          ${open ? BAR.less : BAR.more(more)}
          ${!open && html`<${Sunk} hidden=${lines.slice(whole)} />`}
        </button>`}
      </div>
    </aside>
  `;
}

/**
 * The patients of hidden lines, by priority: an alarm without a readable line is at least named.
 */
function Sunk({ hidden }) {
  return sunk(hidden).map(
    ({ priority, names }) => html`<span key=${priority} class=${`sunk ${priority}`}>
      <${Shape} priority=${priority} kind="physiological" />
      ${PRIORITIES[priority]}: <span class="names">${names.join(", ")}</span>${" "}<span
        class="count">${BAR.sessions(names.length)}</span></span>`,
  );
}

/** On views without vital signs: shown only during an alarm. */
export function OtherAlarms() {
  const lines = alarmLines.value;
  return lines.length > 0 && html`<${AlarmBar} place="session" lines=${lines} />`;
}

/**
 * Beside the first high alarm of a session, unless its people are on this page already. Closed,
 * the bar has room for the people of its first line.
 */
function people(lines, i) {
  const { encounter } = lines[i];
  const high = ({ lead }) => gravity(lead) === "high";
  const told = lines.slice(0, i).some((l) => high(l) && l.encounter.id === encounter.id);
  return high(lines[i]) && !told && route.value.id !== encounter.id;
}

/**
 * One button for both, so that the focus stays on it: it acknowledges the alarms that wait, then
 * it opens a note. `first`: the key takes this line (keys.js).
 */
function Act({ line, acknowledge, busy, first }) {
  if (!line.waiting.length) {
    return html`<button class="acknowledge taken" onClick=${() => noteOn(line.encounter)}>
      ${BAR.note}
    </button>`;
  }
  return html`<button class="acknowledge" aria-disabled=${busy} onClick=${busy ? undefined : acknowledge}
    aria-keyshortcuts=${first ? "Alt+A" : undefined}>
    ${BAR.acknowledge}${" "}${first && html`<kbd aria-hidden="true">${BAR.key}</kbd>`}
  </button>`;
}

/** `first`: the first line of all that has to be acknowledged. */
function Line({ line, people, first: worst, open }) {
  const { encounter, lead, waiting, parts } = line;
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
  const short = headline(first, moment.value);
  const name = label(encounter);
  return html`
    <div class=${`line ${gravity(lead)} ${lead.presence}`}>
      <div class="announced" role=${role(line)}>
        <span class="whose"><${Chip} alarm=${lead} /> ${" "}
          <a class=${isLong(name) ? "code long" : "code"} title=${name}
            href=${`#/session/${encodeURIComponent(encounter.id)}`}>${name}</a></span>
        <div class="said" aria-live="off">
          ${short && html`<strong>${short}</strong> `}
          <span class=${short ? "reasons" : "reasons alone"}
            ><${Since} words=${alarmSince(first.alarms)} />${rest.map((part) => html`<${Also}
              key=${part.lead.id} part=${part} />`)}<${Why} line=${line} short=${short} /></span>
          <button class="plain whole" hidden aria-label=${BAR.wholeOf(name)}
            onClick=${open}>${BAR.whole}</button>
        </div>
        ${acts.value && html`<${Act} line=${line} acknowledge=${acknowledge} busy=${busy} first=${worst} />`}
      </div>
      <span class="aside">${error ? html`<b>${error}</b>` : html`<${Aside} line=${line} />`}</span>
      ${people && html`<${Reach} encounter=${encounter} brief=${true} />`}
    </div>
  `;
}

/**
 * The whole reasons, each a sentence that is shown whole or not at all; without a headline the
 * first reason names the alarm.
 */
function Why({ line, short }) {
  return reasonParts(line).map(({ who, text }, i) => html`<span key=${i}
      data-piece=${i ? "further reason" : short ? "reason" : undefined}>${who && `${who} `}${text} </span>`);
}

/** A part that shares no headline with the first: its own chip, values and times. */
function Also({ part }) {
  return html`<b class="also"><${Chip} alarm=${part.lead} /> ${headline(part, moment.value) ?? `${named(part.lead)}.`} </b>
    <${Since} words=${besideSince(part.alarms)} />`;
}

function Since({ words }) {
  return words && html`<span class="rose">${words} </span>`;
}

/** Open the session with the form for a note: findings and measures. */
function noteOn({ id }) {
  openPanel(id, "note");
  location.hash = `#/session/${encodeURIComponent(id)}`;
}

/** High and medium are announced immediately, while they are not acknowledged; the rest is not. */
function role(line) {
  return urgent(line) ? "alert" : line.waiting.length ? "status" : "group";
}

/**
 * How long the headline has waited, or who acknowledged it; which contacts were notified, and who
 * would be next.
 */
function Aside({ line: { encounter, lead, parts, alarms, waiting } }) {
  const ids = alarms.map((a) => a.id);
  const now = link.value.state === "lost" ? null : moment.value;
  const taken = BAR.takenBy(lead.acknowledged_by, clock(Date.parse(lead.acknowledged_at)));
  const waited = now === null ? "" : `${span(now - called(parts[0].alarms))}.`;
  const coming = waiting.length ? nextNotice(encounter, ids, now) : "";
  return html`${waits(lead) ? waited : taken}${" "}<span data-piece="told"
      >${[noticesSent(encounter, ids), coming].filter(Boolean).join(" ")}</span>`;
}
