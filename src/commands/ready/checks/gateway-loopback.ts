import { shown } from "../../../model/text.ts";
import { type Check, fail, ok, type ReadyScene, unknown } from "../check.ts";

const fix = 'set gateway.bind to "loopback" and reach it by ssh tunnel or tailscale serve';

export const gatewayLoopback: Check = {
  id: "gateway-loopback",
  title: "the gateway listens on this host only",
  run: async (scene) => {
    const { installation, target } = scene;
    const { config, gatewayBind, gatewayPort } = installation;
    if (gatewayBind !== "loopback")
      return fail(`gateway.bind is ${JSON.stringify(shown(gatewayBind, 40))}`, fix);
    if (target.live) {
      const wide = await listensWide(scene, gatewayPort);
      if (wide !== undefined)
        return fail(`port ${gatewayPort} is open on ${shown(wide, 60)}`, `restart the gateway; ${fix}`);
    }
    if (config.outcome !== "ok" && config.outcome !== "missing")
      return unknown(
        `the config could not be read whole: ${shown(config.reason ?? config.outcome, 200)}`,
        "look at the config",
      );
    const seen = target.live ? `, and port ${gatewayPort} is open nowhere else` : "";
    return ok(`bind is loopback${seen}`);
  },
};

function isLoopback(address: string): boolean {
  return /^(?:127\.|::1$|::ffff:127\.|\[::1\])/.test(address);
}

async function listensWide({ host }: ReadyScene, port: number): Promise<string | undefined> {
  const sockets = await host.processes.sockets();
  return sockets.find(
    ({ protocol, state, localAddress, localPort }) =>
      protocol.startsWith("tcp") && /^listen/i.test(state) && localPort === port && !isLoopback(localAddress),
  )?.localAddress;
}
