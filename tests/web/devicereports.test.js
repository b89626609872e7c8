import assert from "node:assert/strict";
import test from "node:test";
import { calm } from "../../monitor/page/words/alarms/calm.js";
import { reading } from "../../monitor/page/words/session/freshness.js";
import { nextStep } from "../../monitor/page/words/session/next.js";
import { clock } from "../../monitor/page/words/strings.js";
import { cause, deviceReports, doubt } from "../../monitor/page/words/session/devicereports.js";
import { golden } from "./golden.js";

const NOTHING = {
  user: null, user_by: null, users: [], failed_at: null, failed_reason: "", unknown: null,
  stored_at: null, stored_reason: "",
};
const full = () => golden("status-cuff-unknown-age").encounter;
const moment = (e) => Date.parse(e.vitals.hr.received) + 300;
const at = (iso) => clock(Date.parse(iso));
const withCuff = (cuff, more = {}) => ({
  ...full(), cuffs: { "cuff-3": { ...NOTHING, ...cuff } }, clock_steps: {}, ...more,
});
const lines = (e, now = moment(e)) => deviceReports(e, now).map(({ what, why }) => `${what} ${why}`);

test("each thing that a device tells is a line, what asks for something first", () => {
  const e = full();
  const { failed_at: failed, stored_at: stored, unknown } = e.cuffs["cuff-3"];
  assert.deepEqual(lines(e), [
    `151/94 at ${at(unknown.received)}, age unknown. ${unknown.reason} A new measurement is needed.`,
    `The cuff measured and failed: too loose. It is asked again. At ${at(failed)}, measuring again.`,
    "The patient is user 1 of the cuff. Said by thea. It has measured users 1 and 2.",
    `Stored in the cuff, measured 8 days ago. At ${at(stored)}.`,
  ]);
  const soon = moment(e) - 62 * 60_000;
  const strap = deviceReports(e, soon).find(({ id }) => id === "clock/strap-7");
  assert.equal(strap.what, "The clock of strap-7 was set right: it had been 60 min behind.");
  assert.equal(strap.why, `At ${at(e.clock_steps["strap-7"].at)}.`);
});

test("an unknown age and a wrong user are put right in one press", () => {
  const acts = deviceReports(full(), moment(full())).flatMap((line) => line.acts);
  assert.deepEqual(acts, [
    { text: "Measured just now", path: "measured-now", body: { key: "cuff-3/a1/31/sbp" } },
    { text: "The patient is user 2", path: "devices/cuff-3/user", body: { user: 2 } },
  ]);
});

test("whose readings they are is told where it matters, with a way to put it right", () => {
  const of = (cuff) => deviceReports(withCuff(cuff), moment(full()));
  const choices = (cuff) => of(cuff).flatMap(({ acts }) => acts.map(({ body }) => body.user));
  assert.deepEqual(of({}), []);
  assert.deepEqual(of({ user: 1, user_by: "thea", users: [1] }), []);
  assert.deepEqual(of({ user: 1, user_by: "thea", users: [] }), []);
  const [first] = of({ user: 1, users: [1] });
  assert.equal(`${first.what} ${first.why}`,
    "The patient is user 1 of the cuff. Said by its first live reading.");
  assert.deepEqual(choices({ user: 1, users: [1] }), [2]);
  assert.deepEqual(choices({ user: 2, users: [2] }), [1]);
  assert.deepEqual(choices({ user: 0, users: [0] }), [1]);
  assert.deepEqual(choices({ user: 2, user_by: "thea", users: [1] }), [1]);
  assert.deepEqual(choices({ user: 1, users: [1, 2, 3] }), [2, 3]);
  const [nobody] = of({ users: [2] });
  assert.equal(`${nobody.what} ${nobody.why}`,
    "Nobody said which user of the cuff the patient is. It has measured user 2.");
  assert.deepEqual(choices({ users: [2] }), [2]);
});

test("what is over leaves the screen after half an hour, what stands stays", () => {
  const e = full();
  const later = moment(e) + 31 * 60_000;
  assert.deepEqual(deviceReports(e, later).map(({ id }) => id), [
    "unknown/cuff-3", "failed/cuff-3", "users/cuff-3",
  ]);
});

test("a device is named by its kind where that is enough", () => {
  const devices = { ...full().devices, "cuff-4": "cuff" };
  const failed = { failed_at: full().cuffs["cuff-3"].failed_at, failed_reason: "" };
  const what = (more) => deviceReports(withCuff(failed, more), 0)[0].what;
  assert.equal(what({}), "The cuff failed.");
  assert.equal(what({ devices }), "The cuff cuff-3 failed.");
  assert.equal(what({ devices: {} }), "Cuff-3 failed.");
  const { unknown } = full().cuffs["cuff-3"];
  const [line] = deviceReports(withCuff({ unknown }, { devices }), moment(full()));
  assert.equal(line.what, `151/94 from the cuff cuff-3 at ${at(unknown.received)}, age unknown.`);
});

