import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { breaking, flashing, gravity, lines, linesOf, sounds, sunk, waits, words, worstAlarm } from "../../monitor/page/words/alarms/alarms.js";
import { headline } from "../../monitor/page/words/alarms/headline.js";
import { FORMS, PAGE, PRIORITIES, line, page, session } from "./worst.js";

const rank = (priority) => PRIORITIES.indexOf(priority);
const worse = (a, b) => (rank(a) >= rank(b) ? a : b);
const pairs = FORMS.flatMap((a) => FORMS.map((b) => [a, b]));
const about = (forms) => forms.map((f) => `${f.priority}, worst ${f.worst}, ${f.presence}`).join(" beside ");

test("the tables of the page are what the code prints", () => {
  assert.equal(readFileSync(PAGE, "utf8"), page(), "wanted? `node tests/web/worst.js`");
});

test("there are eighteen forms of one alarm, and all pairs of them are looked at", () => {
  assert.equal(FORMS.length, 18);
  assert.equal(pairs.length, 324);
});

test("a chip says the worst that an alarm was, whatever became of it", () => {
  for (const form of FORMS) {
    const one = line(form);
    assert.equal(gravity(one.lead), form.worst, about([form]));
    assert.equal(words(one.lead).split(",")[0].toLowerCase(), form.worst);
    assert.equal(/eased/.test(words(one.lead)), form.presence !== "latched" && form.worst !== form.priority);
    assert.equal(/over/.test(words(one.lead)), form.presence === "latched");
  }
});

test("row, line and sound take the worse of two, in either order", () => {
  for (const [a, b] of pairs) {
    const most = worse(a.worst, b.worst);
    for (const forms of [[a, b], [b, a]]) {
      assert.equal(gravity(line(...forms).lead), most, about(forms));
      assert.equal(gravity(worstAlarm(session(...forms))), most, about(forms));
      assert.equal(gravity(line(...forms).parts[0].lead), most, about(forms));
    }
    const heard = line(a, b).alarms.filter(sounds).map(gravity);
    const unseen = [a, b].filter((f) => f.presence === "on" || (f.presence === "latched" && f.worst === "high"));
    assert.deepEqual([...heard].sort(), unseen.map((f) => f.worst).sort(), about([a, b]));
  }
});

test("what is over and what is present never share a chip or a headline", () => {
  for (const [a, b] of pairs) {
    const { parts, alarms } = line(a, b);
    assert.equal(parts.flatMap((p) => p.alarms).length, alarms.length, about([a, b]));
    for (const part of parts) {
      assert.equal(new Set(part.alarms.map((x) => x.presence === "latched")).size, 1, about([a, b]));
      const said = headline(part);
      const over = part.lead.presence === "latched";
      if (over) assert.doesNotMatch(said, /Now/, about([a, b]));
      if (!/reached/.test(said)) assert.ok(part.alarms.every((x) => !over && x.value >= x.limit));
    }
    const apart = (a.presence === "latched") !== (b.presence === "latched");
    if (apart) assert.equal(parts.length, 2, about([a, b]));
  }
});

test("every headline names a value that is beyond the limit of its chip's priority", () => {
  const limits = { sbp: { low: 150, medium: 165, high: 180 }, dbp: { low: 95, medium: 100, high: 110 } };
  for (const [a, b] of pairs) {
    for (const part of line(a, b).parts) {
      const said = headline(part);
      const [values, named] = [/(?:pressure|reached) ([\d/]+)\./g, /Limit ([\d/]+)\./g].map((what) =>
        [...said.matchAll(what)].flatMap((m) => m[1].split("/").map(Number)),
      );
      const as = part.alarms.filter((x) => gravity(x) === gravity(part.lead));
      const shown = as.filter((x) => {
        const at = named.indexOf(limits[x.vital][gravity(x)]);
        return at >= 0 && values[at] >= named[at];
      });
      assert.ok(shown.length, `${about([a, b])}: ${said}`);
    }
  }
});

