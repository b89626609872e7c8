// Acts that are on no session's record: for the administrator, newest first.

import { NO_USERS, circumstances, deed, within } from "../../words/clinic/acted.js";
import { get, list } from "../../server/api.js";
import { html } from "../../drawing/html.js";
import { AUDIT } from "../../words/clinic/sections.js";
import { clock, day } from "../../words/strings.js";
import { ms } from "../../words/time.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";
import { Choice, Field, useDraft } from "../../forms/form.js";

const AT_ONCE = 50;

export function Audit() {
  const draft = useDraft("audit", { by: "", day: "" });
  const { by, day: on } = draft.values;
  const [people, setPeople] = useState([]);
  const [page, setPage] = useState(null);
  const [problem, setProblem] = useState("");
  const failed = (refusal) => setProblem(refusal.message);
  const ask = (after) => get("audit", { limit: AT_ONCE, by: by || null, ...within(on), after });
  useEffect(() => void list("users").then((all) => setPeople(all.map((u) => u.username)), failed), []);
  useEffect(() => {
    let asked = true;
    ask(null).then((found) => {
      if (asked) setPage(found);
      setProblem("");
    }, failed);
    return () => (asked = false);
  }, [by, on]);
  const older = () =>
    ask(page.next).then((more) => setPage({ ...more, items: [...page.items, ...more.items] }), failed);
  return html`<section aria-label=${AUDIT.title}>
    <h2>${AUDIT.title}</h2>
    <p class="quiet">${AUDIT.purpose}</p>
    <div class="sought">
      <${Choice} draft=${draft} name="by" label=${AUDIT.person}
        options=${[["", AUDIT.everybody], ...[...people, ...NO_USERS].map((name) => [name, name])]} />
      <${Field} draft=${draft} name="day" label=${AUDIT.day} type="date" />
    </div>
    ${problem && html`<p class="problem">${problem}</p>`}
    <ul class="contacts">
      ${page?.items.map((row) => html`<${Row} key=${row.id} row=${row} />`)}
      ${page?.items.length === 0 && html`<li class="quiet">${AUDIT.nothing}</li>`}
    </ul>
    ${page?.next && html`<button onClick=${older}>${AUDIT.older}</button>`}
  </section>`;
}

function Row({ row }) {
  const at = ms(row.at);
  const when = day(at).replace(clock(at), clock(at, true));
  const more = [row.origin && AUDIT.from(row.origin), circumstances(row)].filter(Boolean).join("; ");
  return html`<li>
    <b>${row.by}</b>
    <span>${deed(row)}</span>
    <span class="quiet">${when}${more && `, ${more}`}</span>
  </li>`;
}
