import { expect, it } from "vitest";
import { at, list } from "../../src/model/json.ts";
import { stepOf } from "./demonstration.ts";
import type { Shown } from "./promises.ts";

/** The running gateway itself was asked, with the new token and with the old one. */
export function itProvesToken(shown: () => Shown): void {
  it("proves that the new gateway token is accepted and the old one refused", () => {
    const { state, receipt } = stepOf(shown().lines, "recover/prove-gateway-token");
    expect(state).toBe("done");
    expect(receipt).toMatchObject({ credential: "gateway-token", proven: true });
    const seen = new Map(list(at(receipt, "steps")).map((one) => [at(one, "step"), one]));
    expect(seen.get("verify-new")).toMatchObject({ outcome: "done" });
    expect(at(seen.get("verify-new"), "evidence")).toMatch(/^200 /);
    expect(seen.get("verify-old")).toMatchObject({ outcome: "done" });
    expect(at(seen.get("verify-old"), "evidence")).toMatch(/^401 /);
    expect(at(receipt, "old")).toMatch(/^fp:[0-9a-f]{12}$/);
    expect(at(receipt, "new")).toMatch(/^fp:[0-9a-f]{12}$/);
    expect(at(receipt, "new")).not.toBe(at(receipt, "old"));
  });
}

/** By its HTTP answer to each token, and by the server's own list of devices. */
export function itProvesDevices(shown: () => Shown): void {
  it("proves that every removed device is refused", () => {
    const { state, receipt } = stepOf(shown().lines, "recover/prove-devices");
    expect(state).toBe("done");
    expect(at(receipt, "receipt", "proven")).toBe(true);
    const devices = list(at(receipt, "devices"));
    expect(devices.length).toBeGreaterThan(0);
    for (const device of devices) {
      expect(at(device, "proven")).toBe(true);
      expect(at(device, "socket")).toMatchObject({ state: "refused" });
    }
    // A node's token is answered 401 also while it lives: it is only the list that proves it.
    expect(devices.map((one) => at(one, "http", "state"))).toContain("refused");
  });
}
