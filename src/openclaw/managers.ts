import type { Host } from "../host/host.ts";
import { serviceDoor } from "./service-manager.ts";
import type { ManagedService, ServiceOwner } from "./service-manager.ts";

const timeoutMs = 3000;

/** What a service manager answers to a question, if it is there, may be asked, succeeds and answers in time. */
export async function askManager(
  host: Host,
  service: ManagedService,
  owner: ServiceOwner,
  ...question: readonly string[]
): Promise<string | undefined> {
  const door = serviceDoor(host.facts, service, owner);
  if (!door.open) return undefined;
  const { argv, env } = door.call(...question);
  try {
    const result = await host.run(argv, { timeoutMs, env });
    return result.code === 0 && !result.timedOut ? result.stdout : undefined;
  } catch (error) {
    if (host.signal.aborted) throw error;
    return undefined;
  }
}
