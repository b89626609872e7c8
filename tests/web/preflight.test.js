// The checks before the dose, row by row, each proven and open.

import assert from "node:assert/strict";
import test from "node:test";
import { NOTICE, checksLeft, conditionsLeft, preflight, unproven } from "../../monitor/page/words/session/preflight.js";
import { clock } from "../../monitor/page/words/strings.js";
import { golden } from "./golden.js";

const AT = "2026-11-23T10:00:00Z";
const BY = `${clock(Date.parse(AT))} by thea`;
const made = { at: AT, by: "thea" };
const session = (more) => ({ ...golden("status-calm").encounter, checks: {}, patient_label: "Heron", ...more });
const now = Date.parse(session().vitals.hr.effective) + 1000;
const rows = (more, sound = "on") => preflight(session(more), sound, now);
const row = (id, more, sound) => rows(more, sound).find((one) => one.id === id);
const said = (id, more, sound) => [row(id, more, sound).text, row(id, more, sound).done];

test("tones that were heard are proven where the sound is on, played for this session or not", () => {
  const checks = { sound: made };
  assert.deepEqual(said("sound", { checks }, "on"), [`Heard ${BY}.`, true]);
  assert.deepEqual(said("sound", { checks }, "unplayed"), [`Heard ${BY}.`, true]);
  assert.deepEqual(said("sound", { checks }, "off"), [`Heard ${BY}. Not heard in this window yet.`, false]);
  assert.deepEqual(said("sound", {}, "on"), ["Did you hear three tones?", false]);
});

test("a sitter answers by name, or none is named", () => {
  const emergency = { sitter: "Mara" };
  assert.deepEqual(said("sitter", { emergency }), ["Mara. Ask for an answer on the video.", false]);
  assert.deepEqual(said("sitter", { emergency, checks: { sitter: made } }), [`Mara. Answered ${BY}.`, true]);
  assert.deepEqual(said("sitter", { emergency: null }), ["No sitter is named. Ask for an answer on the video.", false]);
});

test("address and phone are said aloud; an entry that is not on file is missing by name", () => {
  const emergency = { address: "1 Main Street", phone: "555 0100" };
  assert.deepEqual(said("reachable", { emergency }), ["1 Main Street. 555 0100. Let Heron say both.", false]);
  assert.deepEqual(said("reachable", { emergency: {} }),
    ["No address is on file. No phone is on file. Let Heron say both.", false]);
  assert.deepEqual(said("reachable", { emergency, checks: { reachable: made } }), [`Said aloud ${BY}.`, true]);
});

test("the backup is one of those on duty", () => {
  const contacts = [{ id: 1, name: "Anna", on_duty: true, confirmed_at: null }, { id: 2, name: "Bert", on_duty: false, confirmed_at: null }];
  assert.deepEqual(said("backup", { contacts }), ["One of Anna knows of this session.", false]);
  assert.deepEqual(said("backup", { contacts: [] }), ["A second clinician knows of this session.", false]);
  assert.deepEqual(said("backup", { checks: { backup: made } }), [`Can be reached, ${BY}.`, true]);
});

test("a device that measures is proven by a fresh reading; a gateway cannot be", () => {
  const devices = { "strap-7": "heart_rate", "gate-1": "gateway" };
  const { hr } = session().vitals;
  const strap = (vitals) => said("device/strap-7", { devices, vitals });
  assert.deepEqual(strap({ hr }), [`${hr.value}, now. strap-7`, true]);
  assert.deepEqual(strap({}), ["No reading yet. strap-7", false]);
  assert.deepEqual(strap({ hr: { ...hr, state: "missing" } }), ["Nothing for long. strap-7", false]);
  assert.match(strap({ hr: { ...hr, state: "stale" } })[0], /, stale, 1 s\. strap-7$/);
  assert.deepEqual(said("device/gate-1", { devices }), ["gate-1 hands on what others send.", null]);
});

test("the test notice is the first check while no one would be notified, and the last one else", () => {
  const anna = { id: 1, name: "Anna", on_duty: true, confirmed_at: null };
  assert.equal(rows({ contacts: [], mode: "real" })[0].id, NOTICE);
  const last = rows({ contacts: [anna], mode: "real" });
  assert.equal(last.at(-1).id, NOTICE);
  assert.equal(last.filter(({ id }) => id === NOTICE).length, 1);
});

test("only a gate before the dose has conditions left", () => {
  assert.equal(conditionsLeft({ gates: [{ gate: "hold", unmet: [{}, {}] }] }), 2);
  assert.equal(conditionsLeft({ gates: [{ gate: "discharge", unmet: [{}] }] }), 0);
});

test("a check that cannot be made here leaves none open", () => {
  assert.equal(checksLeft([{ done: null }, { done: true }]), "Every check is done.");
  assert.equal(checksLeft([{ done: false }, { done: null }], 3), "One check and three conditions left before the dose.");
});

test("a device without a reading is no check of a person", () => {
  const contacts = [{ id: 1, name: "Anna", on_duty: true, confirmed_at: new Date(now).toISOString() }];
  const checks = { sound: made, sitter: made, reachable: made, backup: made };
  assert.equal(unproven(session({ contacts, checks, mode: "real", vitals: {} }), "on", now), "");
});
