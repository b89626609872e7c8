// Notices in words: who got one, who is next, and whether a test arrived.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sayReasonsBy } from "../../monitor/page/words/because.js";
import { nextNotice, noticeSteps, noticesSent, tested } from "../../monitor/page/words/clinic/notices.js";
import { clock } from "../../monitor/page/words/strings.js";
import { shiftsOf } from "../../monitor/page/words/clinic/sections.js";
import { allUnheard } from "../../monitor/page/words/alarms/unnotified.js";

const at = "2026-11-23T10:15:00Z";
const later = "2026-11-23T10:20:00Z";
const end = "2026-11-23T10:24:00Z";
const E = clock(Date.parse(end));
const T = clock(Date.parse(at));
const L = clock(Date.parse(later));
const row = (more) => ({
  alarm: "e-1", contact: "Anna", contact_id: 1, queued_at: at, state: "sent", attempts: 1, at, sent_at: at, seen_at: null,
  delivered_at: null, acknowledged_at: null, purpose: "alarm", message: "m1", detail: "", ...more,
});

for (const [notices, words] of [
  [[], ""],
  [[row()], `Anna told ${T}.`],
  [[row(), row({ seen_at: later })], `Anna told ${T}, link opened ${L}.`],
  [[row({ state: "retrying", sent_at: null })], "Anna not reached."],
  [[row({ state: "retrying", sent_at: null }), row({ channel: "mailto" })], `Anna told ${T}.`],
  [[row({ state: "queued", attempts: 0, sent_at: null })], "Anna is being told."],
  [[row({ state: "cancelled", attempts: 0, sent_at: null })], ""],
  [[row(), row({ contact: "Bert", contact_id: 2, state: "failed", sent_at: null })], `Anna told ${T}. Bert not reached.`],
  [[row(), row({ queued_at: later, state: "retrying", sent_at: null })], "Anna not reached."],
  [[row(), row({ contact_id: 2 })], `Anna told ${T}. Anna told ${T}.`],
  [[row({ alarm: "e-2" })], ""],
  [[row({ declined_at: later })], `Anna cannot, said so ${L}.`],
  [[row({ declined_at: later }), row({ contact: "Bert", contact_id: 2 })], `Anna cannot, said so ${L}. Bert told ${T}.`],
  [[row({ declined_at: later }), row({ queued_at: later, sent_at: later })],
    `Anna cannot, said so ${L}, told again ${L}.`],
  [[row({ declined_at: end }), row({ queued_at: later, sent_at: later, message: "m2" })], `Anna cannot, said so ${E}.`],
  [[row({ declined_at: later }), row({ queued_at: end, state: "queued", attempts: 0, sent_at: null })],
    `Anna cannot, said so ${L}, is being told again.`],
]) {
  test(`told: ${words || "nothing"} (${notices.length})`, () => {
    assert.equal(noticesSent({ notices }, ["e-1"]), words);
  });
}

test("nobody else is left to be told", () => {
  const of = { notices: [row({ declined_at: later })], nobody_left: ["e-1"] };
  assert.equal(noticesSent(of, ["e-1"]), `Anna cannot, said so ${L}. Nobody else is left to be told.`);
  assert.equal(noticesSent({ ...of, nobody_left: ["e-2"] }, ["e-1"]), `Anna cannot, said so ${L}.`);
});

test("who is next counts down", () => {
  const now = Date.parse(at);
  const coming = { next_notice: { alarm: "e-1", contact: "Bert", at: later } };
  assert.equal(nextNotice(coming, ["e-1"], now), "Bert in 5:00.");
  assert.equal(nextNotice(coming, ["e-2"], now), "");
  assert.equal(nextNotice({ next_notice: null }, ["e-1"], now), "");
});

test("who is told again although nobody is left is no contradiction", () => {
  const next_notice = { alarm: "e-1", contact: "Anna", at: later };
  const of = { notices: [row({ declined_at: at })], nobody_left: ["e-1"], next_notice };
  assert.equal(noticesSent(of, ["e-1"]), `Anna cannot, said so ${T}.`);
  assert.equal(nextNotice(of, ["e-1"], Date.parse(at)), "Anna is told again in 5:00, nobody else is left.");
  assert.equal(nextNotice(of, ["e-1"], null), `Anna is told again at ${L}, nobody else is left.`);
  const bert = { ...of, next_notice: { ...next_notice, contact: "Bert" } };
  assert.equal(nextNotice(bert, ["e-1"], Date.parse(at)), "Bert is told in 5:00, nobody else is left.");
});

test("before it is known who is told nothing is said of them", () => {
  const fresh = { mode: "real", contacts: [], contacts_known: false };
  assert.deepEqual(allUnheard([fresh], false), []);
  assert.deepEqual(tested(fresh, now), {
    text: "Who would be told is being looked up.", done: false, ask: "", first: false,
  });
  assert.match(tested({ ...fresh, contacts_known: true }, now).text, /^No contact is named/);
});

