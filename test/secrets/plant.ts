/** A host on which secrets of all shapes stand in all the places that claw-ir reads. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { isDict } from "../../src/model/json.ts";
import type { Canaries } from "./canaries.ts";
import { shapes } from "./shapes.ts";

type Write = (lines: readonly string[]) => string;
const joined: Write = (lines) => `${lines.join("\n")}\n`;
const each =
  (write: (line: string, i: number) => string): Write =>
  (lines) =>
    joined(lines.map(write));
/** In single quotes of a shell. */
const quoted = (line: string): string => `'${line.replaceAll("'", `'\\''`)}'`;
const json = (value: unknown): string => JSON.stringify(value);
const at = "2026-11-21T02:00:00.000Z";
const script: Write = (lines) => `#!/bin/sh\n${joined(lines)}`;
const unit: Write = (lines) =>
  `[Unit]\nDescription=planted\n[Service]\n${joined(lines.map((line) => `ExecStart=/bin/sh -c ${quoted(line)}`))}[Install]\nWantedBy=default.target\n`;
const skill: Write = (lines) => `---\nname: helper\ndescription: helps\n---\n${joined(lines)}`;
const claude: Write = (lines) =>
  joined(
    lines.map((command, i) =>
      json({
        ...{ type: "assistant", uuid: `u${i}`, timestamp: at, sessionId: "planted", cwd: "/home/claw" },
        message: {
          role: "assistant",
          content: [
            { type: "text", text: command },
            { type: "tool_use", id: `t${i}`, name: "Bash", input: { command } },
          ],
        },
      }),
    ),
  );
const codex: Write = (lines) =>
  joined(
    lines.map((command, i) =>
      json({
        timestamp: at,
        type: "response_item",
        payload: {
          type: "function_call",
          name: "shell",
          call_id: `c${i}`,
          arguments: json({ command: ["bash", "-lc", command] }),
        },
      }),
    ),
  );
const log: Write = (lines) =>
  joined(
    lines.map((message) =>
      json({ 0: '{"subsystem":"gateway"}', 1: message, _meta: { logLevelName: "INFO" }, time: at, message }),
    ),
  );
const auditLog: Write = (lines) =>
  joined(
    lines.flatMap((line, i) => {
      const id = `audit(1795226400.000:${100 + i})`;
      const words = ["/bin/sh", "-c", line];
      const args = words.map((word, n) => `a${n}=${Buffer.from(word).toString("hex").toUpperCase()}`);
      return [
        `type=SYSCALL msg=${id}: arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=${1000 + i} auid=1000 uid=1000 gid=1000 euid=0 comm="sh" exe="/usr/bin/dash" key="exec"`,
        `type=EXECVE msg=${id}: argc=3 ${args.join(" ")}`,
      ];
    }),
  );
const gitConfig: Write = (lines) =>
  `[alias]\n${joined(lines.map((line, i) => `\ta${i} = ${json(`!${line}`)}`))}`;

