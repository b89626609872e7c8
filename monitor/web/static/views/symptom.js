// What the patient or the sitter reports, from the listed words. Some raise an alarm at once.

import { get, post } from "../api.js";
import { html } from "../html.js";
import { useEffect, useState } from "../vendor/preact-hooks.js";
import { Choice, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel } from "./panel.js";

export function SymptomPanel({ encounter }) {
  const [words, setWords] = useState([]);
  const draft = useDraft(`symptom/${encounter.id}`, { symptom: "" });
  useEffect(() => {
    get("vocabulary").then(({ symptoms }) => setWords(symptoms.map((s) => [s.id, s.text])), () => {});
  }, []);
  const form = useSubmit(async () => {
    await post(`encounters/${encounter.id}/symptoms`, { symptom: draft.values.symptom });
    draft.clear();
    closePanel();
  });
  return html`<${Panel} title="Symptom" act="Save symptom" ...${form}>
    <${Choice} draft=${draft} name="symptom" label="Reported" required autofocus
      options=${[["", "Choose"], ...words]} />
    <small>By its severity a symptom raises an alarm, whatever the numbers say.</small>
  <//>`;
}
