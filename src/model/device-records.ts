/** Devices that may talk to the gateway, ask to, or would be let in with a setup token, with their tokens. */
import type { Place } from "./records.ts";
import type { Secret } from "./secret.ts";

export interface DeviceToken {
  readonly role: string;
  readonly scopes: readonly string[];
  readonly secret: Secret;
  readonly createdAt?: string;
  readonly rotatedAt?: string;
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
}

export interface Device {
  readonly id: string;
  /** "setup": not a device yet, but a token that lets in the one that shows it; `id` is that of the device once one has. */
  readonly state: "paired" | "pending" | "setup";
  /** Chosen by the client: never an identity. */
  readonly name?: string;
  /** Given by the operator. */
  readonly label?: string;
  readonly platform?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly origin?: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly remoteIp?: string;
  /** "silent" was approved by nobody. */
  readonly approvedVia?: string;
  readonly createdAt?: string;
  readonly approvedAt?: string;
  readonly lastSeenAt?: string;
  readonly requestId?: string;
  readonly publicKey?: string;
  /** Offers system.run and the like, or asks for it. */
  readonly nodeCommands: readonly string[];
  /** Of these, what a node asks for and nobody has allowed yet. */
  readonly askedCommands?: readonly string[];
  readonly tokens: readonly DeviceToken[];
  readonly leftover?: true;
  readonly place: Place;
}
