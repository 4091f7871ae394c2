import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { storedHowItRan, storedServices } from "../../src/recover/index.ts";
import type { HowItRan, StoppedService } from "../../src/openclaw/types.ts";

const service: StoppedService = {
  manager: "docker",
  name: "openclaw",
  file: "/x",
  uid: 1000,
  user: "user",
  masked: true,
  disabled: false,
  policy: "unless-stopped",
  triggers: ["a.timer"],
};
const ran: HowItRan = {
  pid: 5,
  uid: 1000,
  user: "user",
  argv: ["openclaw-gateway"],
  exe: "/usr/bin/node",
  cwd: "/home/user",
  port: 18_789,
  packageDir: "/opt/openclaw",
  env: { PATH: "/usr/bin" },
  envNames: ["PATH", "SECRET"],
};

describe("what the stop left in the case", () => {
  it("survives JSON unchanged", () => {
    expect(storedServices(JSON.parse(JSON.stringify([service])))).toEqual([service]);
    expect(storedHowItRan(JSON.parse(JSON.stringify(ran)))).toEqual(ran);
  });

  it("does not let a name become an option, a policy a shell, or a manager another", () => {
    expect(
      storedServices([{ ...service, name: "--force" }, { ...service, manager: "rc" }, null, "x"]),
    ).toEqual([]);
    const [bent] = storedServices([
      { ...service, policy: "always; reboot", triggers: ["--now", "ok.timer", 3] },
    ]);
    expect(bent?.policy).toBeUndefined();
    expect(bent?.triggers).toEqual(["ok.timer"]);
  });

  it("never throws, whatever stands there", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const { name } of storedServices([value])) expect(name).not.toMatch(/^-|\s/);
        storedHowItRan(value);
      }),
    );
  });
});
