// The words of the clinic's view, section by section; and weekly shifts as people type them. Pure.

import { tr } from "../language.js";
import { clock, day } from "../strings.js";
import { ms } from "../time.js";

export const NONE_SO_FAR = tr`None so far.`;
export const CHANGE = tr`Change`;
/** The name of a button beside a row, for people who do not see the row. */
export const actOn = (act, name) => `${act}: ${name}`;

export const CLOSED = {
  title: tr`Closed sessions`,
  times: (opened, closed) => tr`opened ${opened}${closed ? tr`, closed ${closed}` : ""}`,
  earlier: tr`Earlier ones`,
};

export const CONTACTS = {
  title: tr`Contacts`,
  purpose:
    tr`Told of an alarm that nobody acknowledges: of a high one so many seconds after it began, of a \
medium one two minutes later, and again until somebody does.`,
  none: tr`None so far. Only the page tells of alarms.`,
  add: tr`Add contact`,
  confirmed: (at) => (at ? tr`confirmed ${at}` : tr`never confirmed`),
  after: (seconds, channels, confirmed) => tr`after ${seconds} s, ${channels}, ${confirmed}`,
  test: tr`Send test`,
  remove: tr`Remove`,
  removeForGood: tr`Remove for good`,
  wishes: {
    user: (user) => tr`only sessions of ${user}`,
    rota: (shifts, zone) => tr`on duty ${shifts} (${zone})`,
    low: tr`low alarms too`,
    quiet: (shifts) => tr`low ones not ${shifts}`,
    simulated: tr`test sessions too`,
    pin: tr`has a PIN`,
  },
};

export const CONTACT = {
  name: tr`Name`,
  urls: tr`Addresses, one a line`,
  urlsHint: tr`As the Apprise library writes them: mailto://, ntfy://, tgram://, jsons://…`,
  after: tr`Told after`,
  seconds: tr`s`,
  order: tr`Order`,
  orderHint: tr`Among those who are told at the same time.`,
  user: tr`User`,
  userHint: tr`Then only of sessions that this user supervises.`,
  zone: tr`Time zone`,
  rota: tr`On duty`,
  // As `shiftsOf` reads them, in any language.
  rotaLike: "mon-fri 08:00-18:00; sat 09:00-12:00",
  rotaHint: tr`Every week. Empty: always.`,
  quiet: tr`Quiet hours`,
  quietLike: "mon-sun 22:00-07:00",
  quietHint: tr`Only low alarms wait.`,
  low: tr`Low alarms too`,
  simulated: tr`Test sessions too`,
  pin: tr`PIN`,
  pinKept: tr`Empty: as it is.`,
  pinHint: tr`To acknowledge from a notice’s link. 6 digits or more.`,
  noPin: tr`No PIN any more`,
  save: tr`Save contact`,
};

export const BROWSER = {
  title: tr`This browser`,
  on: tr`Told of your sessions’ alarms, also while no tab is open.`,
  off: tr`Silent while no tab is open.`,
  stop: tr`Stop telling it`,
  tell: tr`Tell it with the tab closed`,
  impossible: tr`It can be told while no tab is open only where the page is served over TLS.`,
};

const HOPS = { reading: tr`reading to decision`, live: tr`live view`, notice: tr`record and notice` };

export const SELF_TEST = {
  title: tr`Self-test`,
  purpose:
    tr`A reading of nobody goes to the broker and comes back, raises an alarm, and leaves as a notice, once a minute.`,
  run: tr`Run it now`,
  through({ ok, detail, at, total_s: total }) {
    if (ok) return tr`Everything worked at ${clock(ms(at), true)}, in ${Math.round(total * 1000)} ms.`;
    return tr`Something does not work: ${detail}.`;
  },
  steps: ({ steps }) =>
    Object.entries(steps).map(([hop, s]) => tr`${HOPS[hop] ?? hop} ${Math.round(s * 1000)} ms`).join(", "),
  lag: ({ loop_lag_s: s }) => tr`The service itself came late by ${Math.round(s * 1000)} ms at most in the last minute.`,
  ping({ wanted, ok, detail, answered_s: ago }) {
    if (!wanted) return tr`Nobody outside watches whether this service lives: no ping is set up.`;
    return ok ? tr`Somebody outside was told ${ago} s ago that it lives.` : tr`The sign of life stopped: ${detail}.`;
  },
};

export const COST = {
  name: tr`Alarm burden`,
  title: tr`Alarms of the last 90 days`,
  none: tr`No real session was closed in this time.`,
};

export const DEVICES = {
  title: tr`Devices`,
  user: (user) => tr`the patient is user ${user}`,
  deactivated: (iso) => tr`deactivated ${day(ms(iso))}`,
  reason: tr`Why it goes`,
  deactivate: tr`Deactivate`,
  activate: tr`Activate`,
  save: tr`Save device`,
};

export const AUDIT = {
  title: tr`Who did what`,
  purpose: tr`What is done in a session is on its record. Here is the rest, and who was shown what.`,
  person: tr`Person`,
  everybody: tr`Everybody`,
  day: tr`Day`,
  nothing: tr`Nothing.`,
  older: tr`Older`,
  from: (origin) => tr`from ${origin}`,
};

export const PHONES = {
  title: tr`Telephones`,
  purpose:
    tr`Whoever is told of an alarm is shown who supervises, and calls that person here. With a number on file an \
alarm can be acknowledged from a notice’s link without a look at the values.`,
  none: tr`no number`,
  must: tr`, must set a new password`,
  change: tr`Change number`,
  keep: tr`Keep password`,
  reset: tr`Reset password`,
  of: (name) => tr`Telephone of ${name}`,
  like: "+351 21 555 0100",
  hint: tr`With the country code. Empty: none.`,
  save: tr`Save number`,
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
