// Requests to the service. Addresses are relative to the page, so it works behind any host.

import { CODES, ask } from "./prove.js";
import { conditionWords, inWords } from "../words/because.js";
import { REFUSALS, besides, byField } from "../words/clinic/refused.js";

const BASE = new URL("api/v1/", document.baseURI);

/**
 * A request that the service refused. `unmet`: the conditions of a shut gate; `fields`: name of
 * each invalid field -> why, in the page's words.
 */
export class Refusal extends Error {
  constructor(status, body) {
    const fields = byField(Array.isArray(body?.fields) ? body.fields : []);
    super(besides(sentence(status, body), fields, new Set()));
    this.fields = fields;
    this.status = status;
    this.unmet = unmetOf(body);
  }
}

/** The address of the live socket. */
export function liveUrl() {
  const url = new URL("live", BASE);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

export const get = (path, query) => request("GET", path + search(query));
export const post = (path, body) => request("POST", path, body ?? {});
export const put = (path, body) => request("PUT", path, body);
export const patch = (path, body) => request("PATCH", path, body);
export const del = (path) => request("DELETE", path);

/**
 * Return every item of a listing, page after page, from `query.after` on; `each` receives each
 * page as it comes.
 * @param {string} path
 * @param {Record<string, unknown>} query
 * @param {(items: any[]) => void} each
 */
export async function list(path, query = {}, each = () => {}, pages = Infinity) {
  const items = [];
  let after = query.after;
  do {
    const page = await get(path, { ...query, after });
    items.push(...page.items);
    each(page.items);
    after = page.next;
  } while (after != null && --pages > 0);
  return items;
}

async function request(method, path, body) {
  let response;
  try {
    response = await fetch(new URL(path, BASE), {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refusal(0, { detail: REFUSALS.unreachable });
  }
  const answer = await response.json().catch(() => ({}));
  // The act was not done yet: with the password, it is requested again.
  if (CODES.includes(answer.code) && (await ask(answer.code))) return request(method, path, body);
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

function search(query = {}) {
  const given = Object.entries(query).filter(([, value]) => value != null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/**
 * The error as text. `detail` is a sentence, an object with one, or FastAPI's list of errors by
 * place.
 */
function sentence(status, body) {
  const detail = body?.detail;
  if (typeof detail === "string") return wholeRefusal(body);
  if (Array.isArray(detail)) {
    return detail.map((d) => `${(d.loc ?? []).slice(1).join(" ")}: ${d.msg}`).join(". ");
  }
  if (typeof detail?.message === "string") return detail.message;
  return status === 401 || status === 403 ? REFUSALS[status] : REFUSALS.other(status);
}

/** The refusal in words, which for a shut gate names its conditions. */
function wholeRefusal({ detail, because, unmet = [] }) {
  const words = inWords(detail, because);
  return words === detail || !unmet.length ? words : `${words}: ${conditionWords(unmet).join(" ")}`;
}

function unmetOf(body) {
  const list = body?.unmet ?? body?.detail?.unmet ?? [];
  return list.map((u) => (typeof u === "string" ? { id: u, text: u } : u));
}
