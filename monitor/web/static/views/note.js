// Add a note to the record.

import { post } from "../api.js";
import { html } from "../html.js";
import { useDraft, useSubmit } from "./form.js";
import { Panel, closePanel } from "./panel.js";

export function NotePanel({ encounter, onSaved }) {
  const draft = useDraft(`note/${encounter.id}`, { text: "" });
  const form = useSubmit(async () => {
    await post(`encounters/${encounter.id}/notes`, { text: draft.values.text.trim() });
    draft.clear();
    closePanel();
    onSaved?.();
  });
  return html`<${Panel} title="Note" act="Save note" ...${form}>
    <label class="field">
      <span>Text</span>
      <textarea name="text" rows="4" required autofocus value=${draft.values.text}
        onInput=${(event) => draft.set("text", event.target.value)}></textarea>
    </label>
  <//>`;
}
