// The words around every view: head, foot, alarm bar, wall, lost link, sign-in, passwords. Pure.

import { PRIORITIES } from "./strings.js";

const PRODUCT = "Dosing Monitor";
const LINK_LOST = "Link lost";
const START = "Start session";
const count = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

/** worst: the priority and the name of the worst alarm; "": there is none. */
export const title = (lost, worst) => [lost ? LINK_LOST : worst, PRODUCT].filter(Boolean).join(". ");

/** Of a notification on the desktop. */
export const alarmOf = (priority, name) => `${PRIORITIES[priority]} alarm: ${name}`;

export const VIEWS = {
  connecting: "Connecting to the server.",
  nothingAt: (address) => `There is nothing at ${address}.`,
  noSession: "There is no such session.",
  instead: "These are all open sessions.",
  record: "The record",
  clinic: "The clinic",
  form: "The form",
  failed: (view) => `${view} could not be loaded. Reload the page.`,
  loading: (view) => `${view} is being loaded.`,
  busy: "One moment.",
};

export const HEAD = {
  product: PRODUCT,
  start: START,
  all: "All",
  link: { live: "Live", lost: LINK_LOST, waiting: "Connecting" },
  signedIn: (name, acts) => `Signed in as ${name}${acts ? "" : ", looks on"}`,
  there: "Patient’s clock",
  lost: (n) => `${count(n, "alarm")} while the link was lost`,
  away: (n) => `${count(n, "alarm")} while you were away`,
  seen: "Seen",
  soundOff: "Sound is off",
  turnOn: "Turn sound on",
  soundOn: "Sound is on",
  paused: (left) => `, paused ${left}`,
  pause: "Pause sound",
  endPause: "End pause",
};

export const FOOT = {
  limits: "Limits are not clinically validated.",
  clinic: "Clinic",
  signOut: "Sign out",
};

export const LOST = {
  title: `${LINK_LOST}. You are not seeing vital signs.`,
  remedy: "Watch the video, or call.",
  tryNow: "Try now",
  since: (long) => `Lost ${long} ago.`,
  next: (long) => (long ? `Next try in ${long}.` : "Trying."),
  heads: ["Session", "Since dose", "Heart rate", "Blood pressure", "Temp", "Whom to reach", "When the link was lost"],
};

export const SIGN_IN = {
  user: "User name",
  password: "Password",
  act: "Sign in",
  noCookie: "This browser kept no cookie.",
};

export const WALL = {
  closed: "Closed sessions",
  heads: { who: "Session", since: "Since dose", hr: "Heart rate /min", hrc: "60 min",
    bp: "Blood pressure mmHg", bpc: "60 min", temp: "Temp \u00b0C", next: "Next" },
};

export const BAR = {
  name: "What stands now",
  less: "Show less",
  more: (n) => `and ${n} more`,
  sessions: (n) => count(n, "session"),
  acknowledge: "Acknowledge",
  key: "Alt+A",
  note: "Note on it",
  whole: "All of it",
  wholeOf: (name) => `All that is said of ${name}`,
  takenBy: (name, time) => `Acknowledged by ${name} ${time}.`,
};

export const REACH = {
  name: (patient) => `Reach ${patient}`,
  copy: "Copy",
  copied: "Copied",
  notCopied: "Not copied: mark it by hand",
  contacts: "Contacts",
  administrator: "An administrator names contacts.",
};

export const PASSWORD = {
  yours: "Your password",
  setNew: "Set a new password",
  waits: "Yours was reset. What you did waits for it.",
  still: (name) => `Still ${name}?`,
  again: "You signed in long ago. What you did waits for your password. Nothing else stops.",
  goOn: "Go on",
  differ: "The two are not the same.",
  present: "Password until now",
  next: "New password",
  hint: "8 characters or more. Three words that have nothing to do with each other are good.",
  nextAgain: "New password again",
  set: "Set password",
  reset: (name) => `${name}’s was reset. Nothing else can be done before.`,
  ends: "Another one ends your other sign-ins. A page that watches a session looks on, and asks for it before it acts.",
  changed: "It is changed.",
  change: "Change your password",
};
