// The codes of the service's reasons with their facts, and the words of closed lists, read from
// docs/reasons.md, which is printed from the service's own sentences; and the checks of a table
// that has them in another language.

import { readFileSync } from "node:fs";

const PAGE = readFileSync(new URL("../../docs/reasons.md", import.meta.url), "utf8");
const FACT = /(\()?`(\w+)` ([a-z ]+)\)?/g;
/** A fact that every sentence may name: the page computes it from the value and the baseline. */
const CHANGE = "change";

export const formsOf = (tag) => new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
const placesIn = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

/** {codes: code -> fact -> {kind, optional}, words: fact -> its words}. */
export function printedReasons(page = PAGE) {
  const [reasons, lists] = page.split("## The words of closed lists");
  const rows = (text) => [...text.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, rest]) => [name, rest]);
  const factsOf = (rest) => Object.fromEntries(
    [...rest.matchAll(FACT)].map(([, bracket, name, kind]) => [name, { kind, optional: Boolean(bracket) }]));
  const listOf = (rest) => [...rest.matchAll(/`(\w+)`/g)].map(([, one]) => one);
  return {
    codes: new Map(rows(reasons).map(([code, rest]) => [code, factsOf(rest)])),
    words: new Map(rows(lists).map(([name, rest]) => [name, listOf(rest)])),
  };
}

/** What is wrong with the reasons of a table: a sentence each. */
export function reasonFaults(tag, { sentences = {}, words = {} } = {}, { codes, words: lists } = printedReasons()) {
  const missing = [...codes.keys()].filter((code) => !(code in sentences)).map((code) => `missing: ${code}`);
  const unused = Object.keys(sentences).filter((code) => !codes.has(code)).map((code) => `unused: ${code}`);
  const wrong = [...codes].filter(([code]) => code in sentences)
    .flatMap(([code, facts]) => wrongIn(tag, facts, sentences[code]).map((why) => `${why}, of ${code}`));
  const wordless = [...lists].flatMap(([name, list]) => list.filter((one) => typeof words[name]?.[one] !== "string")
    .map((one) => `no word: ${one}, of ${name}`));
  return [...missing, ...unused, ...wrong, ...wordless];
}

function wrongIn(tag, facts, entry) {
  const { sentence, ...phrases } = typeof entry === "string" ? { sentence: entry } : entry;
  if (typeof sentence !== "string") return ["no sentence"];
  const computed = facts.value && facts.baseline ? [CHANGE] : [];
  const known = (name) => name in facts || computed.includes(name);
  const texts = Object.entries(phrases).flatMap(([name, of]) => Object.values([of].flatMap((t) => (typeof t === "string" ? [t] : Object.values(t))))
    .map((text) => [name, text]));
  const placed = [...placesIn(sentence).map((name) => ["", name]), ...texts.flatMap(([own, text]) => placesIn(text).map((name) => [own, name]))];
  const foreign = [...new Set([...placed.map(([, name]) => name), ...Object.keys(phrases)])].filter((name) => !known(name));
  const bare = placed.filter(([own, name]) => name !== own && known(name) && !(own === "" && name in phrases));
  const hidden = bare.filter(([, name]) => facts[name]?.optional || (name === CHANGE && facts.baseline.optional));
  const plain = bare.filter(([, name]) => facts[name]?.kind === "yes or no");
  const forms = Object.entries(phrases).filter(([, of]) => typeof of === "object");
  return [
    ...foreign.map((name) => `no such fact: ${name}`),
    ...hidden.map(([, name]) => `may be absent: ${name}`),
    ...plain.map(([, name]) => `neither yes nor no: ${name}`),
    ...forms.flatMap(([name, of]) => lackingIn(tag, facts[name]?.kind ?? "", of).map((form) => `no ${form}: ${name}`)),
  ];
}

/** The forms that are missing; a number has those of its language, unless each is the same. */
function lackingIn(tag, kind, of) {
  const wanted = kind === "yes or no" ? ["true", "false"]
    : kind.endsWith("number") && formsOf(tag).some((form) => form !== "other" && form in of) ? formsOf(tag) : ["other"];
  return wanted.filter((form) => !(form in of) && !("other" in of && kind === "yes or no"));
}

/** A table in which each text is made by `say(text, form)`; the facts follow in their order. */
export function reasonTableOf(tag, say, { codes, words } = printedReasons()) {
  const read = (code) => say(code.replaceAll("_", " "), "");
  const entry = (code, facts) => {
    const names = Object.keys(facts);
    const phrases = names.map((name) => [name, phraseOf(tag, name, facts[name], say)]).filter(([, of]) => of);
    return { sentence: [read(code), ...names.map((name) => `{${name}}`)].join(" "), ...Object.fromEntries(phrases) };
  };
  return {
    sentences: { ...Object.fromEntries([...codes].map(([code, facts]) => [code, entry(code, facts)])), text: "{text}" },
    words: Object.fromEntries([...words].map(([name, list]) => [name, Object.fromEntries(list.map((one) => [one, read(one)]))])),
  };
}

function phraseOf(tag, name, { kind, optional }, say) {
  if (kind === "yes or no") return { true: say("yes", ""), false: say("no", "") };
  if (kind === "whole number") return Object.fromEntries(formsOf(tag).map((form) => [form, `{${name}} ${say("number", form)}`]));
  return optional ? `${say(name, "")} {${name}}` : null;
}
