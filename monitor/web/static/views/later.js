// Views that only some need: loaded when they are first opened, so that the wall waits for less.

import { html } from "../html.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";

export function Report(props) {
  const [view, setView] = useState(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import("./report.js").then(({ Report: found }) => setView(() => found), () => setFailed(true));
  }, []);
  if (view) return html`<${view} ...${props} />`;
  const words = failed ? "The record could not be loaded. Reload the page." : "Reading the record.";
  return html`<main class="waiting"><p>${words}</p></main>`;
}
