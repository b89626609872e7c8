// The places of vital signs on the page: those of every page, and those that the service adds.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  PLACES, STREAMS, UNITS, VITAL_NAMES, change, furtherPlaces, learnVitals, number, placeOf,
} from "../../monitor/page/words/strings.js";

const COMMON = {
  hr: { name: "Pulse rate", unit: "1/min", decimals: 3, stream: true },
  sbp: { name: "Upper", unit: "kPa", decimals: 1, stream: false },
  dbp: { name: "Lower", unit: "kPa", decimals: 1, stream: false },
  map: { name: "Mean", unit: "kPa", decimals: 1, stream: false },
  temp: { name: "Warmth", unit: "Cel", decimals: 2, stream: false },
};
const SATURATION = { name: "Oxygen saturation", unit: "%", decimals: 0, stream: true };
const GLUCOSE = { name: "Glucose", unit: "mmol/L", decimals: 1, stream: false };

test("the page's own words and places stand against the service's", () => {
  const [names, units, places] = [VITAL_NAMES, UNITS, PLACES].map((of) => JSON.stringify(of));
  learnVitals(COMMON);
  assert.deepEqual([VITAL_NAMES, UNITS, PLACES].map((of) => JSON.stringify(of)), [names, units, places]);
  assert.deepEqual([...STREAMS], ["hr"]);
  assert.deepEqual([placeOf("map"), placeOf("sbp"), placeOf("temp")], ["bp", "bp", "temp"]);
  assert.deepEqual(furtherPlaces(), []);
  learnVitals(undefined);
});

test("a sign without a place gets one, its name and its decimals, once", () => {
  for (let i = 0; i < 2; i++) learnVitals({ ...COMMON, spo2: SATURATION });
  assert.deepEqual(furtherPlaces(), ["spo2"]);
  assert.deepEqual([VITAL_NAMES.spo2, UNITS.spo2, PLACES.spo2], ["Oxygen saturation", "%", ["spo2"]]);
  assert.ok(STREAMS.has("spo2"));
  assert.equal(number("spo2", 96.6), "97");
});

test("a sign with words of the page and without a place keeps them", () => {
  VITAL_NAMES.glucose = "Blood sugar";
  learnVitals({ glucose: GLUCOSE });
  assert.deepEqual([VITAL_NAMES.glucose, UNITS.glucose], ["Blood sugar", "mmol/L"]);
  assert.deepEqual(furtherPlaces(), ["spo2", "glucose"]);
  assert.ok(!STREAMS.has("glucose"));
  assert.equal(change("glucose", 1.25), "+1.3");
});
