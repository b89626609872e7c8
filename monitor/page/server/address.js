// The view that the part of the address after "#" requests. Pure.

const VIEWS = { session: true, report: true, start: false, clinic: false };
const LONGEST = 60;

/**
 * "#/session/e-1" -> {view: "session", id: "e-1"}. An address without a view leads to the wall,
 * with `wrong`: the address.
 */
export function viewOf(hash) {
  const path = hash.replace(/^#\/?/, "");
  if (path === "") return wall();
  const [view, ...rest] = path.split("/");
  const id = decoded(rest.join("/"));
  const takesId = Object.hasOwn(VIEWS, view) ? VIEWS[view] : null;
  if (takesId === null || id === null || takesId !== (id !== "")) return wall(shortened(hash));
  return { view, id: takesId ? id : null, wrong: null };
}

const wall = (wrong = null) => ({ view: "wall", id: null, wrong });

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const shortened = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text);
