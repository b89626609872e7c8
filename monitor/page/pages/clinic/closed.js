// Sessions that were closed, the newest first: the way back to their reports.

import { get } from "../../server/api.js";
import { html } from "../../drawing/html.js";
import { CLOSED, NONE_SO_FAR } from "../../words/clinic/sections.js";
import { VIEWS } from "../../words/frame.js";
import { day, label } from "../../words/strings.js";
import { ms } from "../../words/time.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";

const PAGE = 10;

export function Closed() {
  const [found, setFound] = useState([]);
  const [next, setNext] = useState(null);
  const [said, setSaid] = useState(VIEWS.busy);
  const more = async (after) => {
    try {
      const page = await get("encounters", { state: "closed", order: "newest", limit: PAGE, after });
      setFound((known) => [...known, ...page.items]);
      setNext(page.next);
      setSaid(page.count ? "" : NONE_SO_FAR);
    } catch (refusal) {
      setSaid(refusal.message);
    }
  };
  useEffect(() => void more(undefined), []);
  return html`<section aria-label=${CLOSED.title}>
    <h2>${CLOSED.title}</h2>
    <ul class="contacts">
      ${found.map(
        (e) => html`<li key=${e.id} aria-label=${label(e)}>
          <a href=${`#/report/${encodeURIComponent(e.id)}`}><b>${label(e)}</b></a>
          <span>${CLOSED.times(day(ms(e.opened_at)), e.closed_at && day(ms(e.closed_at)))}</span>
        </li>`,
      )}
    </ul>
    ${said && html`<p class="quiet" role="status">${said}</p>`}
    ${next !== null && html`<button onClick=${() => more(next)}>${CLOSED.earlier}</button>`}
  </section>`;
}
