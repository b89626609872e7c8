import assert from "node:assert/strict";
import test from "node:test";
import { named } from "../../monitor/page/words/alarms/conditions.js";

const failed = (code, facts) => ({ condition: "notice_failed", because: { code, facts } });

for (const [alarm, words] of [
  [{ condition: "sbp_high", vital: "sbp" }, "Systolic pressure high"],
  [{ condition: "hr_low", vital: "hr" }, "Heart rate low"],
  [{ condition: "dbp_rise", vital: "dbp" }, "Diastolic pressure above the baseline"],
  [{ condition: "no_data", vital: "hr" }, "No data, heart rate"],
  [{ condition: "device_offline", device: "strap-7" }, "Device offline, strap-7"],
  [{ condition: "bp_overdue", vital: "sbp", device: "cuff-1" }, "Cuff overdue"],
  [{ condition: "help_requested" }, "Help asked for"],
  [{ condition: "sequence_gap", device: "strap-7" }, "Sequence gap, strap-7"],
  [{ condition: "new_one", device: "strap-7" }, "New one, strap-7"],
  // It has two causes, and the reason tells them apart for as long as the alarm is shown.
  [failed("contact_unreached", { cause: "" }), "Contact not reached"],
  [failed("contact_removed", {}), "Contact not reached"],
  [failed("fault", { condition: "notice_failed", cause: "" }), "No notice leaves the service"],
  [failed("acknowledged", { by: "vera", reason: { code: "fault", facts: {} } }), "No notice leaves the service"],
  [failed("came_and_went", { reason: { code: "fault_over", facts: {} } }), "No notice leaves the service"],
  [{ condition: "notice_failed" }, "Contact not reached"],
]) {
  test(`${alarm.condition} ${alarm.because?.code ?? ""} is named: ${words}`, () => assert.equal(named(alarm), words));
}
