// The parts of a printed sheet: its running head, facts, tables.

import { html } from "../html.js";
import { MODES, day, label } from "../../words/strings.js";
import { ms } from "../../words/time.js";
import { useEffect } from "../../vendor/preact-hooks.js";

/**
 * The running head of every sheet: the patient, that it is not real, and which sheet of how many.
 * The style sheet sets the page's margin.
 */
export function useRunningHead(e) {
  const of = [label(e), `code ${e.code}`, day(ms(e.opened_at)), MODES[e.mode]].filter(Boolean).join(", ");
  useEffect(() => {
    const sheet = new CSSStyleSheet();
    // As hexadecimal escapes: a label may contain any character that would end a string of a
    // style sheet.
    const text = [...of].map((sign) => `\\${sign.codePointAt(0).toString(16)} `).join("");
    sheet.replaceSync(`@page { @top-left { content: "${text}" }
      @top-right { content: "Page " counter(page) " of " counter(pages) } }`);
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

export function Table({ heads, rows }) {
  if (!rows.length) return html`<p class="quiet">None.</p>`;
  return html`<div class="table"><table>
    <thead><tr>${heads.map((h) => html`<th key=${h} scope="col">${h}</th>`)}</tr></thead>
    <tbody>
      ${rows.map(
        (row, i) => html`<tr key=${i}>${row.map((c, j) => html`<td key=${j}>${c}</td>`)}</tr>`,
      )}
    </tbody>
  </table></div>`;
}
