import assert from "node:assert/strict";
import test from "node:test";
import { drafts, draftsOf } from "../../monitor/page/server/drafts.js";

test("typed text is kept for its own person, and deleted for another one", () => {
  draftsOf("thea");
  drafts.set("note", "typed");
  draftsOf("thea");
  assert.equal(drafts.get("note"), "typed");
  draftsOf("mara");
  assert.equal(drafts.size, 0);
});
