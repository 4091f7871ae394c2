import { Command } from "commander";
import { readStatus } from "../case/status.ts";
import type { Host } from "../host/host.ts";
import { exits } from "../model/errors.ts";
import { visible } from "../model/text.ts";
import type { MakeCommand } from "./edge.ts";
import { enter } from "./incident.ts";
import { withCommonOptions, type CommonOptions } from "./options.ts";
import { page, type Style } from "./present/page.ts";
import type { ReadyScene } from "./ready/check.ts";
import { type Checked, checks, runCheck } from "./ready/index.ts";

export const readyCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("ready")
      .summary("is this host ready for an incident?")
      .description(
        "Looks at keys, the last backup and drill, schedule, disk, permissions and baseline, and changes nothing. Exit 13 if something that an incident needs is not there.",
      ),
  ).action(async (options: CommonOptions) => {
    const at = await enter(edge, options, { make: false });
    try {
      const scene: ReadyScene = {
        host: at.host,
        target: at.target,
        installation: at.installation,
        dataDir: at.dataDir,
        status: await readStatus(at.host, at.dataDir),
        ...(options.profile === undefined ? {} : { profile: options.profile }),
      };
      const found: Checked[] = [];
      for (const check of checks) found.push(await runCheck(scene, check));
      const ready = found.every(({ state }) => state !== "fail");
      if (options.json === true) at.host.terminal.out(`${JSON.stringify(jsonOf(ready, found))}\n`);
      else at.host.terminal.out(forPeople(at.host, ready, found));
      done(ready ? exits.ok : exits.notReady);
    } finally {
      await at.leave();
    }
  });

function jsonOf(ready: boolean, found: readonly Checked[]): unknown {
  return {
    ready,
    checks: found.map(({ id, title, state, detail, fix }) => ({ id, title, state, detail, fix })),
  };
}

const looks: Readonly<Record<Checked["state"], { readonly lead: string; readonly style?: Style }>> = {
  ok: { lead: "  ok       ", style: "green" },
  warn: { lead: "  warning  ", style: "yellow" },
  fail: { lead: "  FAIL     ", style: "red" },
  unknown: { lead: "  unknown  ", style: "yellow" },
};

function forPeople({ terminal }: Host, ready: boolean, found: readonly Checked[]): string {
  const line = (one: Parameters<typeof page>[2]): string => page(terminal, terminal.stdoutIsTty, one);
  const body = found.map(({ title, state, detail, fix }) => {
    const { lead, style } = looks[state];
    const text = `${title}: ${visible(detail)}`;
    const head = line({ lead, text, ...(style === undefined ? {} : { leadStyle: style }) });
    return fix === "" ? head : `${head}${line({ lead: `${" ".repeat(11)}→ `, text: visible(fix) })}`;
  });
  return `${body.join("")}\n${endText(ready, found)}\n`;
}

function endText(ready: boolean, found: readonly Checked[]): string {
  const count = (state: Checked["state"]): number => found.filter((one) => one.state === state).length;
  const parts = (["fail", "warn", "unknown"] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${{ fail: "failed", warn: "to look at", unknown: "unknown" }[state]}`);
  const rest = parts.length === 0 ? "" : `: ${parts.join(", ")}`;
  return `${ready ? "ready" : "not ready"}${rest}`;
}
