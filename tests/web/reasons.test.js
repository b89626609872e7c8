// The service's reasons in another language: by their data, and never by the English sentence.

import assert from "node:assert/strict";
import test from "node:test";
import { bareReason, doubtsOf, inWords, innermost, isStruck, stillThereAfter } from "../../monitor/page/words/because.js";
import { named } from "../../monitor/page/words/alarms/conditions.js";
import { speak } from "../../monitor/page/words/language.js";
import { reasonWords } from "../../monitor/page/words/reasons.js";
import { marked, markedTable } from "./marked.js";
import { printedReasons, reasonFaults } from "./reasonlist.js";
import { shipped } from "./texts.js";

const reason = (code, facts = {}) => ({ code, facts });

for (const [tag, table] of [["pl", markedTable("pl")], ["ar", markedTable("ar")], ...shipped()]) {
  test(`the table of ${tag} has a sentence for each reason, of its facts alone`, () => {
    assert.deepEqual(reasonFaults(tag, table.reasons), []);
  });
}

const LIST = { codes: new Map([["late", {
  count: { kind: "whole number" }, device: { kind: "text" }, since: { kind: "reason", optional: true },
  right: { kind: "yes or no" }, value: { kind: "number" }, baseline: { kind: "number", optional: true },
}]]), words: new Map([["vital", ["hr"]]]) };
const WHOLE = {
  sentence: "{device} {count} {right}{since}{baseline}", count: { one: "raz", few: "{count} razy", many: "{count} razy", other: "{count} razu" },
  right: { true: "tak", false: "nie" }, since: " od {since}", baseline: "; {baseline}",
};
for (const [changed, found] of [
  [{}, []],
  [{ sentence: "{device} {value}" }, []],
  [{ sentence: "{device} {colour}" }, ["no such fact: colour, of late"]],
  [{ colour: "x" }, ["no such fact: colour, of late"]],
  [{ since: undefined }, ["may be absent: since, of late"]],
  [{ right: undefined }, ["neither yes nor no: right, of late"]],
  [{ right: { true: "tak" } }, ["no false: right, of late"]],
  [{ count: { one: "raz", other: "{count} razy" } }, ["no few: count, of late", "no many: count, of late"]],
  [{ baseline: "; {baseline}, {change}" }, ["may be absent: change, of late"]],
  [{ sentence: undefined }, ["no sentence, of late"]],
]) {
  test(`in a table is found: ${found.join("; ") || "nothing"}`, () => {
    const entry = Object.fromEntries(Object.entries({ ...WHOLE, ...changed }).filter(([, of]) => of !== undefined));
    assert.deepEqual(reasonFaults("pl", { sentences: { late: entry }, words: { vital: { hr: "t" } } }, LIST), found);
  });
}

test("a code or a word that a table lacks, or has too much, is found", () => {
  assert.deepEqual(reasonFaults("pl", { sentences: { early: "x" } }, LIST), ["missing: late", "unused: early", "no word: hr, of vital"]);
  assert.ok(reasonFaults("pl", undefined).includes("missing: beyond"));
  assert.ok(printedReasons().codes.size > 120, "the printed page was read");
});

/** Facts of each kind, so that each sentence can be said; `some`: with those that may be absent. */
function factsOf(facts, some) {
  const words = (name) => printedReasons().words.get(name);
  const one = (name, kind) => ({
    word: () => words(name)[0], words: () => words(name), text: () => "Zoë", "list of text": () => ["a", "b"],
    number: () => 7200.25, "whole number": () => 2, "yes or no": () => false, reason: () => reason("no_skin"),
  })[kind]();
  return Object.fromEntries(Object.entries(facts).map(([name, { kind, optional }]) => [name, optional && !some ? null : one(name, kind)]));
}

