// Alarms by name. Pure.

import { VITAL_NAMES, capital } from "../strings.js";

const SIDES = { high: "high", low: "low", rise: "above the baseline" };
const OTHERS = {
  no_data: "No data",
  device_offline: "Device offline",
  device_flooding: "Device sends too much",
  bp_overdue: "Cuff overdue",
  broker_lost: "No device can be heard",
  storage_fault: "Storage fault",
  notice_failed: "Contact not reached",
  broker_contested: "Broker connection disputed",
  broker_open: "Broker lets strangers in",
  unattended: "Nobody watches",
  help_requested: "Help asked for",
  higher_than_expected: "Higher than expected",
  later_than_expected: "Later than expected",
};

/** "Systolic pressure high", "No data, heart rate", "Device offline, strap-7". */
export function named({ condition, vital, device }) {
  const [, sign, side] = /^(\w+)_(high|low|rise)$/.exec(condition) ?? [];
  if (sign in VITAL_NAMES) return `${VITAL_NAMES[sign]} ${SIDES[side]}`;
  const name = OTHERS[condition] ?? capital(condition.replaceAll("_", " "));
  if (condition === "bp_overdue") return name;
  const of = vital ? VITAL_NAMES[vital].toLowerCase() : device;
  return of ? `${name}, ${of}` : name;
}