const anna = { id: 1, name: "Anna", on_duty: true, confirmed_at: null };
const now = Date.parse(later);
for (const [contacts, notices, done, words] of [
  [[], [], false, "No contact is named. Nobody hears of an alarm but this page."],
  [[{ ...anna, on_duty: false }], [], false, "Nobody is on duty. Nobody hears"],
  [[anna], [], false, "Anna not tested today."],
  [[anna], [row({ purpose: "test" })], false, "Anna was sent one, not confirmed yet."],
  [[anna], [row({ purpose: "test", state: "retrying" })], false, "Anna was not reached."],
  [[{ ...anna, confirmed_at: at }], [], true, `Anna confirmed ${T}.`],
  [[{ ...anna, confirmed_at: "2026-11-21T10:15:00Z" }], [], false, "Anna not tested today."],
  [[{ ...anna, confirmed_at: at }, { ...anna, id: 2, name: "Bert" }], [], false, "Bert not tested today."],
]) {
  test(`tested: ${words}`, () => {
    const found = tested({ contacts, notices, mode: "real" }, now);
    assert.equal(found.done, done);
    assert.ok(found.text.includes(words), found.text);
  });
}

test("what nobody would hear of is open, first, and says so", () => {
  const alone = tested({ contacts: [], mode: "real" }, now);
  assert.deepEqual([alone.done, alone.first, alone.alone], [false, true, true]);
  const confirmed = [{ ...anna, confirmed_at: at }];
  const here = tested({ contacts: confirmed, mode: "real" }, now, true);
  assert.deepEqual([here.done, here.first, here.ask], [false, true, "Send test"]);
  assert.match(here.text, /lead to this computer alone.*Anna confirmed/);
  assert.equal(tested({ contacts: confirmed, mode: "real" }, now, false).first, false);
});

test("simulated people need nobody", () => {
  assert.equal(tested({ contacts: [], mode: "demo" }, now, true).done, null);
  assert.deepEqual(allUnheard([{ contacts: [], mode: "demo" }], true), []);
});

test("the wall names the sessions whose alarms nobody else would hear of, where not all are so", () => {
  const one = (name, contacts) => ({ patient_label: name, mode: "real", contacts });
  const off = { ...anna, on_duty: false };
  const nobody = "Nobody is on duty. Nobody hears of an alarm but this page.";
  assert.deepEqual(allUnheard([], false), []);
  assert.deepEqual(allUnheard([one("Heron", [anna])], false), []);
  assert.deepEqual(allUnheard([one("Heron", [off]), one("Alder", [off])], false), [nobody]);
  assert.deepEqual(allUnheard([one("Heron", [off]), one("Alder", [anna])], false), [`Heron: ${nobody}`]);
  const links = allUnheard([one("Heron", [off]), one("Alder", [anna])], true);
  assert.equal(links[0], `Heron: ${nobody}`);
  assert.match(links[1], /^Alder: The links in notices lead to this computer alone/);
});

for (const [n, words] of [
  [row(), `sent ${T}`],
  [row({ delivered_at: at, seen_at: later, acknowledged_at: later }),
    `sent ${T}, delivered ${T}, link opened ${L}, acknowledged ${L}`],
  [row({ purpose: "test", acknowledged_at: later }), `sent ${T}, confirmed ${L}`],
  [row({ state: "failed", sent_at: null, detail: "no connection" }), `failed ${T}: no connection`],
]) {
  test(`the ledger says: ${words}`, () => assert.equal(noticeSteps(n), words));
}

test("the ledger says why in another language, by the data of the reason", () => {
  const failed = row({ state: "failed", sent_at: null, detail: "no connection", because: { code: "no_connection", facts: {} } });
  sayReasonsBy(({ code }) => `[${code}]`);
  assert.equal(noticeSteps(failed), `failed ${T}: [no_connection]`);
  assert.equal(noticeSteps({ ...failed, state: "sent", sent_at: at }), `sent ${T}, [no_connection]`);
  sayReasonsBy(() => null);
});

test("a rota is typed as people write it", () => {
  assert.deepEqual(shiftsOf("mon-wed 08:00-18:00; sat sun 22:00-06:00"), [
    { days: ["mon", "tue", "wed"], begins: "08:00", ends: "18:00" },
    { days: ["sat", "sun"], begins: "22:00", ends: "06:00" },
  ]);
  assert.deepEqual(shiftsOf("fri-mon 00:00-00:00")[0].days, ["fri", "sat", "sun", "mon"]);
  assert.deepEqual(shiftsOf(""), []);
  assert.deepEqual(shiftsOf("friday 8-9"), [{ days: ["friday"], begins: "8", ends: "9" }]);
});
