type Kind = "state" | "agent" | "tasks" | "memory";

/** Schema versions (PRAGMA user_version) that the readers were made for: OpenClaw 2026.9.6. */
export const knownVersions = { state: 18, agent: 23, tasks: 0, memory: 0 } as const;

/** Earlier schema versions whose layout is known, and the first release that no longer wrote them. */
const earlier: Readonly<Record<Kind, ReadonlyMap<number, string>>> = {
  state: new Map([
    [1, "2026.8.0"],
    [15, "2026.9.0"],
  ]),
  agent: new Map([
    [1, "2026.8.0"],
    [19, "2026.9.0"],
  ]),
  tasks: new Map([[0, "2026.6.0"]]),
  memory: new Map([[0, "2026.6.0"]]),
};

/**
 * The first release that made a table, where that is not the first one with the database: from the CREATE TABLE statements in
 * the published packages of 2026.6.1, 6.11, 7.1, 7.35, 8.1, 8.2 and 9.6.
 */
const since: readonly (readonly [string, string])[] = [
  ["2026.6.5", "auth_profile_store memory_index_sources memory_index_chunks memory_index_meta"],
  ["2026.7.1", "audit_events gateway_boot_lifecycle skill_usage skill_lifecycle worktrees"],
  [
    "2026.8.1",
    "session_nodes session_windows transcript_events session_transcript_archives trajectory_runtime_events config_machine_state " +
      "secret_store_entries gateway_origin_device_tokens device_pairing_join_codes mcp_oauth_stores operator_approvals " +
      "operator_approval_standing_grants cron_run_receipts heartbeat_outcomes standing_intents memory_entry_origins " +
      "memory_session_tombstones conversation_deliveries outbound_message_progress message_tool_run_outcomes session_state_events " +
      "claw_mcp_server_refs claw_package_refs device_pair_setup_completions conversations cron_job_scratch quarantined_databases transcript_rewrite_watermarks agent_database_leases session_members session_participants " +
      "skill_workshop_proposals skill_workshop_proposal_events skill_workshop_proposal_rollbacks skill_workshop_collection_reviews " +
      "memory_index_chunk_provenance managed_update_handoffs session_upstream_links github_publication_requests",
  ],
  ["2026.9.0", "session_transcript_cold_archives update_runs agent_integrity_verifications"],
];
const sinceOf = new Map(
  since.flatMap(([version, names]) => names.split(" ").map((name) => [name, version] as const)),
);

export function isKnownVersion(kind: Kind, version: number): boolean {
  return version === knownVersions[kind] || earlier[kind].has(version);
}

export function isEarlierVersion(kind: Kind, version: number): boolean {
  return earlier[kind].has(version);
}

/**
 * Whether the release that wrote a database had no such table yet. Schema version 1 was written by several releases: what
 * the database itself says (`schema_meta.app_version`) decides then, and where it says nothing or what cannot be, the newest.
 */
export function isBefore(table: string, kind: Kind, version: number, writer: string | undefined): boolean {
  const first = sinceOf.get(table);
  const end = earlier[kind].get(version);
  if (first === undefined || end === undefined) return false;
  if (compareReleases(first, end) >= 0) return true;
  return writer !== undefined && compareReleases(writer, first) < 0;
}

/** Order of "2026.9.6", "2026.1.24-3" and the like; negative where `a` is the older. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/[.-]/, 4).map((part) => Number(part) || 0));
  for (let i = 0; i < 4; i += 1) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
