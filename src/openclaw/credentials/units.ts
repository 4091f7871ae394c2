import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import type { Credential } from "../../model/records.ts";
import type { Installation } from "../types.ts";
import { findUnits } from "../units.ts";
import type { FileView } from "../view.ts";
import { envName, isSecretVariable } from "./names.ts";
import { credential } from "./record.ts";

/** Secrets that stand in the environment of the gateway's service units. */
export async function unitCredentials(
  view: FileView,
  installation: Installation,
  key: Uint8Array | undefined,
): Promise<Reading<Credential>> {
  const { target } = installation;
  const units = await findUnits(view, target, undefined);
  const found = units.flatMap((unit) =>
    unit.environment
      .filter(({ name, value }) => isSecretVariable(name, value))
      .map(({ name, value, path, line }) =>
        credential(
          {
            ...envName(name),
            secret: value,
            live: true,
            place: { path: target.toHost(path), locator: `line ${line}` },
          },
          key,
        ),
      ),
  );
  return read(found);
}
