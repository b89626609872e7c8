// The texts of the page in English, read from the modules that have them, and the checks of a
// table that has them in another language. `node tests/web/texts.js` prints a table to fill in.

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formsOf, reasonTableOf } from "./reasonlist.js";

const PAGE = fileURLToPath(new URL("../../monitor/page/", import.meta.url));
const WORDS = `${PAGE}words/`;
const ABOUT_A_NUMBER = /\bplural\([^"]*, "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"/g;

/** key -> null, or of a text about a number its English forms {one, other}. */
export function texts() {
  const files = readdirSync(WORDS, { recursive: true }).map(String).filter((name) => name.endsWith(".js"));
  return new Map(files.flatMap((name) => textsOf(readFileSync(WORDS + name, "utf8"))));
}

/** Those of one module, as [key, forms]. */
export function textsOf(source) {
  const plain = [...source.matchAll(/\btr`/g)].map(({ index }) => [template(source, index + 2).key, null]);
  const counted = [...source.matchAll(ABOUT_A_NUMBER)].map(([, one, other]) => [cooked(other), { one: cooked(one), other: cooked(other) }]);
  return [...plain, ...counted];
}

/** The template that begins at a backtick: its key, and where it ends. */
function template(source, start) {
  let [key, at, holes] = ["", start + 1, 0];
  while (source[at] !== "`") {
    if (source.startsWith("${", at)) {
      at = hole(source, at + 2);
      key += `{${holes++}}`;
    } else {
      const size = source[at] === "\\" ? 2 : 1;
      key += source.slice(at, at + size);
      at += size;
    }
  }
  return { key: cooked(key), end: at + 1 };
}

/** The end of a computed part, behind its brace. */
function hole(source, start) {
  let [at, depth] = [start, 1];
  while (depth) {
    if (source[at] === "`") at = template(source, at).end;
    else if (source[at] === '"') at = source.indexOf('"', at + 1) + 1;
    else depth += { "{": 1, "}": -1 }[source[at++]] ?? 0;
  }
  return at;
}

/** As the browser reads the escapes in it. */
const cooked = (raw) => new Function(`return \`${raw}\``)();

const holesOf = (text) => [...new Set(text.match(/\{\d+\}/g))].sort().join();

/** What is wrong with a table of a language: a sentence each. For `reasons` see reasonlist.js. */
export function faults(tag, { reasons: _, ...table }, english = texts()) {
  const missing = [...english.keys()].filter((key) => !(key in table)).map((key) => `missing: ${key}`);
  const unused = Object.keys(table).filter((key) => !english.has(key)).map((key) => `unused: ${key}`);
  const wrong = [...english].filter(([key]) => key in table).flatMap(([key, forms]) => wrongIn(tag, key, forms, table[key]));
  return [...missing, ...unused, ...wrong];
}

function wrongIn(tag, key, forms, said) {
  if (!forms) return typeof said === "string" && holesOf(said) === holesOf(key) ? [] : [`other parts: ${key}`];
  const lacking = formsOf(tag).filter((form) => typeof said[form] !== "string").map((form) => `no ${form}: ${key}`);
  // "One session" may leave the number out, and no form may have another part.
  const foreign = Object.values(said).filter((text) => text && !["", holesOf(key)].includes(holesOf(text)));
  return [...lacking, ...foreign.map(() => `other parts: ${key}`)];
}

/** A table in which each text is made by `say(text, form)`. */
export function tableOf(tag, say) {
  const counted = (forms) => Object.fromEntries(formsOf(tag).map((form) => [form, say(forms[form] ?? forms.other, form)]));
  return Object.fromEntries([...texts()].map(([key, forms]) => [key, forms ? counted(forms) : say(key, "")]));
}

/** The tables of the page itself: [language, table]. */
export function shipped() {
  const links = readFileSync(`${PAGE}index.html`, "utf8").matchAll(/hreflang="([^"]+)" href="([^"]+)"/g);
  return [...links].map(([, tag, name]) => [tag, JSON.parse(readFileSync(PAGE + name, "utf8"))]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [tag, empty] = [process.argv[2] ?? "pl", () => ""];
  console.log(JSON.stringify({ ...tableOf(tag, empty), reasons: reasonTableOf(tag, empty) }, null, 2));
}
