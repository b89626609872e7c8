// The words of the clinic's view, section by section; and weekly shifts as people type them. Pure.

import { clock, day } from "../strings.js";
import { ms } from "../time.js";

export const NONE_SO_FAR = "None so far.";
export const CHANGE = "Change";
/** The name of a button beside a row, for people who do not see the row. */
export const actOn = (act, name) => `${act}: ${name}`;

export const CLOSED = {
  title: "Closed sessions",
  times: (opened, closed) => `opened ${opened}${closed ? `, closed ${closed}` : ""}`,
  earlier: "Earlier ones",
};

export const CONTACTS = {
  title: "Contacts",
  purpose:
    "Told of an alarm that nobody acknowledges: of a high one so many seconds after it began, of a " +
    "medium one two minutes later, and again until somebody does.",
  none: "None so far. Only the page tells of alarms.",
  add: "Add contact",
  confirmed: (at) => (at ? `confirmed ${at}` : "never confirmed"),
  after: (seconds, channels, confirmed) => `after ${seconds} s, ${channels}, ${confirmed}`,
  test: "Send test",
  remove: "Remove",
  removeForGood: "Remove for good",
  wishes: {
    user: (user) => `only sessions of ${user}`,
    rota: (shifts, zone) => `on duty ${shifts} (${zone})`,
    low: "low alarms too",
    quiet: (shifts) => `low ones not ${shifts}`,
    simulated: "test sessions too",
    pin: "has a PIN",
  },
};

export const CONTACT = {
  name: "Name",
  urls: "Addresses, one a line",
  urlsHint: "As the Apprise library writes them: mailto://, ntfy://, tgram://, jsons://…",
  after: "Told after",
  seconds: "s",
  order: "Order",
  orderHint: "Among those who are told at the same time.",
  user: "User",
  userHint: "Then only of sessions that this user supervises.",
  zone: "Time zone",
  rota: "On duty",
  rotaLike: "mon-fri 08:00-18:00; sat 09:00-12:00",
  rotaHint: "Every week. Empty: always.",
  quiet: "Quiet hours",
  quietLike: "mon-sun 22:00-07:00",
  quietHint: "Only low alarms wait.",
  low: "Low alarms too",
  simulated: "Test sessions too",
  pin: "PIN",
  pinKept: "Empty: as it is.",
  pinHint: "To acknowledge from a notice’s link. 6 digits or more.",
  noPin: "No PIN any more",
  save: "Save contact",
};

export const BROWSER = {
  title: "This browser",
  on: "Told of your sessions’ alarms, also while no tab is open.",
  off: "Silent while no tab is open.",
  stop: "Stop telling it",
  tell: "Tell it with the tab closed",
  impossible: "It can be told while no tab is open only where the page is served over TLS.",
};

const HOPS = { reading: "reading to decision", live: "live view", notice: "record and notice" };

export const SELF_TEST = {
  title: "Self-test",
  purpose:
    "A reading of nobody goes to the broker and comes back, raises an alarm, and leaves as a notice, once a minute.",
  run: "Run it now",
  through({ ok, detail, at, total_s: total }) {
    if (ok) return `Everything worked at ${clock(ms(at), true)}, in ${Math.round(total * 1000)} ms.`;
    return `Something does not work: ${detail}.`;
  },
  steps: ({ steps }) =>
    Object.entries(steps).map(([hop, s]) => `${HOPS[hop] ?? hop} ${Math.round(s * 1000)} ms`).join(", "),
  lag: ({ loop_lag_s: s }) => `The service itself came late by ${Math.round(s * 1000)} ms at most in the last minute.`,
  ping({ wanted, ok, detail, answered_s: ago }) {
    if (!wanted) return "Nobody outside watches whether this service lives: no ping is set up.";
    return ok ? `Somebody outside was told ${ago} s ago that it lives.` : `The sign of life stopped: ${detail}.`;
  },
};

export const COST = {
  name: "Alarm burden",
  title: "Alarms of the last 90 days",
  none: "No real session was closed in this time.",
};

export const DEVICES = {
  title: "Devices",
  user: (user) => `the patient is user ${user}`,
  deactivated: (iso) => `deactivated ${day(ms(iso))}`,
  reason: "Why it goes",
  deactivate: "Deactivate",
  activate: "Activate",
  save: "Save device",
};

export const AUDIT = {
  title: "Who did what",
  purpose: "What is done in a session is on its record. Here is the rest, and who was shown what.",
  person: "Person",
  everybody: "Everybody",
  day: "Day",
  nothing: "Nothing.",
  older: "Older",
  from: (origin) => `from ${origin}`,
};

export const PHONES = {
  title: "Telephones",
  purpose:
    "Whoever is told of an alarm is shown who supervises, and calls that person here. With a number on file an " +
    "alarm can be acknowledged from a notice’s link without a look at the values.",
  none: "no number",
  must: ", must set a new password",
  change: "Change number",
  keep: "Keep password",
  reset: "Reset password",
  of: (name) => `Telephone of ${name}`,
  like: "+351 21 555 0100",
  hint: "With the country code. Empty: none.",
  save: "Save number",
};

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** "mon tue 08:00-18:00" */
export const shift = (s) => `${s.days.join(" ")} ${s.begins}-${s.ends}`;

/** "mon-fri 08:00-18:00; sat sun 09:00-12:00" -> shifts; the server reports errors. */
export function shiftsOf(text = "") {
  return text
    .split(";")
    .map((part) => part.trim().split(/\s+/))
    .filter((words) => words[0])
    .map((words) => {
      const [begins = "", ends = ""] = words.at(-1).split("-");
      return { days: words.slice(0, -1).flatMap(daysOf), begins, ends };
    });
}

function daysOf(word) {
  const [first, last = first] = word.toLowerCase().split("-");
  const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
  if (from < 0 || to < 0) return [word];
  return from <= to ? DAYS.slice(from, to + 1) : [...DAYS.slice(from), ...DAYS.slice(0, to + 1)];
}
