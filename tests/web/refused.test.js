// Refusals of the service on the page: at the field, in the words of its label.

import assert from "node:assert/strict";
import test from "node:test";
import { besides, byField, fieldLabel, fieldProblem } from "../../monitor/page/words/clinic/refused.js";

const ROWS = [
  // field of the request, message of the service, field on the page, message of the page
  ["name", "must not be empty", "name", "Name must not be empty."],
  ["after_s", "must be a number", "after_s", "Told after must be a number."],
  ["order", "must be at most 1000", "order", "Order must be at most 1000."],
  ["pin", "must be 6 to 12 digits", "pin", "PIN must be 6 to 12 digits."],
  ["urls", "address 1 cannot be used: no host.", "urls", "Addresses: address 1 cannot be used: no host."],
  ["urls.1", "must have at least 5 characters", "urls", "Addresses: address 2 must have at least 5 characters."],
  ["urls", "each must begin with a scheme", "urls", "Addresses: each must begin with a scheme."],
  ["rota.0.begins", "must be a time of day, as in 22:00", "rota",
    "On duty: the beginning of shift 1 must be a time of day, as in 22:00."],
  ["quiet.2.days.1", "must be one of mon, tue", "quiet",
    "Quiet hours: the days of shift 3 must be one of mon, tue."],
  ["zone", "there is no zone Mars/Base", "zone", "Time zone: there is no zone Mars/Base."],
  ["user", "kim is nobody who may run a session.", "user", "User: kim is nobody who may run a session."],
  ["emergency.local_number", "must be a text", "local_number", "Local emergency number must be a text."],
  ["birth_year", "must be at least 1900", "birth_year", "Year of birth must be at least 1900."],
  ["device_ids.0", "is not of that form", "device_ids", "Devices: number 1 is not of that form."],
  ["body", "give at least one of them", "body", "Give at least one of them."],
];

for (const [field, text, name, said] of ROWS) {
  test(`${field}: ${text}`, () => assert.deepEqual(fieldProblem({ field, text }), { name, text: said }));
}

test("no label is the name of a field of a request", () => {
  for (const name of ["after_s", "urls", "birth_year", "device_ids", "anything_new"]) {
    assert.doesNotMatch(fieldLabel(name), /_|^urls$/);
  }
});

test("of several things that are wrong with a field the first is said", () => {
  const problems = [{ field: "urls.0", text: "is a" }, { field: "urls.1", text: "is b" }];
  assert.deepEqual(byField(problems), { urls: "Addresses: address 1 is a." });
});

test("what stands beside its field is not said twice, and nothing is lost", () => {
  const found = byField([{ field: "pin", text: "must be x" }, { field: "other_one", text: "is y" }]);
  assert.equal(besides("raw", found, new Set(["pin"])), "Not saved. See PIN. Other one is y.");
  assert.equal(besides("raw", found, new Set()), "PIN must be x. Other one is y.");
  assert.equal(besides("The server cannot be reached.", {}, new Set(["pin"])), "The server cannot be reached.");
});
