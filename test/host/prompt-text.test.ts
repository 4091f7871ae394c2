import { expect, test } from "vitest";
import { confirmTail, shownMessage, shownWithDefault } from "../../src/host/real/prompt-text.ts";

const install = "Install a line in your crontab that runs this every week on Sun at 04:30?";

test("a question leaves room for what is written behind it", () => {
  expect(shownMessage(install, { width: 80 }, confirmTail)).toBe(
    "Install a line in your crontab that runs this every week on Sun at\n  04:30?",
  );
  expect(shownMessage(install, { width: 120 }, confirmTail)).toBe(install);
});

test("a default that has no room behind the question stands whole on the next line", () => {
  const spec = { id: "x", message: "Where shall it go?", default: `/home/claw/${"long".repeat(6)}.asc` };
  expect(shownWithDefault(spec, { width: 40 })).toBe("Where shall it go?\n ");
  expect(shownWithDefault(spec, { width: 80 })).toBe("Where shall it go?");
  expect(shownWithDefault({ id: "x", message: "Why?" }, { width: 20 })).toBe("Why?");
});
