// The words of the forms of a session, one object for each form. Pure.

import { LABELS } from "./clinic/refused.js";
import { PRIORITIES, UNITS, VITAL_NAMES, furtherPlaces } from "./strings.js";

const THE_RECORD = "On the record:";

export const CANCEL = "Cancel";
export const CHOOSE = "Choose";
export const REASON = "Reason";
/** The keys that send and leave a form. */
export const KEYS = { leave: "Esc", both: "Ctrl+Enter, Esc" };

export const BASELINE = {
  title: "New baseline",
  act: "Take it again",
  dosed: "The clean readings of the last 15 minutes become the baseline. Limits over the baseline move with it.",
  undosed: "The readings so far are set aside, and the next clean ones become the baseline.",
  stays: "What stands keeps standing.",
};

export const CLOSE = {
  title: "Close this session",
  act: "Close session",
  undosed: "No dose was recorded. Say why the session ends.",
  dosed: "Its devices will be released. The record stays.",
  awake: "The patient is awake and answers",
  notConfirmed: (statement) => `${statement}: not confirmed.`,
};

export const CORRECT = {
  title: "Correct",
  act: "Save correction",
  choice: "To correct",
  recorded: (value) => `${THE_RECORD} ${value || "nothing"}`,
  recordedDose: ({ drug, amount_mg: amount, route, time }) => `${THE_RECORD} ${drug} ${amount} mg ${route} at ${time}`,
  value: "It is",
  takenAt: "Taken at",
  risks: "Known risks",
  instead: "Instead of it",
  follows: {
    dose: "Phases, readings due and conditions for the next act count anew from now on. What was decided stands.",
    reading: "It stays on the record, crossed out, and counts no longer.",
    device: "What the new one sends counts from now on. What the old one measured stands.",
  },
  both: "Both stand on the record, with your name and the time.",
};

export const DOSE = {
  title: "Dose",
  act: "Record dose",
  drugs: { nasal: "Esketamine", other: "Ketamine" },
  medicine: LABELS.drug,
  route: "Route",
  amount: LABELS.amount_mg,
  mg: "mg",
  typeIt: "Type it",
  taken: "Taken",
  ago: "min ago",
  stays: "A recorded dose is never removed from the record.",
};

export const HAND_OVER = {
  title: "Hand over",
  act: "Offer",
  to: "To",
  none: "Nobody else may run a session here.",
  silent: (name) => `${name} would hear no alarm:`,
  soundOff: "the sound there is off.",
  noPage: "no page of theirs is open.",
  until: "You supervise until it is taken.",
};

export const TAKE_OVER = {
  title: "Take over",
  supervises: (name, offered) => `${name} supervises this session${offered ? " and offers it to you" : ""}.`,
  silent: "Your sound is off.",
  hears: "You would hear no alarm of this session.",
  turnOn: "Turn it on",
  offers: (name, patient) => `${name} offers ${patient ? `you ${patient}` : "it to you"}`,
  read: "Read and take it",
};

/** "thea supervises, offered to mara". */
export const supervises = (name, offered) => `${name} supervises${offered ? `, offered to ${offered}` : ""}`;

export const LIMIT = {
  title: "Limit for this session",
  act: "Set limit",
  vital: "Vital sign",
  vitals: () => ["sbp", "dbp", "hr", "temp", ...furtherPlaces()].map((vital) => [vital, VITAL_NAMES[vital]]),
  alarm: "Alarm",
  directions: [["high", "At or above"], ["low", "Below"]],
  limit: "Limit",
  none: "empty takes it back",
  priority: "Priority",
  priorities: ["medium", "high", "low"].map((priority) => [priority, PRIORITIES[priority]]),
  strictest: "The strictest of all limits applies; the protocol\u2019s cannot be loosened.",
};

export const NOTE = { title: "Note", act: "Save note", text: "Text" };

export const OVERRIDE = {
  changed: {
    reason: "What speaks against it has changed since you gave a reason.",
    asked: "What speaks against it has changed.",
  },
  notYet: "Not yet. These do not hold:",
  legend: "Override with a reason",
  by: "Authorised by",
};

export const READING = {
  title: "Reading",
  act: "Save reading",
  // The names differ from those of the live values, so that they are not confused.
  fields: () => [
    ["sbp", "Systolic", UNITS.sbp],
    ["dbp", "Diastolic", UNITS.dbp],
    ["hr", "Pulse", UNITS.hr],
    ["temp", "Body temperature", UNITS.temp],
    ...furtherPlaces().map((vital) => [vital, `${VITAL_NAMES[vital]} typed`, UNITS[vital]]),
  ],
  measured: "Measured",
  ago: DOSE.ago,
  notBelieved: (value, why) => `${value} was kept but not believed: ${why}`,
};

export const SYMPTOM = {
  title: "Help, symptom",
  how: "One press records it. By its severity it raises an alarm, whatever the numbers say.",
  help: "Called for help",
  symptoms: "Symptoms",
};
