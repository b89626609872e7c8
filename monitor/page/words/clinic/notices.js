// The words about notices: who was notified of an alarm, who is next, and whether a test arrived.
// Pure.

import { inWords } from "../because.js";
import { tr } from "../language.js";
import { clock, countdown } from "../strings.js";
import { ms } from "../time.js";
import { unheard } from "../alarms/unnotified.js";

/** A notice that did not go out. */
const STATES = { queued: tr`queued`, retrying: tr`retrying`, failed: tr`failed`, cancelled: tr`cancelled` };
const CONFIRMED_MS = 24 * 3600_000;

/** "On call told 14:38. Backup not reached." for these alarms; "" before the first notice. */
export function noticesSent({ notices = [], nobody_left: left = [], next_notice: coming }, ids) {
  const mine = notices.filter((n) => ids.includes(n.alarm));
  const people = [...new Set(mine.map((n) => n.contact_id))];
  const fates = people.map((id) => fate(mine.filter((n) => n.contact_id === id)));
  // A repeated notice has one sentence for both facts (`nextNotice`): apart, "nobody is left" would
  // contradict "is told again".
  const again = coming && ids.includes(coming.alarm);
  const nobody = !again && left.some((id) => ids.includes(id)) && tr`Nobody else is left to be told.`;
  return [...fates, nobody].filter(Boolean).join(" ");
}

/**
 * "Backup in 0:24." if a contact would be notified of one of these alarms next; "On call is told
 * again in 1:46, nobody else is left." if all who could take it have declined.
 */
export function nextNotice({ next_notice: coming, notices = [], nobody_left: left = [] }, ids, now) {
  if (!coming || !ids.includes(coming.alarm)) return "";
  if (!left.some((id) => ids.includes(id))) {
    return now === null ? "" : tr`${coming.contact} in ${countdown(ms(coming.at) - now)}.`;
  }
  const before = notices.some((n) => ids.includes(n.alarm) && n.contact === coming.contact);
  const when = now === null ? tr`at ${clock(ms(coming.at))}` : tr`in ${countdown(ms(coming.at) - now)}`;
  return tr`${coming.contact} is told ${before ? tr`again ` : ""}${when}, nobody else is left.`;
}

/** The best result of any channel for the newest message to one contact. */
function fate(all) {
  const newest = Math.max(...all.map((n) => ms(n.queued_at)));
  const rows = all.filter((n) => ms(n.queued_at) === newest);
  const name = rows[0].contact;
  const last = (at, among = rows) => Math.max(...among.map((n) => ms(n[at]) ?? 0));
  // Declined by the link of any message: the newest may have come while they read an earlier one.
  const declined = last("declined_at", all);
  const cannot = declined ? tr`${name} cannot, said so ${clock(declined)}` : "";
  if (cannot && (declined > newest || rows.some((n) => n.declined_at))) return `${cannot}.`;
  const now = outcome(rows, last, cannot ? tr` again` : "");
  if (cannot) return now ? `${cannot}, ${now}.` : `${cannot}.`;
  return now && `${name} ${now}.`;
}

function outcome(rows, last, again) {
  // A program may have opened it: mail and chat programs open links by themselves.
  const opened = last("seen_at") ? tr`, link opened ${clock(last("seen_at"))}` : "";
  if (last("sent_at")) return tr`told${again} ${clock(last("sent_at"))}${opened}`;
  if (rows.some((n) => n.state === "failed" || n.attempts > 0)) return tr`not reached${again}`;
  return rows.some((n) => n.state === "queued") ? tr`is being told${again}` : "";
}

/**
 * The row of the checks before the dose: {text, done, ask, first?, alone?}. `first`: before all
 * others, since no one elsewhere learns of alarms without it; `alone`: no one would be notified.
 */
export function tested(encounter, now, linksStay) {
  const { contacts = [], contacts_known: known = true, notices = [], mode } = encounter;
  if (!known && mode !== "demo") return { text: tr`Who would be told is being looked up.`, done: false, ask: "", first: false };
  const mine = contacts.filter((c) => c.on_duty);
  const why = unheard(encounter, linksStay);
  if (!mine.length) {
    const text = why || tr`No contact is named. These people are simulated.`;
    return { text, done: why ? false : null, ask: "", first: Boolean(why), alone: Boolean(why) };
  }
  const open = mine.filter((c) => !fresh(c, now));
  const text = mine.map((c) => `${c.name} ${answer(c, notices, now)}`).join(", ");
  const mark = mode === "real" ? "" : tr` Not real: by default only real sessions are told.`;
  return {
    text: `${why && `${why} `}${text}.${mark}`,
    done: open.length === 0 && !why,
    ask: tr`Send test`,
    first: Boolean(why),
  };
}

function fresh({ confirmed_at: at }, now) {
  return at !== null && now !== null && now - ms(at) < CONFIRMED_MS;
}

function answer(contact, notices, now) {
  if (fresh(contact, now)) return tr`confirmed ${clock(ms(contact.confirmed_at))}`;
  const tests = notices.filter((n) => n.purpose === "test" && n.contact_id === contact.id);
  const newest = tests.at(-1);
  if (!newest) return tr`not tested today`;
  const group = tests.filter((n) => n.message === newest.message);
  if (group.some((n) => n.state === "sent")) return tr`was sent one, not confirmed yet`;
  return group.every((n) => n.state === "failed" || n.attempts > 0) ? tr`was not reached` : tr`is being tried`;
}

/** A ledger's row in words: "told 14:38, opened 14:40". */
export function noticeSteps(n) {
  const steps = [
    [tr`sent`, n.sent_at],
    [tr`delivered`, n.delivered_at],
    [tr`link opened`, n.seen_at],
    [tr`said “I cannot”`, n.declined_at],
    [n.purpose === "test" ? tr`confirmed` : tr`acknowledged`, n.acknowledged_at],
  ];
  const done = steps.filter(([, at]) => at).map(([word, at]) => `${word} ${clock(ms(at))}`);
  const why = inWords(n.detail, n.because);
  if (n.state === "sent") return [...done, why].filter(Boolean).join(", ");
  return `${[...done, STATES[n.state] ?? n.state].join(", ")} ${clock(ms(n.at))}${why && `: ${why}`}`;
}
