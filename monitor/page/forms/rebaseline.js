// Take the baseline again: an act with an author and a reason. The service reports when it is not
// possible.

import { post } from "../server/api.js";
import { html } from "../parts/html.js";
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
  const words = encounter.dosed_at
    ? "The clean readings of the last 15 minutes become the baseline. Limits over the baseline move with it."
    : "The readings so far are set aside, and the next clean ones become the baseline.";
  return html`<${Panel} title="New baseline" act="Take it again" ...${form}>
    <p>${words} What stands keeps standing.</p>
    <${Field} draft=${draft} name="reason" label="Reason" required autofocus />
  <//>`;
}
