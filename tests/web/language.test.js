import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import * as language from "../../monitor/page/words/language.js";
import { marked, markedTable } from "./marked.js";
import { faults, shipped, tableOf, textsOf } from "./texts.js";

const { chosen, listed, numeral, speak } = language;
const WORDS = fileURLToPath(new URL("../../monitor/page/words/", import.meta.url));

// A constant takes its text when its module is first loaded.
speak("pl", markedTable("pl"));
const names = readdirSync(WORDS, { recursive: true }).map(String).filter((name) => name.endsWith(".js"));
const modules = new Map(await Promise.all(names.map(async (name) => [name, await import(WORDS + name)])));
const { BAR, HEAD } = modules.get("frame.js");
const { change, clock, clockThere, day, number, word } = modules.get("strings.js");
const { apart, exact, figure } = modules.get("digits.js");

for (const [tag, table] of [["pl", markedTable("pl")], ["ar", markedTable("ar")], ...shipped()]) {
  test(`the table of ${tag} has each text of the page with its parts, and no other`, () => {
    assert.deepEqual(faults(tag, table), []);
  });
}

test("what a table lacks, has too much or has otherwise is found", () => {
  const english = new Map(textsOf(`tr\`Rise \${n > 1 ? tr\`of \${n}\` : "}"}.\`; plural(n, "one hour", "{0} hours")`));
  const whole = { "Rise {0}.": "Wzrost {0}.", "of {0}": "z {0}",
    "{0} hours": { one: "godzina", few: "{0} godziny", many: "{0} godzin", other: "{0} godziny" } };
  assert.deepEqual(faults("pl", whole, english), []);
  const { "of {0}": _, ...less } = whole;
  assert.deepEqual(faults("pl", less, english), ["missing: of {0}"]);
  assert.deepEqual(faults("pl", { ...whole, "Fall {0}.": "" }, english), ["unused: Fall {0}."]);
  assert.deepEqual(faults("pl", { ...whole, "Rise {0}.": "Wzrost." }, english), ["other parts: Rise {0}."]);
  assert.deepEqual(faults("pl", { ...whole, "Rise {0}.": {} }, english), ["other parts: Rise {0}."]);
  const hours = (forms) => faults("pl", { ...whole, "{0} hours": { ...whole["{0} hours"], ...forms } }, english);
  assert.deepEqual(hours({ few: undefined }), ["no few: {0} hours"]);
  assert.deepEqual(hours({ few: "{1} godziny" }), ["other parts: {0} hours"]);
});

test("a table to fill in has each key, and the forms of its language", () => {
  const empty = tableOf("ar", () => "");
  assert.deepEqual(Object.keys(empty["{0} sessions"]), ["few", "many", "one", "two", "zero", "other"]);
  assert.equal(empty["One moment."], "");
});

// A word with a space, or with a capital of its own, as in test_page_words.py.
const READ = /(?=.*\s)(?=.*[A-Za-z]{2})|^[A-Z][a-z]+(?![A-Za-z])/s;
const KEPT = ["Esketamine", "Ketamine", "the command line", "the service", "not signed in",
  "mon-fri 08:00-18:00; sat 09:00-12:00", "mon-sun 22:00-07:00"];
const strings = (value) =>
  typeof value === "string" ? [value]
    : value instanceof Map ? strings([...value])
      : value && typeof value === "object" ? Object.values(value).flatMap(strings) : [];

test("each constant text is in the language of the page from its first use", () => {
  const all = [...modules.values()].flatMap((module) => strings({ ...module }));
  assert.ok(all.length > 500);
  assert.deepEqual(all.filter((text) => READ.test(text) && !KEPT.includes(text)), []);
});

test("a text keeps its parts, and one without a translation stays English", () => {
  const { takenBy } = BAR;
  assert.equal(takenBy("mara", "14:38"), `${marked("Acknowledged by")} mara 14:38.`);
  speak("pl", { "Acknowledged by {0} {1}.": "{1} {0} $1 {0}" });
  assert.equal(takenBy("mara", "14:38"), "14:38 mara $1 mara");
  assert.equal(BAR.more(3), "and 3 more");
  assert.equal(listed([1, 2, 3]), "1, 2 and 3");
});

