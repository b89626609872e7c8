// Requests and refusals, with a service that is a function.

import assert from "node:assert/strict";
import test from "node:test";

Object.assign(globalThis, { document: { baseURI: "https://clinic.test/monitor/" } });
const { Refusal, del, get, list, liveUrl, post } = await import("../../monitor/page/server/api.js");
const { settle, wanted } = await import("../../monitor/page/server/prove.js");

const requests = [];
/** Answers of the service, in their order: [status, body]; null: it cannot be reached. */
function service(...answers) {
  requests.length = 0;
  globalThis.fetch = async (url, options) => {
    requests.push([options.method, url.href, options.body]);
    const next = answers.shift();
    if (next === null) throw new TypeError("no route");
    return new Response(next[1] === undefined ? "" : JSON.stringify(next[1]), { status: next[0] });
  };
}

for (const [status, body, message] of [
  [409, { detail: "This session is closed." }, "This session is closed."],
  [409, { detail: { message: "The gate is shut." } }, "The gate is shut."],
  [422, { detail: [{ loc: ["body", "value"], msg: "is too high" }] }, "value: is too high"],
  [401, {}, "You are signed out."],
  [403, {}, "Your role may not do this."],
  [500, {}, "The server refused this (500)."],
  [500, null, "The server refused this (500)."],
]) {
  test(`a refusal ${status} in words: ${message}`, () => {
    assert.equal(new Refusal(status, body).message, message);
  });
}

test("a refusal has its conditions, wherever the service names them, and its fields", () => {
  const hr = { id: "hr", text: "A present heart rate: none." };
  assert.deepEqual(new Refusal(409, { detail: "Shut.", unmet: [hr] }).unmet, [hr]);
  assert.deepEqual(new Refusal(409, { detail: { message: "Shut.", unmet: ["hr"] } }).unmet, [{ id: "hr", text: "hr" }]);
  assert.deepEqual(new Refusal(409, { detail: "Shut." }).unmet, []);
  const fields = [{ field: "pin", text: "must have 6 digits" }];
  assert.deepEqual(new Refusal(422, { detail: "No.", fields }).fields, { pin: "PIN must have 6 digits." });
  assert.deepEqual(new Refusal(422, { detail: "No." }).fields, {});
});

test("a request goes to the page's own address, without the parameters that are empty", async () => {
  service([200, { id: 1 }], [200, undefined]);
  assert.deepEqual(await get("alarms", { after: null, limit: 0, name: "a b" }), { id: 1 });
  assert.deepEqual(await del("contacts/1"), {});
  assert.deepEqual(requests, [
    ["GET", "https://clinic.test/monitor/api/v1/alarms?limit=0&name=a+b", undefined],
    ["DELETE", "https://clinic.test/monitor/api/v1/contacts/1", undefined],
  ]);
  assert.equal(liveUrl(), "wss://clinic.test/monitor/api/v1/live");
});

test("a service that cannot be reached has saved nothing", async () => {
  service(null);
  await assert.rejects(post("notes", { text: "a" }), (refusal) =>
    refusal instanceof Refusal && refusal.status === 0 && refusal.message === "The server cannot be reached. Nothing was saved.");
});

test("a listing is read to its last page, or to as many pages as are wanted", async () => {
  const pages = [[200, { items: [1, 2], next: 0 }], [200, { items: [3], next: null }]];
  const seen = [];
  service(...pages);
  assert.deepEqual(await list("rows", { limit: 2 }, (items) => seen.push(items)), [1, 2, 3]);
  assert.deepEqual(seen, [[1, 2], [3]]);
  assert.match(requests[1][1], /after=0$/);
  service(...pages);
  assert.deepEqual(await list("rows", {}, () => {}, 1), [1, 2]);
});

test("an act that needs the password waits for it, and is requested again with it", async () => {
  service([403, { code: "password_again" }], [200, { done: true }]);
  const act = post("doses", { amount_mg: 100 });
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(wanted.value, "password_again");
  settle(true);
  assert.deepEqual(await act, { done: true });
  assert.equal(wanted.value, null);
  assert.deepEqual(requests[0], requests[1]);
});

test("an act whose password was declined is refused", async () => {
  service([403, { code: "new_password", detail: "Set a new password first." }]);
  const act = post("doses", {});
  await new Promise((resolve) => setTimeout(resolve));
  settle(false);
  await assert.rejects(act, { message: "Set a new password first." });
});

test("a refusal with another code asks for no password", async () => {
  service([409, { code: "closed", detail: "This session is closed." }]);
  await assert.rejects(post("doses", {}), { message: "This session is closed." });
});
