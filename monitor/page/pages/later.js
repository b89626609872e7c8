// Views that only some users need: loaded when they are first opened, so that the wall waits for
// less.

import { html } from "../drawing/html.js";
import { VIEWS } from "../words/frame.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";

export const LazyReport = (props) => Later(VIEWS.record, () => import("./report.js").then((m) => m.Report), props);
export const LazyStart = () => Later(VIEWS.start, () => import("./start.js").then((m) => m.Start), {});
export const LazyClinic = (props) => Later(VIEWS.clinic, () => import("./clinic/clinic.js").then((m) => m.Clinic), props);

function Later(name, load, props) {
  const [view, setView] = useState(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    load().then((found) => setView(() => found), () => setFailed(true));
  }, []);
  if (view) return html`<${view} ...${props} />`;
  return html`<main class="waiting"><p>${(failed ? VIEWS.failed : VIEWS.loading)(name)}</p></main>`;
}
