// Views and forms that only some users need: loaded when they are first opened, so that the wall
// waits for less.

import { html } from "../drawing/html.js";
import { VIEWS } from "../words/frame.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";

export const LazyReport = (props) => Later(VIEWS.record, () => import("./report.js").then((m) => m.Report), props);
export const LazyStart = () => Later(VIEWS.form, () => import("./start.js").then((m) => m.Start), {});
export const LazyClinic = (props) => Later(VIEWS.clinic, () => import("./clinic/clinic.js").then((m) => m.Clinic), props);
export const LazyLimit = (props) => Later(VIEWS.form, () => import("../forms/limit.js").then((m) => m.LimitPanel), props, inPanel);
export const LazyBaseline = (props) => Later(VIEWS.form, () => import("../forms/rebaseline.js").then((m) => m.BaselinePanel), props, inPanel);
export const LazyCorrect = (props) => Later(VIEWS.form, () => import("../forms/correct.js").then((m) => m.CorrectPanel), props, inPanel);
export const LazyHandOver = (props) => Later(VIEWS.form, () => import("../forms/handover.js").then((m) => m.HandOverPanel), props, inPanel);

const alone = (said) => html`<main class="waiting">${said}</main>`;
const inPanel = (said) => said;

/** frame: what is around the words that it is being loaded. */
function Later(name, load, props, frame = alone) {
  const [view, setView] = useState(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    load().then((found) => setView(() => found), () => setFailed(true));
  }, []);
  if (view) return html`<${view} ...${props} />`;
  return frame(html`<p>${(failed ? VIEWS.failed : VIEWS.loading)(name)}</p>`);
}
