// The test language: English with an accent on each letter, and longer. A text without accents on
// the page was not in the table. `node tests/web/marked.js pl` prints its table, with the forms of
// plurals that Polish has.

import { fileURLToPath } from "node:url";
import { reasonTableOf } from "./reasonlist.js";
import { tableOf } from "./texts.js";

const [PLAIN, ACCENTED] = ["abcdefghijklmnopqrstuvwxyz", "áƀçđéƒǧħíĵķŀḿñóṕɋřšŧúṽŵẋýž"];
const accents = new Map([...PLAIN].flatMap((letter, i) => {
  const accent = [...ACCENTED][i];
  return [[letter, accent], [letter.toUpperCase(), accent.toUpperCase()]];
}));
const longer = (letter) => ("aeiou".includes(letter) ? accents.get(letter).repeat(2) : (accents.get(letter) ?? letter));

/** "Rise {0}." -> "Říísšéé {0}."; a form of a plural has its name. */
export const marked = (text, form = "") => [...text].map(longer).join("") + (form && `·${marked(form)}`);

/** The sentence of a reason is its code and its facts. */
export const markedTable = (tag) => ({ ...tableOf(tag, marked), reasons: reasonTableOf(tag, marked) });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(markedTable(process.argv[2])));
}
