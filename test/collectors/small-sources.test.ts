import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { parseTrustedHosts, trustedHosts } from "../../src/collectors/persistence/access/trusted-hosts.ts";
import { dbusPolicy, parseBusPolicy } from "../../src/collectors/persistence/boot/dbus-policy.ts";
import { kernelModules, parseModprobe, parseModules } from "../../src/collectors/persistence/boot/modules.ts";
import { disk, type Disk, type DiskOptions } from "./disk.ts";

let here: Disk | undefined;
async function made(options: DiskOptions): Promise<Disk> {
  here = await disk(options);
  return here;
}
afterEach(async () => {
  await here?.end();
  here = undefined;
});

describe("trusted hosts", () => {
  it("tells each entry, and which lets in everybody", async () => {
    const { read } = await made({
      files: { "~/.rhosts": "# friends\nhost.example claw\n+ +\n", "/etc/hosts.equiv": "+\n" },
    });
    const { records } = await read(trustedHosts);
    expect(records.map(({ name, odd, place }) => [name, odd, place.path, place.locator])).toEqual([
      ["host.example claw", [], "/home/user/.rhosts", "line 2"],
      ["+ +", ["lets in everybody"], "/home/user/.rhosts", "line 3"],
      ["+", ["lets in everybody"], "/etc/hosts.equiv", "line 1"],
    ]);
  });
});

describe("kernel modules", () => {
  it("tells what is loaded at boot, and what runs instead of loading", async () => {
    const { read } = await made({
      files: {
        "/etc/modules": "# none\n",
        "/etc/modules-load.d/x.conf": "rootkit\n; comment\n",
        "/etc/modprobe.d/x.conf":
          "install usb-storage /tmp/x; /sbin/modprobe --ignore-install usb-storage\nblacklist y\noptions z a=1\n",
      },
    });
    const { records } = await read(kernelModules);
    expect(records.map(({ name, runs, sets }) => [name, runs, sets])).toEqual([
      ["rootkit", [], []],
      ["usb-storage", ["/tmp/x; /sbin/modprobe --ignore-install usb-storage"], []],
      ["z", [], ["options z a=1"]],
    ]);
  });
});

describe("rules of the message bus", () => {
  it("tells who may do what", async () => {
    const { read } = await made({
      files: {
        "/etc/dbus-1/system.d/x.conf":
          '<busconfig>\n<policy user="root"><allow own="org.x"/></policy>\n<policy context="default"><allow\n send_destination="org.x"/><deny own="a"/></policy></busconfig>',
        "/etc/dbus-1/system.d/x.txt": "<allow/>",
      },
    });
    const { records } = await read(dbusPolicy);
    expect(records.map(({ sets }) => sets)).toEqual([
      ['user="root": allow own="org.x"', 'context="default": allow send_destination="org.x"'],
    ]);
  });
});

it("the parsers take anything, in linear time and within bounds", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 3000 }),
    fc.stringMatching(/^(?:<policy |<allow|install | \n|[<>/"+#;a]){0,300}$/),
  );
  fc.assert(
    fc.property(text, (content) => {
      const found = [
        ...parseTrustedHosts(content),
        ...parseModules(content),
        ...parseModprobe(content),
        ...parseBusPolicy(content),
      ];
      expect(found.length).toBeLessThanOrEqual(4 * (content.split("\n").length + content.split("<").length));
    }),
  );
  for (const long of ["<policy ".repeat(200_000), "install ".repeat(200_000), "+ ".repeat(500_000)])
    for (const parse of [parseTrustedHosts, parseModules, parseModprobe, parseBusPolicy])
      expect(parse(long).length).toBeLessThan(10_000);
});
