// The corrections of a sheet: the recorded value and the true one.

import { correctionWords, figures } from "../../words/record/corrections.js";
import { html } from "../html.js";
import { number } from "../../words/strings.js";
import { isStruck } from "../../words/record/struck.js";
import { ms } from "../../words/time.js";
import { Table } from "./sheet.js";

/** Only if there are any: the recorded value, the true one, and who corrected it. */
export function Corrections({ rows, readings, replaced, when, risks, time }) {
  if (!rows.length) return null;
  /** The readings typed as replacements, for each vital sign. */
  const anew = ({ before }) => {
    const mine = readings.filter((r) => replaced.has(r.id) && r.value === before[r.vital] && ms(r.effective) === Math.round(before.at * 1000));
    const typed = mine.map((r) => replaced.get(r.id));
    return typed.length ? `, typed instead: ${figures(Object.fromEntries(typed.map((r) => [r.vital, r.value])))}` : "";
  };
  return html`<h2>Corrections</h2>
    <${Table} heads=${["Time", "Of", "Recorded", "True", "By", "Reason", "What follows"]}
      rows=${rows.map(({ at, body: b }) => {
        const { what, was, is } = correctionWords(b, risks, time);
        return [when(at), what, html`<s>${was}</s>`, b.what === "reading" ? `${is}${anew(b)}` : is, b.by, b.reason, b.follows];
      })} />`;
}

/** A struck-out value is crossed, and the one typed as its replacement is beside it. */
export function value(reading, other, { time }) {
  const of = number(reading.vital, reading.value);
  if (!isStruck(reading)) return of;
  if (!other) return html`<s>${of}</s>`;
  return html`<s>${of}</s> typed instead: ${number(other.vital, other.value)}, ${time(ms(other.effective))}`;
}