for (const [code, facts] of printedReasons().codes) {
  test(`${code} has words in another language, with and without what may be absent`, () => {
    speak("pl", markedTable("pl"));
    for (const some of [true, false]) {
      const said = reasonWords(reason(code, factsOf(facts, some)));
      assert.ok(said, code);
      assert.doesNotMatch(said, /[A-Ya-z]{2}|[{}]|undefined|null|NaN/);
    }
  });
}

test("a stretch that was not monitored says why, as a row of an older version does", () => {
  const why = "the service did not run";
  speak("pl", markedTable("pl"));
  assert.equal(inWords(why, reason("")), why);
  assert.equal(inWords(why, undefined), why);
  assert.notEqual(inWords(why, reason("not_running")), why);
});

const TABLE = {
  sentences: {
    beyond: {
      sentence: "{vital} {value}: granica {direction} {limit} ({source}), {when}{baseline}.{proof}",
      baseline: "; zwykle {baseline}, {change}", proof: " {proof}",
    },
    after_dose: { sentence: "{minutes} min po {doses}", doses: { 1: "dawce", other: "{dose}. dawce" } },
    set_by: "od {by}: {text}",
    clock_skew: { sentence: "Zegar {device}: {behind_s}.", behind_s: { "-": "{behind_s} za szybko", other: "{behind_s} za wolno" } },
    no_data: { sentence: "Brak: {vital}{since}.{standing}", since: " od {since}", standing: " Alarm trwa." },
    cuff_failed: { sentence: "{device}{flags}{count}", flags: ": {flags}", count: { 1: "", one: "", few: ", {count} razy", many: ", {count} razy", other: "" } },
    acknowledged: "Widział {by}. {reason}",
    still_there: "Trwa, choć widział {by}. {reason}",
    comes_and_goes: "{reason} Wraca.",
    data_back: "{vital} jest.",
    fault: "Usterka: {condition}.",
  },
  words: {
    vital: { temp: "Temperatura", sbp: "Ciśnienie" }, direction: { high: "od" },
    flags: { movement: "ruch", cuff_loose: "luźny" }, half: {}, condition: { broker_lost: "brak łącza" },
  },
};
const AFTER = reason("after_dose", { minutes: 4, dose: 1, doses: 1 });
const BEYOND = {
  vital: "temp", value: 38.46, direction: "high", priority: "high", limit: 38, source: reason("set_by", { by: "mara", text: "tak" }),
  when: AFTER, baseline: 36.84, proof: null,
};
for (const [because, said] of [
  [reason("beyond", BEYOND), "Temperatura 38,5: granica od 38,0 (od mara: tak), 4 min po dawce; zwykle 36,8, +1,6."],
  [reason("beyond", { ...BEYOND, baseline: null, when: { ...AFTER, facts: { ...AFTER.facts, doses: 2 } } }),
    "Temperatura 38,5: granica od 38,0 (od mara: tak), 4 min po 1. dawce."],
  [reason("clock_skew", { device: "s", behind_s: -90.2 }), "Zegar s: 2 min za szybko."],
  [reason("clock_skew", { device: "s", behind_s: 45 }), "Zegar s: 45 s za wolno."],
  [reason("clock_skew", { device: "s", behind_s: 3 * 3600 }), "Zegar s: 3 godziny za wolno."],
  [reason("clock_skew", { device: "s", behind_s: 8 * 86_400 }), "Zegar s: 8 dni za wolno."],
  [reason("no_data", { vital: "sbp", since: null, standing: false }), "Brak: Ciśnienie."],
  [reason("no_data", { vital: "sbp", since: AFTER, standing: true }), "Brak: Ciśnienie od 4 min po dawce. Alarm trwa."],
  [reason("cuff_failed", { device: "c", count: 1, flags: [], lost: [] }), "c"],
  [reason("cuff_failed", { device: "c", count: 3, flags: ["movement", "cuff_loose"], lost: [] }), "c: ruch and luźny, 3 razy"],
  [reason("acknowledged", { by: "vera", reason: reason("data_back", { vital: "sbp" }) }), "Widział vera. Ciśnienie jest."],
  [reason("fault", { condition: "broker_lost" }), "Usterka: brak łącza."],
  [reason("fault", { condition: "hr_low" }), `Usterka: ${named({ condition: "hr_low" })}.`],
  // What cannot be said in full is the service's own sentence.
  [reason("no_such_code"), null],
  [reason("data_back", { vital: "spo2" }), null],
  [reason("data_back"), null],
  [reason("set_by", { by: "vera", text: null }), null],
  [reason("acknowledged", { by: "vera", reason: reason("no_such_code") }), null],
  [reason("beyond", { ...BEYOND, source: reason("no_such_code") }), null],
]) {
  test(`${because.code}: ${said ?? "no words"}`, () => {
    speak("pl", { reasons: TABLE, "{0} hours": { few: "{0} godziny" }, "{0} days": { many: "{0} dni" } });
    assert.equal(reasonWords(because), said);
    assert.equal(inWords("English.", because), said ?? "English.");
  });
}

