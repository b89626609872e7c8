import assert from "node:assert/strict";
import test from "node:test";
import { circumstances, deed, within } from "../../monitor/page/words/clinic/acted.js";

const row = (action, object = "", detail = {}) => ({ action, object, detail });

for (const [given, words] of [
  [row("signed_in", "thea"), "signed in"],
  [row("user_added", "val"), "added the user val"],
  [row("sign_in_failed", "thea"), "tried in vain to sign in as thea"],
  [row("sign_in_failed"), "tried in vain to sign in as a name that is no user’s"],
  [row("device_added", "$& %"), "added the device $& %"],
  [row("something_newer", "x"), "something newer x"],
]) {
  test(words, () => assert.equal(deed(given), words));
}

test("what was and what is, where it changed, and what else is said", () => {
  const detail = {
    before: { role: "viewer", disabled: false }, after: { role: "admin", disabled: false },
    password: "changed", sign_ins_ended: 2,
  };
  assert.equal(
    circumstances(row("user_changed", "val", detail)),
    "role: viewer \u2192 admin; password: changed; sign ins ended: 2",
  );
  assert.equal(circumstances(row("user_added", "val", { after: { role: "viewer" } })), "role: viewer");
  assert.equal(circumstances(row("x", "y", { after: { user: 1 }, before: { user: null } })), "user: none \u2192 1");
});

test("a day has its own length, also where the clocks change", () => {
  const { since, until } = within("2026-03-29");
  assert.equal(new Date(since).getDate(), 29);
  assert.equal(new Date(until).getDate(), 30);
  assert.deepEqual(within(""), {});
});
