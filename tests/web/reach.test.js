// Phone numbers to call, found in free text.

import assert from "node:assert/strict";
import test from "node:test";
import { absent, copied, reach } from "../../monitor/page/words/session/patient.js";

for (const [text, numbers] of [
  ["112", ["112"]],
  ["999 or 112", ["999", "112"]],
  ["+49 30 555 0107", ["+49305550107"]],
  ["(020) 7946 0107", ["02079460107"]],
  ["030/555 0107", ["0305550107"]],
  ["555-0107 / 555-0108", ["5550107", "5550108"]],
  ["Sam (brother), 0170 555 0108", ["01705550108"]],
  ["Ana +1 555.010.9999, or at work 555 0100 ext 12", ["+15550109999", "5550100"]],
  ["Sam, 45, lives next door", []],
  ["ask at reception", []],
]) {
  test(`to call in "${text}": ${numbers.join(", ") || "nothing"}`, () => {
    const [{ pieces }] = reach({ emergency: { sitter: text } });
    assert.deepEqual(pieces.filter((p) => p.tel).map((p) => p.tel), numbers);
    assert.equal(pieces.map((p) => p.text).join(""), text, "nothing that was typed is lost");
  });
}

test("an address is no number, and what is not on file is named", () => {
  const e = { emergency: { address: "1200 Example Lane 4711", phone: " " } };
  assert.deepEqual(reach(e), [{ name: "Address", pieces: [{ text: "1200 Example Lane 4711" }] }]);
  assert.equal(
    absent(e),
    "Not on file: the patient’s phone, a sitter, the local emergency number.",
  );
  assert.equal(absent({}), absent({ emergency: null }));
  const all = { address: "a", phone: "555 0101", sitter: "Sam", local_number: "112" };
  assert.equal(absent({ emergency: all }), "");
  assert.equal(
    copied({ emergency: all }, "Heron 03"),
    "Heron 03\nPatient: 555 0101\nSitter: Sam\nAddress: a\nEmergency: 112",
  );
});
