import { isAbsolute } from "node:path";
import { ClawError } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";

/** Where a copy goes. */
export type Destination =
  | { readonly kind: "folder"; readonly path: string; readonly shown: string }
  /** `remote` as rclone takes it: "nas:backups/claw", ":sftp,host=h,user=u:/srv". */
  | { readonly kind: "rclone"; readonly remote: string; readonly shown: string };

/**
 * "/mnt/disk", "rclone:REMOTE:PATH", "sftp://USER@HOST:PORT/PATH" (or "sftp:USER@HOST:PATH"), "s3:BUCKET/PATH". The last two are
 * rclone's sftp and s3 with ssh's agent and keys, and with the environment's or the machine's S3 credentials.
 */
export function destinationOf(text: string): Destination {
  const [, scheme, rest = ""] = /^(rclone|sftp|s3):(.*)$/s.exec(text) ?? [];
  if (/[\u0000-\u001f]/.test(text)) throw bad(text, "it holds control characters");
  switch (scheme) {
    case "rclone":
      return { kind: "rclone", remote: remoteOf(text, rest), shown: shown(text) };
    case "sftp":
      return { kind: "rclone", remote: sftpOf(text, rest), shown: shown(text) };
    case "s3":
      return { kind: "rclone", remote: s3Of(text, rest), shown: shown(text) };
    case undefined:
    default:
      if (isAbsolute(text)) return { kind: "folder", path: text, shown: shown(text) };
      throw bad(text, "a folder must be named by its whole path");
  }
}

function bad(text: string, why: string): ClawError {
  return new ClawError(`this is no place for a copy: ${shown(text)}: ${why}`, {
    exit: "usage",
    code: "bad-destination",
    hint: "a folder (/mnt/disk), rclone:REMOTE:PATH, sftp://USER@HOST/PATH or s3:BUCKET/PATH",
  });
}

/** A configured remote, or one with its settings in place (":backend,key=value:path"): rclone says what is wrong with it. */
function remoteOf(text: string, rest: string): string {
  if (rest.startsWith("-") || !/^:?[^:]+:/.test(rest))
    throw bad(text, "REMOTE:PATH is needed behind rclone:");
  return rest;
}

function sftpOf(text: string, rest: string): string {
  const url = /^\/\/(?:([^@/:]+)@)?([^/:@]+)(?::(\d{1,5}))?(\/.*)?$/.exec(rest);
  const scp = /^(?:([^@/:]+)@)?([^/:@]+):(.*)$/.exec(rest);
  const [, user, host, port, path] = url ?? [undefined, scp?.[1], scp?.[2], undefined, scp?.[3]];
  if (host === undefined || host.startsWith("-")) throw bad(text, "sftp://USER@HOST/PATH is needed");
  const settings = [`host=${value(host)}`, ...(user === undefined ? [] : [`user=${value(user)}`])];
  return `:sftp,${[...settings, ...(port === undefined ? [] : [`port=${port}`])].join(",")}:${path ?? ""}`;
}

function s3Of(text: string, rest: string): string {
  const path = rest.replace(/^\/\//, "");
  if (path === "" || path.startsWith("/")) throw bad(text, "s3:BUCKET/PATH is needed");
  return `:s3,env_auth=true:${path}`;
}

/** A value in rclone's connection string: quoted where it holds what separates. */
function value(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}
