// What a printed sheet is made of: its running head, facts, tables.

import { html } from "../html.js";
import { MODES, day, label } from "../../words/strings.js";
import { ms } from "../../words/time.js";
import { useEffect } from "../../vendor/preact-hooks.js";

/** On every sheet: whose it is, that it is no real one, and which of how many. The page's margin is the style sheet's to give. */
export function useRunningHead(e) {
  const of = [label(e), `code ${e.code}`, day(ms(e.opened_at)), MODES[e.mode]].filter(Boolean).join(", ");
  useEffect(() => {
    const sheet = new CSSStyleSheet();
    // As hexadecimal escapes: a label may hold whatever a string of a style sheet would end at.
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
