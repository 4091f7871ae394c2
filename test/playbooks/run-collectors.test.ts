import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCollectors } from "../../src/playbooks/steps/run-collectors.ts";
import type { StepContext } from "../../src/playbooks/types.ts";
import { stage, type Stage } from "./stage.ts";

/** The running host is the fake one's folder. */
function onItsDisk({ fake, context }: Stage): StepContext {
  const { root, home } = fake;
  const target: StepContext["target"] = {
    ...context.target,
    ...{ live: true, root, home },
    toHost: (path) => (path.startsWith(`${root}/`) ? path.slice(root.length) : path),
    toReal: (path) => {
      if (path === "~" || path.startsWith("~/")) return join(home, path.slice(1));
      return path.startsWith(`${root}/`) ? path : join(root, path);
    },
  };
  return { ...context, target, installation: { ...context.installation, target } };
}

describe("collecting", () => {
  it("counts as complete where only root could have read more", async () => {
    const given = await stage({
      live: true,
      facts: { uid: 1000 },
      files: { "/var/log/wtmp": "", "/var/log/btmp": "x" },
    });
    given.fake.fail(given.fake.path("/var/log/btmp"), "EACCES");
    const { reason } = await runCollectors(onItsDisk(given), "collect");
    const of = (id: string) => given.subject.evidence.all().find((artifact) => artifact.id === id);
    expect(of("login-records")).toMatchObject({
      outcome: "partial",
      reason: "/var/log/btmp may not be read by this user; as root: failed logins (btmp)",
    });
    expect(of("firewall")).toMatchObject({ outcome: "denied" });
    expect(reason ?? "").not.toMatch(/Records of logins|Firewall/);
  });

  it("is done in part where a limit of time was met, but not by what goes through the whole host", async () => {
    const given = await stage({ live: true, files: { "/etc/crontab": "* * * * * root /bin/x\n" } });
    const context = onItsDisk(given);
    let now = 0;
    const clock = { ...context.host.clock, monotonic: () => (now += 1_000_000) };
    const { state, reason } = await runCollectors(
      { ...context, host: { ...context.host, clock } },
      "collect",
    );
    const of = (id: string) => given.subject.evidence.all().find((artifact) => artifact.id === id);
    expect(of("host-cron")).toMatchObject({ outcome: "timeout" });
    expect(of("bodyfile")).toMatchObject({ outcome: "timeout" });
    expect(state).toBe("partial");
    expect(reason).toContain("System and user crontabs: not done within");
    expect(reason).not.toContain("bodyfile");
  });

  it("is done in part where something else went wrong", async () => {
    const given = await stage({ live: true, files: { "/var/log/auth.log.1.gz": "no gzip" } });
    const { state, reason } = await runCollectors(onItsDisk(given), "collect");
    expect(state).toBe("partial");
    expect(reason).toContain("auth.log.1.gz is damaged");
  });
});
