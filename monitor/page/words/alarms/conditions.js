// Alarms by name. Pure.

import { innermost } from "../because.js";
import { small, tr } from "../language.js";
import { VITAL_NAMES, capital } from "../strings.js";

const SIDES = { high: tr`high`, low: tr`low`, rise: tr`above the baseline` };
const OTHERS = {
  no_data: tr`No data`,
  device_offline: tr`Device offline`,
  device_flooding: tr`Device sends too much`,
  bp_overdue: tr`Cuff overdue`,
  broker_lost: tr`No device can be heard`,
  storage_fault: tr`Storage fault`,
  notice_failed: tr`Contact not reached`,
  broker_contested: tr`Broker connection disputed`,
  broker_open: tr`Broker lets strangers in`,
  unattended: tr`Nobody watches`,
  help_requested: tr`Help asked for`,
  higher_than_expected: tr`Higher than expected`,
  later_than_expected: tr`Later than expected`,
  not_recovering: tr`Not recovering`,
  sensor_contact: tr`Sensor contact`,
  signal_quality: tr`Signal quality`,
  sequence_gap: tr`Sequence gap`,
  late_data: tr`Late data`,
  clock_skew: tr`Clock skew`,
  symptom: tr`Symptom`,
};

/** `notice_failed` of the service itself, which has the condition of an unreached contact. */
const NO_NOTICES = tr`No notice leaves the service`;
const OF_SERVICE = ["fault", "fault_over"];

/** "Systolic pressure high", "No data, heart rate", "Device offline, strap-7". */
export function named({ condition, vital, device, because }) {
  const [, sign, side] = /^(\w+)_(high|low|rise)$/.exec(condition) ?? [];
  if (sign in VITAL_NAMES) return `${VITAL_NAMES[sign]} ${SIDES[side]}`;
  if (condition === "notice_failed" && OF_SERVICE.includes(innermost(because))) return NO_NOTICES;
  const name = OTHERS[condition] ?? capital(condition.replaceAll("_", " "));
  if (condition === "bp_overdue") return name;
  const of = vital ? small(VITAL_NAMES[vital]) : device;
  return of ? `${name}, ${of}` : name;
}
