// Symptoms that the patient or the sitter reports, or a call for help: one press records it. Some
// raise an alarm immediately.

import { get, post } from "../server/api.js";
import { html } from "../drawing/html.js";
import { SYMPTOM } from "../words/forms.js";
import { useEffect, useRef, useState } from "../vendor/preact-hooks.js";
import { useSubmit } from "./form.js";
import { Panel, closePanel } from "../parts/panel.js";

export function SymptomPanel({ encounter, onSaved }) {
  const [words, setWords] = useState([]);
  useEffect(() => {
    get("vocabulary").then(({ symptoms }) => setWords(symptoms), () => {});
  }, []);
  const asked = useRef(null);
  const form = useSubmit(async () => {
    const { route, body } = asked.current;
    await post(`encounters/${encodeURIComponent(encounter.id)}/${route}`, body);
    closePanel();
    onSaved?.();
  });
  const say = (route, body) => () => {
    asked.current = { route, body };
    form.submit();
  };
  return html`<${Panel} title=${SYMPTOM.title} ...${form} submit=${(event) => event.preventDefault()}>
    <small>${SYMPTOM.how}</small>
    <button type="button" autofocus aria-disabled=${form.busy} onClick=${say("help")}>
      ${SYMPTOM.help}
    </button>
    <div class="reports" role="group" aria-label=${SYMPTOM.symptoms}>
      ${words.map(
        ({ id, text }) => html`<button key=${id} type="button" aria-disabled=${form.busy}
          onClick=${say("symptoms", { symptom: id })}>${text}</button>`,
      )}
    </div>
  <//>`;
}