test("a cuff that failed is asked again soon, and what no one can ask is not", () => {
  const failed = { failed_at: full().cuffs["cuff-3"].failed_at, failed_reason: "." };
  const since = Date.parse(failed.failed_at);
  const why = (seconds, more) => deviceReports(withCuff(failed, more), since + 1000 * seconds)[0].why;
  assert.equal(why(60), `At ${clock(since)}, measuring again.`);
  assert.equal(why(181), `At ${clock(since)}.`);
  assert.equal(why(60, { devices: { "cuff-3": "gateway" } }), `At ${clock(since)}.`);
});

test("beside a number and on the wall it is said in a word", () => {
  const e = full();
  const shown = reading(e.vitals, "bp", moment(e));
  assert.equal(shown.state, "suspect");
  assert.equal(doubt(e, "bp", shown), "age unknown");
  assert.equal(doubt({ ...e, cuffs: {} }, "bp", shown), "in doubt");
  const said = (text, cuff, code, facts = {}) => {
    const told = structuredClone(withCuff(cuff));
    for (const vital of ["sbp", "dbp"]) Object.assign(told.vitals[vital], { cause: text, because: code && { code, facts } });
    return doubt(told, "bp", reading(told.vitals, "bp", moment(e)));
  };
  const whose = "it is of user 2 of the cuff, and the patient is user 1";
  assert.equal(said(whose, { user: 1, users: [1, 2] }, "other_user", { user: 2, patient: 1 }), "another user");
  assert.equal(said("it differs much from the one before", { user: 1, users: [1, 2] }), "in doubt");
  const failed = { failed_at: e.cuffs["cuff-3"].failed_at };
  assert.equal(said("the systolic of the same measurement failed", failed, "half_lost", { lost: ["sbp"] }), "half failed");
  assert.equal(said("cuff loose", failed, "cuff_doubts", { flags: ["cuff_loose"] }), "cuff loose");
  // The failure belongs to another measurement.
  assert.equal(said("pulse pressure 130 is unusual, and much", failed), "in doubt");
  const typed = structuredClone(e);
  typed.vitals.sbp.typed = true;
  assert.equal(doubt(typed, "bp", shown), "in doubt", "no cuff measured it");
  assert.equal(doubt(e, "hr", { why: "no contact" }), "no contact");
  assert.match(calm([e], moment(e))[1], /blood pressure in doubt \(age unknown\), 20 s\./);
  const check = { due: e.next_check.due, overdue: false, reason: "confirm" };
  assert.deepEqual(nextStep({ ...e, next_check: check }, moment(e)), [
    "Cuff failed", `at ${at(e.cuffs["cuff-3"].failed_at)}`,
  ]);
  const late = { ...check, overdue: true, reason: "schedule" };
  assert.equal(nextStep({ ...e, next_check: late }, moment(e))[0], "Cuff overdue");
  assert.equal(nextStep(withCuff({}, { next_check: check }), moment(e))[0], "Repeat cuff asked");
});

test("a cause that is too long for its place is a sentence of its own, once", () => {
  const e = withCuff({});
  assert.equal(cause(e, "bp", moment(e)), e.vitals.sbp.cause);
  assert.equal(cause(full(), "bp", moment(full())), "", "it stands among what devices tell");
  assert.equal(cause(e, "hr", moment(e)), "");
  const loose = golden("status-cuff-suspect").encounter;
  assert.equal(cause(loose, "bp", moment(loose)), "", "it stands beside the number");
  const doubted = structuredClone(e);
  for (const vital of ["sbp", "dbp"]) doubted.vitals[vital].cause = "the cuff names another user of it";
  assert.equal(cause(doubted, "bp", moment(e)), "The cuff names another user of it.");
  const phrase = "its age is unknown, it may have been stored in the cuff";
  const unaged = structuredClone(full());
  unaged.cuffs["cuff-3"].unknown.reason = phrase;
  for (const vital of ["sbp", "dbp"]) unaged.vitals[vital].cause = phrase;
  assert.equal(cause(unaged, "bp", moment(e)), "");
  assert.equal(deviceReports(unaged, moment(e))[0].why,
    "Its age is unknown, it may have been stored in the cuff. A new measurement is needed.");
});

test("a server that tells none of it is no trouble", () => {
  const { cuffs, clock_steps: steps, ...old } = full();
  assert.ok(cuffs && steps);
  assert.deepEqual(deviceReports(old, moment(old)), []);
  assert.equal(nextStep(old, moment(old))[0], "Repeat cuff asked");
});