/** By path on the examined host. */
const files: Readonly<Record<string, Write>> = {
  "/etc/crontab": each((line) => `0 3 * * * root ${line}`),
  "/etc/cron.daily/planted": script,
  "/etc/systemd/system/planted.service": unit,
  "/etc/profile.d/planted.sh": joined,
  "/etc/rc.local": script,
  "/etc/apt/apt.conf.d/99planted": each((line) => `DPkg::Post-Invoke { ${json(line)}; };`),
  "/etc/udev/rules.d/99-planted.rules": each(
    (line) => `ACTION=="add", RUN+=${json(`/bin/sh -c ${quoted(line)}`)}`,
  ),
  "/var/spool/cron/crontabs/claw": each((line) => `0 3 * * * ${line}`),
  "/var/spool/cron/atjobs/a0000101abcdef": script,
  "/var/log/auth.log": each(
    (line, i) =>
      `2026-11-21T02:00:00.000000+00:00 host sudo[${i + 1}]:     claw : TTY=pts/0 ; PWD=/home/claw ; USER=root ; COMMAND=/bin/sh -c ${line}`,
  ),
  "/var/log/audit/audit.log": auditLog,
  "/tmp/openclaw/openclaw-2026-11-21.log": log,
  "/home/claw/.bash_history": joined,
  "/home/claw/.zsh_history": each((line) => `: 1795226400:0;${line}`),
  "/home/claw/.local/share/fish/fish_history": each((line) => `- cmd: ${line}\n  when: 1795226400`),
  "/home/claw/.python_history": joined,
  "/home/claw/.bashrc": joined,
  "/home/claw/.profile": each((line, i) => `alias a${i}=${quoted(line)}`),
  "/home/claw/.config/systemd/user/planted.service": unit,
  "/home/claw/.config/autostart/planted.desktop": (lines) =>
    joined([
      "[Desktop Entry]",
      "Type=Application",
      "Name=planted",
      ...lines.map((line) => `Exec=sh -c ${quoted(line)}`),
    ]),
  "/home/claw/.gitconfig": gitConfig,
  "/home/claw/.ssh/config": each((line, i) => `Host h${i}\n  ProxyCommand sh -c ${quoted(line)}`),
  "/home/claw/.ssh/rc": script,
  "/home/claw/.ssh/authorized_keys": each(
    (line) =>
      `command=${json(line)} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFha2VGYWtlRmFrZUZha2VGYWtlRmFrZUZha2VGYWtlRmE0 planted`,
  ),
  "/home/claw/.claude.json": (lines) =>
    json({
      mcpServers: Object.fromEntries(
        lines.map((line, i) => [`s${i}`, { command: "sh", args: ["-c", line], env: { NOTE: line } }]),
      ),
    }),
  "/home/claw/.claude/settings.json": (lines) =>
    json({ hooks: { PreToolUse: [{ hooks: lines.map((command) => ({ type: "command", command })) }] } }),
  "/home/claw/.claude/projects/-home-claw/planted.jsonl": claude,
  "/home/claw/.codex/sessions/2026/11/21/rollout-2026-11-21T02-00-00-planted.jsonl": codex,
  "/home/claw/.codex/config.toml": each(
    (line, i) => `[mcp_servers.s${i}]\ncommand = "sh"\nargs = ["-c", ${json(line)}]`,
  ),
  "/home/claw/.openclaw/workspace/SOUL.md": joined,
  "/home/claw/.openclaw/workspace/TOOLS.md": joined,
  "/home/claw/.openclaw/workspace/HEARTBEAT.md": joined,
  "/home/claw/.openclaw/workspace/memory/2026-11-21.md": joined,
  "/home/claw/.openclaw/workspace/skills/helper/SKILL.md": skill,
  "/home/claw/.openclaw/workspace/skills/helper/run.sh": script,
  "/home/claw/.openclaw/workspace/.git/hooks/post-commit": script,
  "/home/claw/.openclaw/hooks/planted/HOOK.md": skill,
};

/** The shapes take turns: each place has every third, so that each shape stands in a third of the places. */
const turns = 3;

/** Every file, the config and the databases; `root` holds the state in /home/claw already. */
export function plantSecrets(root: string, canaries: Canaries): void {
  let turn = 0;
  const lines = (place: string): readonly string[] => {
    turn += 1;
    return shapes
      .filter((_, i) => (i + turn) % turns === 0)
      .map(({ name, write }) => write(canaries.make({ place, shape: name })));
  };
  for (const [path, write] of Object.entries(files)) {
    const real = join(root, path);
    mkdirSync(dirname(real), { recursive: true });
    writeFileSync(real, write(lines(path)), { mode: 0o755 });
  }
  writeFileSync(
    join(root, "etc/passwd"),
    "root:x:0:0::/root:/bin/bash\nclaw:x:1000:1000::/home/claw:/bin/bash\n",
  );
  const state = join(root, "home/claw/.openclaw");
  plantConfig(join(state, "openclaw.json"), lines);
  plantRows(join(state, "state/openclaw.sqlite"), (db) => plantJobs(db, lines));
  plantRows(join(state, "agents/main/agent/openclaw-agent.sqlite"), (db) => plantSession(db, lines));
}

