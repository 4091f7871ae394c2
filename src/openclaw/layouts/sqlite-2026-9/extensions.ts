import type { Row } from "../../../host/sqlite.ts";
import type { Extension } from "../../../model/activity-records.ts";
import { bool, dict, isDict, list, parseJson, str } from "../../../model/json.ts";
import type { Dict } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { present } from "../../present.ts";
import { installedFrom } from "../../extensions/origin.ts";
import { text, time, timeOf } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";

/** What OpenClaw has registered: its index of plugins, and what came with an agent that was installed as a package. */
export function extensions(source: Source): Reading<Extension> {
  return combine([pluginIndex(source), packages(source), mcpServers(source)]);
}

/** `plugins.installedIndex`: every plugin with the SHA-256 of its manifest, and how those that are not bundled came. */
function pluginIndex(source: Source): Reading<Extension> {
  return query<Extension>(source, {
    kind: "state",
    tables: ["config_machine_state"],
    sql: "SELECT value_json FROM config_machine_state WHERE state_key = 'plugins.installedIndex'",
    map: (row, open) => {
      const value = parseJson(str(row["value_json"]) ?? "");
      const index = dict(dict(value)["index"] ?? value);
      if (!Array.isArray(index["plugins"]) && !isDict(index["installRecords"])) return undefined;
      return indexed(index, open);
    },
  });
}

function indexed(index: Dict, open: OpenDatabase): readonly Extension[] {
  const installs = dict(index["installRecords"]);
  const place = (id: string): Extension["place"] => ({
    path: open.shown,
    locator: `config_machine_state/plugins.installedIndex/${id}`,
  });
  const listed = list(index["plugins"]).flatMap((value) => {
    const plugin = dict(value);
    const id = str(plugin["pluginId"]);
    return id === undefined ? [] : [pluginOf(plugin, id, dict(installs[id]), place(id))];
  });
  const known = new Set(listed.map((plugin) => plugin.name));
  // A record without a manifest: the plugin is broken, or its files are gone.
  const orphans = Object.entries(installs).filter(([id]) => !known.has(id));
  return [...listed, ...orphans.map(([id, record]) => pluginOf({}, id, dict(record), place(id)))];
}

function pluginOf(plugin: Dict, name: string, install: Dict, place: Extension["place"]): Extension {
  const origin = str(plugin["origin"]);
  return {
    kind: "plugin",
    name,
    enabled: bool(plugin["enabled"]) ?? false,
    bundled: origin === "bundled",
    ...present({
      version: str(plugin["packageVersion"]) ?? str(install["version"]) ?? str(install["resolvedVersion"]),
      installedFrom: installedFrom(install) ?? (origin === "bundled" ? undefined : origin),
      installedAt: timeOf(install["installedAt"]),
      runs: str(plugin["source"]) ?? str(install["installPath"]),
      sha256: str(plugin["manifestHash"]),
      modifiedAt: timeOf(dict(plugin["manifestFile"])["mtimeMs"]),
    }),
    events: [],
    place,
  };
}

function packages(source: Source): Reading<Extension> {
  return query<Extension>(source, {
    kind: "state",
    tables: ["claw_package_refs"],
    sql: "SELECT * FROM claw_package_refs ORDER BY installed_at_ms, agent_id, package_kind, package_ref",
    map: (row, open) => {
      const ref = text(row, "package_ref");
      if (ref === undefined) return undefined;
      if (text(row, "package_kind") === "skill") return [];
      return {
        kind: "plugin",
        name: text(row, "extension_id") ?? ref,
        enabled: ["installed", "complete", "ready", "active"].includes(text(row, "package_status") ?? ""),
        bundled: false,
        ...present({
          version: text(row, "package_version"),
          installedFrom: `${text(row, "package_source") ?? "?"} ${ref} with agent package ${text(row, "claw_name") ?? "?"}`,
          installedAt: time(row, "installed_at_ms"),
          sha256: digestOf(row, "package_integrity"),
        }),
        events: [],
        place: { path: open.shown, locator: `claw_package_refs/${text(row, "agent_id") ?? ""}/${ref}` },
      };
    },
  });
}

function mcpServers(source: Source): Reading<Extension> {
  return query<Extension>(source, {
    kind: "state",
    tables: ["claw_mcp_server_refs"],
    sql: "SELECT * FROM claw_mcp_server_refs ORDER BY created_at_ms, agent_id, name",
    map: (row, open) => {
      const name = text(row, "name");
      if (name === undefined) return undefined;
      const agent = text(row, "agent_id") ?? "";
      return {
        kind: "mcp-server",
        name,
        enabled: text(row, "error") === undefined,
        bundled: false,
        ...present({
          installedFrom: `${text(row, "origin") ?? "?"} of agent ${agent}`,
          installedAt: time(row, "created_at_ms"),
          sha256: digestOf(row, "config_digest"),
        }),
        events: [],
        place: { path: open.shown, locator: `claw_mcp_server_refs/${agent}/${name}` },
      };
    },
  });
}

function digestOf(row: Row, column: string): string | undefined {
  return /(?:^|:)([0-9a-f]{64})$/.exec(text(row, column) ?? "")?.[1];
}
