// The words around every view: head, foot, alarm bar, wall, lost link, sign-in, passwords. Pure.

import { plural, tr } from "./language.js";
import { PRIORITIES } from "./strings.js";

const PRODUCT = tr`Dosing Monitor`;
const LINK_LOST = tr`Link lost`;
const START = tr`Start session`;
const alarms = (n) => plural(n, "{0} alarm", "{0} alarms");

/** worst: the priority and the name of the worst alarm; "": there is none. */
export const title = (lost, worst) => [lost ? LINK_LOST : worst, PRODUCT].filter(Boolean).join(". ");

/** Of a notification on the desktop. */
export const alarmOf = (priority, name) => tr`${PRIORITIES[priority]} alarm: ${name}`;

export const VIEWS = {
  connecting: tr`Connecting to the server.`,
  nothingAt: (address) => tr`There is nothing at ${address}.`,
  noSession: tr`There is no such session.`,
  instead: tr`These are all open sessions.`,
  record: tr`The record`,
  clinic: tr`The clinic`,
  form: tr`The form`,
  failed: (view) => tr`${view} could not be loaded. Reload the page.`,
  loading: (view) => tr`${view} is being loaded.`,
  busy: tr`One moment.`,
};

export const HEAD = {
  product: PRODUCT,
  start: START,
  all: tr`All`,
  link: { live: tr`Live`, lost: LINK_LOST, waiting: tr`Connecting` },
  signedIn: (name, acts) => tr`Signed in as ${name}${acts ? "" : tr`, looks on`}`,
  there: tr`Patient’s clock`,
  lost: (n) => tr`${alarms(n)} while the link was lost`,
  away: (n) => tr`${alarms(n)} while you were away`,
  seen: tr`Seen`,
  soundOff: tr`Sound is off`,
  turnOn: tr`Turn sound on`,
  soundOn: tr`Sound is on`,
  paused: (left) => tr`, paused ${left}`,
  pause: tr`Pause sound`,
  endPause: tr`End pause`,
};

export const FOOT = {
  limits: tr`Limits are not clinically validated.`,
  clinic: tr`Clinic`,
  signOut: tr`Sign out`,
};

export const LOST = {
  title: tr`${LINK_LOST}. You are not seeing vital signs.`,
  remedy: tr`Watch the video, or call.`,
  tryNow: tr`Try now`,
  since: (long) => tr`Lost ${long} ago.`,
  next: (long) => (long ? tr`Next try in ${long}.` : tr`Trying.`),
  heads: [tr`Session`, tr`Since dose`, tr`Heart rate`, tr`Blood pressure`, tr`Temp`, tr`Whom to reach`, tr`When the link was lost`],
};

export const SIGN_IN = {
  user: tr`User name`,
  password: tr`Password`,
  act: tr`Sign in`,
  noCookie: tr`This browser kept no cookie.`,
};

export const WALL = {
  closed: tr`Closed sessions`,
  heads: { who: tr`Session`, since: tr`Since dose`, hr: tr`Heart rate /min`, hrc: tr`60 min`,
    bp: tr`Blood pressure mmHg`, bpc: tr`60 min`, temp: tr`Temp \u00b0C`, next: tr`Next` },
};

export const BAR = {
  name: tr`What stands now`,
  less: tr`Show less`,
  more: (n) => tr`and ${n} more`,
  sessions: (n) => plural(n, "{0} session", "{0} sessions"),
  acknowledge: tr`Acknowledge`,
  key: tr`Alt+A`,
  note: tr`Note on it`,
  whole: tr`All of it`,
  wholeOf: (name) => tr`All that is said of ${name}`,
  takenBy: (name, time) => tr`Acknowledged by ${name} ${time}.`,
};

export const REACH = {
  name: (patient) => tr`Reach ${patient}`,
  copy: tr`Copy`,
  copied: tr`Copied`,
  notCopied: tr`Not copied: mark it by hand`,
  contacts: tr`Contacts`,
  administrator: tr`An administrator names contacts.`,
};

export const PASSWORD = {
  yours: tr`Your password`,
  setNew: tr`Set a new password`,
  waits: tr`Yours was reset. What you did waits for it.`,
  still: (name) => tr`Still ${name}?`,
  again: tr`You signed in long ago. What you did waits for your password. Nothing else stops.`,
  goOn: tr`Go on`,
  differ: tr`The two are not the same.`,
  present: tr`Password until now`,
  next: tr`New password`,
  hint: tr`8 characters or more. Three words that have nothing to do with each other are good.`,
  nextAgain: tr`New password again`,
  set: tr`Set password`,
  reset: (name) => tr`${name}’s was reset. Nothing else can be done before.`,
  ends: tr`Another one ends your other sign-ins. A page that watches a session looks on, and asks for it before it acts.`,
  changed: tr`It is changed.`,
  change: tr`Change your password`,
};