test("without a table, and of an older version, a reason is the sentence of the service", () => {
  for (const table of [{}, { reasons: {} }, { reasons: TABLE }]) {
    speak("pl", table);
    assert.equal(inWords("English.", undefined), "English.");
    if (table.reasons !== TABLE) assert.equal(inWords("English.", reason("judged_anew")), "English.");
  }
});

const BACK = reason("data_back", { vital: "sbp" });
const TAKEN = reason("acknowledged", { by: "vera", reason: BACK });
const STILL = reason("still_there", { by: "mara", reason: BACK });
const flapping = (inner) => reason("comes_and_goes", { reason: inner, minutes: 5 });
for (const [because, by, bare] of [
  [BACK, "", "Ciśnienie jest."],
  [TAKEN, "", "Ciśnienie jest."],
  [STILL, "mara", "Ciśnienie jest."],
  [reason("acknowledged", { by: "vera", reason: STILL }), "mara", "Ciśnienie jest."],
  [flapping(STILL), "mara", "Ciśnienie jest. Wraca."],
  [flapping(TAKEN), "", "Ciśnienie jest. Wraca."],
  [undefined, "", "Whole."],
]) {
  test(`${because?.code} ${because?.facts.reason?.code ?? ""}: the reason itself, and who knew of it`, () => {
    speak("pl", { reasons: TABLE });
    assert.equal(bareReason({ reason: "Whole.", because }), bare);
    assert.equal(stillThereAfter(because), by);
    assert.equal(innermost(because), because && "data_back");
  });
}

test("an alarm whose data are lost says so after its own words, until it is over", () => {
  speak("pl", { reasons: TABLE, "{0} Data lost: it stands, and nothing is seen of it now.": "{0} Brak danych." });
  const lost = { reason: "Whole.", because: TAKEN, data_lost_at: "2026-11-28T04:38:00Z" };
  assert.equal(bareReason(lost), "Ciśnienie jest. Brak danych.");
  assert.equal(bareReason({ ...lost, cleared_at: "2026-11-28T04:39:00Z" }), "Ciśnienie jest.");
});

test("several doubts are one by one, and a reading is struck out by its data alone", () => {
  const struck = reason("struck_out", { by: "thea", text: "typo", closed: false });
  const both = reason("both", { first: reason("no_skin"), second: reason("both", { first: struck, second: BACK }) });
  assert.deepEqual(doubtsOf(both).map(({ code }) => code), ["no_skin", "struck_out", "data_back"]);
  assert.deepEqual(doubtsOf(undefined), []);
  assert.deepEqual([struck, both, BACK, undefined].map((because) => isStruck({ because })), [true, true, false, false]);
  assert.equal(isStruck({ reason: "struck out by thea: typo" }), false, "a row of an older version has no data");
});

test("marks are on the words of the table alone", () => {
  speak("pl", markedTable("pl"));
  const said = inWords("", reason("device_removed", { device: "cuff-3", by: "thea" }));
  assert.equal(said, `${marked("device removed")} cuff-3 thea`);
});
