// What this product does not do, on every view.
import { signOut } from "../app.js";
import { html } from "../html.js";
import { NOT_MEASURED } from "../strings.js";

export const Footer = () => html`<footer class="foot">
  <span>${NOT_MEASURED}</span>
  <span class="right-end">
    Limits are not clinically validated.
    <button class="plain" onClick=${signOut}>Sign out</button>
  </span>
</footer>`;