type Lines = (place: string) => readonly string[];

function plantConfig(file: string, lines: Lines): void {
  const config: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isDict(config)) throw new Error("the config is no object");
  const server = (line: string): unknown => ({ command: "sh", args: ["-c", line], env: { NOTE: line } });
  const servers = lines("mcp.servers").map((line, i) => [`s${i}`, server(line)]);
  const notes = lines("config notes").map((line, i) => [`n${i}`, { note: line }]);
  const next = {
    ...config,
    mcp: { servers: Object.fromEntries(servers) as unknown },
    skills: { entries: Object.fromEntries(notes) as unknown },
  };
  writeFileSync(file, JSON.stringify(next, undefined, 2));
}

function plantRows(path: string, plant: (db: Database.Database) => void): void {
  const db = new Database(path);
  db.pragma("foreign_keys = OFF");
  const triggers = db.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'trigger'");
  for (const { name } of triggers.all()) db.exec(`DROP TRIGGER "${name}"`);
  db.transaction(() => plant(db))();
  db.close();
}

const since = Date.parse(at);

function plantJobs(db: Database.Database, lines: Lines): void {
  const insert = db.prepare(
    "INSERT INTO cron_jobs (store_key, job_id, name, enabled, agent_id, payload_kind, job_json, updated_at) VALUES ('/home/claw/.openclaw/cron/jobs.json', ?, ?, 1, 'main', ?, ?, ?)",
  );
  const job = (id: string, name: string, payload: Readonly<Record<string, unknown>>): void => {
    const schedule = { kind: "every", everyMs: 900_000, anchorMs: since };
    const text = json({ id, name, agentId: "main", enabled: true, createdAtMs: since, schedule, payload });
    insert.run(id, name, String(payload["kind"]), text, since);
  };
  lines("job message").forEach((message, i) => job(`m${i}`, `message ${i}`, { kind: "agentTurn", message }));
  lines("job command").forEach((line, i) =>
    job(`c${i}`, `command ${i}`, { kind: "command", argv: ["sh", "-lc", line] }),
  );
}

function plantSession(db: Database.Database, lines: Lines): void {
  const session = "planted-session";
  const key = "agent:main:telegram:direct:4711";
  db.prepare(
    "INSERT INTO session_nodes (session_key, current_session_id, entry_json, updated_at, status, created_at, created_via, last_interaction_at) VALUES (?, ?, '{}', ?, 'done', ?, 'channel', ?)",
  ).run(key, session, since, since, since);
  db.prepare(
    "INSERT INTO session_windows (session_id, session_key, reason, created_at, updated_at, started_at, status, channel) VALUES (?, ?, 'initial', ?, ?, ?, 'done', 'telegram')",
  ).run(session, key, since, since, since);
  const insert = db.prepare(
    "INSERT INTO transcript_events (session_id, seq, event_json, created_at) VALUES (?, ?, ?, ?)",
  );
  let seq = 0;
  const add = (event: Readonly<Record<string, unknown>>): void => {
    insert.run(session, seq, json({ ...event, timestamp: at }), since);
    seq += 1;
  };
  const say = (message: unknown): void => add({ type: "message", message });
  add({ type: "session", version: 4, id: session, cwd: "/home/claw/.openclaw/workspace" });
  for (const content of lines("user text")) say({ role: "user", content });
  for (const text of lines("assistant text")) say({ role: "assistant", content: [{ type: "text", text }] });
  lines("tool arguments").forEach((command, i) =>
    say({
      role: "assistant",
      content: [{ type: "toolCall", id: `call_${i}`, name: "exec", arguments: { command } }],
    }),
  );
  lines("tool result").forEach((text, i) =>
    say({ role: "toolResult", toolCallId: `call_${i}`, toolName: "exec", content: [{ type: "text", text }] }),
  );
}
