import assert from "node:assert/strict";
import test from "node:test";
import { named } from "../../monitor/page/words/alarms/conditions.js";

for (const [alarm, words] of [
  [{ condition: "sbp_high", vital: "sbp" }, "Systolic pressure high"],
  [{ condition: "hr_low", vital: "hr" }, "Heart rate low"],
  [{ condition: "dbp_rise", vital: "dbp" }, "Diastolic pressure above the baseline"],
  [{ condition: "no_data", vital: "hr" }, "No data, heart rate"],
  [{ condition: "device_offline", device: "strap-7" }, "Device offline, strap-7"],
  [{ condition: "bp_overdue", vital: "sbp", device: "cuff-1" }, "Cuff overdue"],
  [{ condition: "help_requested" }, "Help asked for"],
  [{ condition: "sequence_gap", device: "strap-7" }, "Sequence gap, strap-7"],
]) {
  test(`${alarm.condition} is named: ${words}`, () => assert.equal(named(alarm), words));
}
