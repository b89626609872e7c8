// Add a note to the record.

import { post } from "../server/api.js";
import { html } from "../drawing/html.js";
import { NOTE } from "../words/forms.js";
import { Area, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel } from "../parts/panel.js";

export function NotePanel({ encounter, onSaved }) {
  const draft = useDraft(`note/${encounter.id}`, { text: "" });
  const form = useSubmit(async () => {
    await post(`encounters/${encounter.id}/notes`, { text: draft.values.text.trim() });
    draft.clear();
    closePanel();
    onSaved?.();
  });
  return html`<${Panel} title=${NOTE.title} act=${NOTE.act} ...${form}>
    <${Area} draft=${draft} name="text" label=${NOTE.text} rows="4" required autofocus />
  <//>`;
}
