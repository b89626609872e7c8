// A device's battery and contact, in words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sensor } from "../../monitor/page/words/session/sensor.js";

const at = "2026-11-23T10:15:00Z";
const devices = { strap: "heart_rate", cuff: "cuff", thermo: "thermometer" };
const good = (text) => ({ text, bad: false });
const bad = (text) => ({ text, bad: true });

for (const [code, sensors, found] of [
  ["hr", {}, []],
  ["hr", { strap: { battery: 80, no_contact_since: null } }, [good("battery 80 %")]],
  ["hr", { strap: { battery: 21, no_contact_since: null } }, [good("battery 21 %")]],
  ["hr", { strap: { battery: 20, no_contact_since: null } }, [bad("battery low, 20 %")]],
  ["hr", { strap: { battery: 0, no_contact_since: at } }, [bad("no skin contact"), bad("battery low, 0 %")]],
  ["bp", { cuff: { battery: null, no_contact_since: at } }, [bad("cuff sits badly")]],
  ["temp", { strap: { battery: 5, no_contact_since: at } }, []],
]) {
  test(`${code}: ${found.map((f) => f.text) || "nothing"}`, () => {
    assert.deepEqual(sensor({ devices, sensors }, code), found);
  });
}

test("of two of a kind each is named", () => {
  const two = { devices: { a: "heart_rate", b: "heart_rate" }, sensors: { b: { battery: 7 } } };
  assert.deepEqual(sensor(two, "hr"), [bad("b: battery low, 7 %")]);
});

test("how a device sits says nothing of a value that a person typed", () => {
  const sensors = { strap: { battery: 5, no_contact_since: at }, cuff: { battery: 90, no_contact_since: at } };
  const vitals = { sbp: { value: 148, typed: true }, hr: { value: 70, typed: true } };
  assert.deepEqual(sensor({ devices, sensors, vitals }, "bp"), [good("battery 90 %")]);
  assert.deepEqual(sensor({ devices, sensors, vitals }, "hr"), [bad("battery low, 5 %")]);
  const sent = { sbp: { value: 148 } };
  assert.deepEqual(sensor({ devices, sensors, vitals: sent }, "bp"), [bad("cuff sits badly"), good("battery 90 %")]);
});
