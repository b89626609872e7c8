// The words of the forms of a session, one object for each form. Pure.

import { tr } from "./language.js";
import { LABELS } from "./clinic/refused.js";
import { PRIORITIES, UNITS, VITAL_NAMES, furtherPlaces } from "./strings.js";

const THE_RECORD = tr`On the record:`;

export const CANCEL = tr`Cancel`;
export const CHOOSE = tr`Choose`;
export const REASON = tr`Reason`;
/** The keys that send and leave a form. */
export const KEYS = { leave: tr`Esc`, both: tr`Ctrl+Enter, Esc` };

export const BASELINE = {
  title: tr`New baseline`,
  act: tr`Take it again`,
  dosed: tr`The clean readings of the last 15 minutes become the baseline. Limits over the baseline move with it.`,
  undosed: tr`The readings so far are set aside, and the next clean ones become the baseline.`,
  stays: tr`What stands keeps standing.`,
};

export const CLOSE = {
  title: tr`Close this session`,
  act: tr`Close session`,
  undosed: tr`No dose was recorded. Say why the session ends.`,
  dosed: tr`Its devices will be released. The record stays.`,
  awake: tr`The patient is awake and answers`,
  notConfirmed: (statement) => tr`${statement}: not confirmed.`,
};

export const CORRECT = {
  title: tr`Correct`,
  act: tr`Save correction`,
  choice: tr`To correct`,
  recorded: (value) => `${THE_RECORD} ${value || tr`nothing`}`,
  recordedDose: ({ drug, amount_mg: amount, route, time }) => tr`${THE_RECORD} ${drug} ${amount} mg ${route} at ${time}`,
  value: tr`It is`,
  takenAt: tr`Taken at`,
  risks: tr`Known risks`,
  instead: tr`Instead of it`,
  follows: {
    dose: tr`Phases, readings due and conditions for the next act count anew from now on. What was decided stands.`,
    reading: tr`It stays on the record, crossed out, and counts no longer.`,
    device: tr`What the new one sends counts from now on. What the old one measured stands.`,
  },
  both: tr`Both stand on the record, with your name and the time.`,
};

export const DOSE = {
  title: tr`Dose`,
  act: tr`Record dose`,
  // They go on the record as they are.
  drugs: { nasal: "Esketamine", other: "Ketamine" },
  medicine: LABELS.drug,
  route: tr`Route`,
  amount: LABELS.amount_mg,
  mg: tr`mg`,
  typeIt: tr`Type it`,
  taken: tr`Taken`,
  ago: tr`min ago`,
  stays: tr`A recorded dose is never removed from the record.`,
};

export const HAND_OVER = {
  title: tr`Hand over`,
  act: tr`Offer`,
  to: tr`To`,
  none: tr`Nobody else may run a session here.`,
  silent: (name) => tr`${name} would hear no alarm:`,
  soundOff: tr`the sound there is off.`,
  noPage: tr`no page of theirs is open.`,
  until: tr`You supervise until it is taken.`,
};

export const TAKE_OVER = {
  title: tr`Take over`,
  supervises: (name, offered) => tr`${name} supervises this session${offered ? tr` and offers it to you` : ""}.`,
  silent: tr`Your sound is off.`,
  hears: tr`You would hear no alarm of this session.`,
  turnOn: tr`Turn it on`,
  offers: (name, patient) => tr`${name} offers ${patient ? tr`you ${patient}` : tr`it to you`}`,
  read: tr`Read and take it`,
};

/** "thea supervises, offered to mara". */
export const supervises = (name, offered) => tr`${name} supervises${offered ? tr`, offered to ${offered}` : ""}`;

export const LIMIT = {
  title: tr`Limit for this session`,
  act: tr`Set limit`,
  vital: tr`Vital sign`,
  vitals: () => ["sbp", "dbp", "hr", "temp", ...furtherPlaces()].map((vital) => [vital, VITAL_NAMES[vital]]),
  alarm: tr`Alarm`,
  directions: [["high", tr`At or above`], ["low", tr`Below`]],
  limit: tr`Limit`,
  none: tr`empty takes it back`,
  priority: tr`Priority`,
  priorities: ["medium", "high", "low"].map((priority) => [priority, PRIORITIES[priority]]),
  strictest: tr`The strictest of all limits applies; the protocol\u2019s cannot be loosened.`,
};

export const NOTE = { title: tr`Note`, act: tr`Save note`, text: tr`Text` };

export const OVERRIDE = {
  changed: {
    reason: tr`What speaks against it has changed since you gave a reason.`,
    asked: tr`What speaks against it has changed.`,
  },
  notYet: tr`Not yet. These do not hold:`,
  legend: tr`Override with a reason`,
  by: tr`Authorised by`,
};

export const READING = {
  title: tr`Reading`,
  act: tr`Save reading`,
  // The names differ from those of the live values, so that they are not confused.
  fields: () => [
    ["sbp", tr`Systolic`, UNITS.sbp],
    ["dbp", tr`Diastolic`, UNITS.dbp],
    ["hr", tr`Pulse`, UNITS.hr],
    ["temp", tr`Body temperature`, UNITS.temp],
    ...furtherPlaces().map((vital) => [vital, tr`${VITAL_NAMES[vital]} typed`, UNITS[vital]]),
  ],
  measured: tr`Measured`,
  ago: DOSE.ago,
  notBelieved: (value, why) => tr`${value} was kept but not believed: ${why}`,
};

export const SYMPTOM = {
  title: tr`Help, symptom`,
  how: tr`One press records it. By its severity it raises an alarm, whatever the numbers say.`,
  help: tr`Called for help`,
  symptoms: tr`Symptoms`,
};
