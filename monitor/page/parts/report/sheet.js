// The parts of a printed sheet: its running head, facts, tables, and the corrections with the
// recorded value and the true one.

import { consequences, correctionWords, figures } from "../../words/record/corrections.js";
import { isStruck } from "../../words/because.js";
import { html } from "../../drawing/html.js";
import { CELLS, PARTS_OF_RECORD, SHEET } from "../../words/record/headings.js";
import { MODES, day, label, number } from "../../words/strings.js";
import { ms } from "../../words/time.js";
import { useEffect } from "../../vendor/preact-hooks.js";

/**
 * The running head of every sheet: the patient, that it is not real, and which sheet of how many.
 * The style sheet sets the page's margin.
 */
export function useRunningHead(e) {
  const of = [label(e), SHEET.code(e.code), day(ms(e.opened_at)), MODES[e.mode]].filter(Boolean).join(", ");
  useEffect(() => {
    const sheet = new CSSStyleSheet();
    // As hexadecimal escapes: a label may contain any character that would end a string of a
    // style sheet.
    const text = [...of].map((sign) => `\\${sign.codePointAt(0).toString(16)} `).join("");
    sheet.replaceSync(`@page { @top-left { content: "${text}" }
      @top-right { content: "${SHEET.page}" counter(page) "${SHEET.of}" counter(pages) } }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    };
  }, [of]);
}

export const Facts = ({ facts }) => html`<dl class="short">
  ${facts.map(([what, said]) => html`<div key=${what}><dt>${what}</dt>
    <dd>${said.map((s, i) => html`<p key=${i}>${s}</p>`)}</dd></div>`)}
</dl>`;

/** of: the key of this part in the headings. */
export const Title = ({ of }) => html`<h2>${PARTS_OF_RECORD[of][0]}</h2>`;

/** A heading and its table; note: a line between them. */
export function Part({ of, note = "", rows }) {
  return html`<${Title} of=${of} />
    ${note && html`<p class="quiet">${note}</p>`}
    <${Table} heads=${PARTS_OF_RECORD[of][1]} rows=${rows} />`;
}

function Table({ heads, rows }) {
  if (!rows.length) return html`<p class="quiet">${SHEET.none}</p>`;
  return html`<div class="table"><table>
    <thead><tr>${heads.map((h) => html`<th key=${h} scope="col">${h}</th>`)}</tr></thead>
    <tbody>
      ${rows.map(
        (row, i) => html`<tr key=${i}>${row.map((c, j) => html`<td key=${j}>${c}</td>`)}</tr>`,
      )}
    </tbody>
  </table></div>`;
}

/** Only if there are any: the recorded value, the true one, and who corrected it. */
export function Corrections({ rows, readings, replaced, when, risks, time }) {
  if (!rows.length) return null;
  /** The readings typed as replacements, for each vital sign. */
  const anew = ({ before }) => {
    const mine = readings.filter((r) => replaced.has(r.id) && r.value === before[r.vital] && ms(r.effective) === Math.round(before.at * 1000));
    const typed = mine.map((r) => replaced.get(r.id));
    return typed.length ? CELLS.insteadOf(figures(Object.fromEntries(typed.map((r) => [r.vital, r.value])))) : "";
  };
  return html`<${Part} of="corrections"
      rows=${rows.map(({ at, body: b }) => {
        const { what, was, is } = correctionWords(b, risks, time);
        return [when(at), what, html`<s>${was}</s>`, b.what === "reading" ? `${is}${anew(b)}` : is, b.by, b.reason, consequences(b)];
      })} />`;
}

/** A struck-out value is crossed, and the one typed as its replacement is beside it. */
export function value(reading, other, { time }) {
  const of = number(reading.vital, reading.value);
  if (!isStruck(reading)) return of;
  if (!other) return html`<s>${of}</s>`;
  return html`<s>${of}</s>${CELLS.instead(number(other.vital, other.value), time(ms(other.effective)))}`;
}