test("what waits keeps its value when another becomes as bad", () => {
  for (const [a, b] of pairs) {
    const { parts } = line(a, b);
    for (const part of parts.flatMap((p) => p.alarms.map((one) => [p, one]))) {
      const [{ alarms, ...rest }, one] = part;
      if (one.presence !== "on" || gravity(one) !== "high") continue;
      assert.ok(headline({ alarms, ...rest }).includes(String(one.extreme)), about([a, b]));
    }
  }
});

test("what equipment says has a headline of its own beside the patient's values", () => {
  for (const form of FORMS) {
    const e = session(form);
    e.alarms.push({ ...e.alarms[0], id: "t", condition: "bp_overdue", kind: "technical", vital: null, priority: "high",
      worst: "high", presence: "on" });
    const { parts } = linesOf(e)[0];
    assert.equal(parts.length, 2, about([form]));
    const said = parts.map((part) => headline(part)).join(" ");
    assert.match(said, /Cuff overdue since/);
    assert.ok(said.includes(String(e.alarms[0].extreme)), about([form]));
  }
});

test("a chip says eased only where nothing beside it is still so bad", () => {
  for (const [a, b] of pairs) {
    for (const { lead, alarms } of line(a, b).parts) {
      const still = alarms.some((x) => x.presence === lead.presence && x.priority === gravity(lead));
      assert.equal(/eased/.test(words(lead)), lead.presence !== "latched" && !still, about([a, b]));
    }
  }
});

test("a box follows the worst that is present, whatever is over", () => {
  for (const [a, b] of pairs) {
    const present = [a, b].filter((f) => f.presence !== "latched").map((f) => f.priority);
    const most = present.length ? present.reduce(worse) : undefined;
    assert.equal(breaking(session(a, b), "bp")?.priority, most, about([a, b]));
  }
});

test("a box does not hide behind equipment that is worse", () => {
  const e = session({ priority: "medium", worst: "medium", presence: "on" });
  e.alarms.push({ ...e.alarms[0], id: "t", condition: "bp_overdue", kind: "technical", priority: "high", worst: "high" });
  assert.equal(breaking(e, "bp").priority, "medium");
  assert.equal(gravity(worstAlarm(e)), "high");
});

test("whatever waits as on flashes at the pace of its chip", () => {
  for (const [a, b] of pairs) {
    const one = line(a, b);
    const chips = one.parts.map((p) => p.lead).filter((x) => x.presence === "on").map(gravity);
    for (const chip of chips) assert.ok(flashing([one]).includes(chip), about([a, b]));
    const on = [a, b].some((f) => f.presence === "on");
    assert.equal(flashing([one]).length > 0, on, about([a, b]));
  }
});

test("nobody has to look for what is high: it stands before all else, taken or not", () => {
  for (const [a, b] of pairs) {
    const sessions = [a, b].map((form, i) => ({ ...session(form), id: `e${i}` }));
    const [first] = lines(sessions);
    assert.equal(gravity(first.lead), worse(a.worst, b.worst), about([a, b]));
  }
});

test("what finds no line is named, if it is high or waits for somebody", () => {
  const form = (priority, presence) => ({ priority, worst: priority, presence });
  const named = (form, i) => ({ ...session(form), id: `e${i}`, patient_label: `Ash ${i}` });
  const all = lines([
    ...Array.from({ length: 4 }, (_, i) => named(form("high", "acknowledged"), i)),
    named(form("medium", "on"), 4),
    named(form("medium", "acknowledged"), 5),
    named(form("low", "on"), 6),
    named({ priority: "low", worst: "high", presence: "latched" }, 7),
  ]);
  assert.deepEqual(sunk(all.slice(3)), [
    { priority: "high", names: ["Ash 2", "Ash 3"] },
    { priority: "medium", names: ["Ash 4"] },
  ]);
  assert.ok(waits(all[0].lead), "of those as bad the one that waits stands first");
});
