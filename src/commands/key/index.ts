import { Command } from "commander";
import type { MakeCommand } from "../edge.ts";
import { exportKey } from "./export.ts";
import { generate } from "./generate.ts";
import { importKeys } from "./import.ts";
import { list } from "./list.ts";
import { test } from "./test.ts";

export const keyCommand: MakeCommand = (edge, done) =>
  new Command("key")
    .summary("OpenPGP keys that archives are sealed to and signed with")
    .description(
      "Keys that archives are sealed to, and the key that this host signs them with. What is in DATA-DIR/keys is a recipient of every seal that names none.",
    )
    .addCommand(generate(edge, done))
    .addCommand(importKeys(edge, done))
    .addCommand(list(edge, done))
    .addCommand(exportKey(edge, done))
    .addCommand(test(edge, done));