const COUNTS = [0, 1, 2, 5, 11];
for (const [tag, forms] of [
  ["en", ["other", "one", "other", "other", "other"]],
  ["pl", ["many", "one", "few", "many", "many"]],
  ["ar", ["zero", "one", "two", "few", "many"]],
]) {
  test(`a number of things has its form in ${tag}`, () => {
    speak(tag, tag === "en" ? {} : markedTable(tag));
    const english = (n) => (n === 1 ? "1 session" : `${n} sessions`);
    // Marked tables have the English text for one in `one`, and the other one in each other form.
    const said = (n, form) => (tag === "en" ? english(n) : marked(`{0} session${form === "one" ? "" : "s"}`, form).replace("{0}", n));
    assert.deepEqual(COUNTS.map((n) => BAR.sessions(n)), COUNTS.map((n, i) => said(n, forms[i])));
  });
}

test("a count inside a sentence has its form too", () => {
  speak("pl", markedTable("pl"));
  assert.equal(HEAD.lost(2), `2 ${marked("alarms", "few")} ${marked("while the link was lost")}`);
});

const MOMENT = new Date(2026, 10, 28, 4, 38, 7).getTime();
for (const [tag, times, date, numbers] of [
  ["en", ["04:38", "04:38:07"], "Nov 28, 2026, 04:38", ["36.8", "+1.5", "38.04", "0.4"]],
  ["pl", ["04:38", "04:38:07"], "28 lis 2026, 04:38", ["36,8", "+1,5", "38,04", "0,4"]],
  ["fi", ["04.38", "04.38.07"], "28.11.2026, 04.38", ["36,8", "+1,5", "38,04", "0,4"]],
  ["ar-EG", ["٠٤:٣٨", "٠٤:٣٨:٠٧"], "٢٨‏/١١‏/٢٠٢٦, ٠٤:٣٨", ["٣٦٫٨", "+١٫٥", "٣٨٫٠٤", "٠٫٤"]],
]) {
  test(`numbers, dates and times of 24 hours as ${tag} writes them`, () => {
    speak(tag);
    assert.deepEqual([clock(MOMENT), clock(MOMENT, true)], times);
    assert.equal(day(MOMENT), date);
    const values = [number("temp", 36.8), change("temp", 1.5), exact("temp", 38.04), apart("temp", 38.4, 38)];
    assert.deepEqual(values, numbers);
    assert.equal(number("temp", -3.25), `\u2212${numeral("3.3")}`);
  });
}

test("a value beside a limit keeps the digits that show its side, and a time its zone", () => {
  speak("pl");
  assert.deepEqual([figure("hr", 92.4, [92.4]), figure("hr", 92.4, [92])], ["92,4", "92"]);
  assert.equal(clockThere(Date.UTC(2026, 10, 28, 4, 38), "Asia/Kathmandu"), "10:23");
  assert.equal(word(4), marked("four"), "of the table when the module was loaded");
});

for (const [wanted, known, found] of [
  [["pl-PL", "en"], ["pl"], "pl"],
  [["pt-br"], ["pt", "pt-BR"], "pt-BR"],
  [["en-GB", "pl"], ["pl"], "en"],
  [["de", "pl"], ["pl"], "pl"],
  [["xx"], ["pl"], "en"],
  [["constructor"], ["pl"], "en"],
  [[], ["pl"], "en"],
  [["pl"], [], "en"],
]) {
  test(`of ${wanted.join(", ") || "nothing"} and the tables ${known.join(", ") || "of none"} it is ${found}`, () => {
    assert.equal(chosen(wanted, known), found);
  });
}

test("a time that is not known is written, and ends no view", () => {
  for (const tag of ["en", "pl"]) {
    speak(tag);
    assert.deepEqual([clock(NaN), day(NaN)].map((text) => /Invalid|NaN/.test(text)), [true, true]);
  }
});
