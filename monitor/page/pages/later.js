// Views that only some users need: loaded when they are first opened, so that the wall waits for
// less.

import { html } from "../parts/html.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";

export const LazyReport = (props) => Later("The record", () => import("./report.js").then((m) => m.Report), props);
export const LazyStart = () => Later("The form", () => import("./start.js").then((m) => m.Start), {});
export const LazyClinic = (props) => Later("The clinic", () => import("./clinic/clinic.js").then((m) => m.Clinic), props);

/** what: the name of this view, at the beginning of a sentence. */
function Later(what, load, props) {
  const [view, setView] = useState(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    load().then((found) => setView(() => found), () => setFailed(true));
  }, []);
  if (view) return html`<${view} ...${props} />`;
  const words = failed ? `${what} could not be loaded. Reload the page.` : `${what} is being loaded.`;
  return html`<main class="waiting"><p>${words}</p></main>`;
}
