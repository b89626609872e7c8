// Take the baseline again: an act with an author and a reason. The service reports when it is not
// possible.

import { post } from "../server/api.js";
import { html } from "../drawing/html.js";
import { BASELINE, REASON } from "../words/forms.js";
import { Field, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel } from "../parts/panel.js";

export function BaselinePanel({ encounter, onSaved }) {
  const draft = useDraft(`baseline/${encounter.id}`, { reason: "" });
  const form = useSubmit(async () => {
    await post(`encounters/${encounter.id}/baseline`, { reason: draft.values.reason.trim() });
    draft.clear();
    closePanel();
    onSaved?.();
  });
  const words = encounter.dosed_at ? BASELINE.dosed : BASELINE.undosed;
  return html`<${Panel} title=${BASELINE.title} act=${BASELINE.act} ...${form}>
    <p>${words} ${BASELINE.stays}</p>
    <${Field} draft=${draft} name="reason" label=${REASON} required autofocus />
  <//>`;
}
