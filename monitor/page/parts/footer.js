// The limits of this product, on every view.
import { me, signOut } from "../server/app.js";
import { html } from "./html.js";
import { IN_THE_CLEAR, NOT_ENFORCED, NOT_MEASURED } from "../words/strings.js";

export const Footer = () => html`<footer class="foot">
  <span>${NOT_MEASURED} ${me.value.identity === false ? NOT_ENFORCED : ""}
    ${isSecureContext ? "" : IN_THE_CLEAR}</span>
  <span class="right-end">
    Limits are not clinically validated.
    <a href="#/clinic">Clinic</a>
    <button class="plain" onClick=${signOut}>Sign out</button>
  </span>
</footer>`;
