import type { Mark } from "../mark.ts";
import { factFindings } from "./host-fact.ts";

const base = {
  id: "kernel-tainted",
  title: "The kernel was given code from elsewhere",
  severity: "medium",
  attack: ["T1547.006", "T1014"],
} as const;

export const kernelTainted: Mark = {
  ...base,
  needs: ["kernel"],
  evaluate: (input) => {
    const { records } = input.readings.kernel;
    const modules = records.filter((fact) => fact.kind === "module");
    // The sum tells of modules that are gone from the list again, or hide from it; those that are there tell for themselves.
    const told = new Set(modules.flatMap((fact) => fact.traits));
    const taints = records
      .filter((fact) => fact.kind === "taint")
      .map((fact) => ({ ...fact, traits: fact.traits.filter((trait) => !told.has(trait)) }));
    const common = { mark: base, artifact: "kernel" } as const;
    return [
      ...factFindings(input, modules, {
        ...common,
        weights: {
          unsigned: ["medium", "is not signed"],
          "out-of-tree": ["low", "is not of the kernel's own tree"],
          forced: ["high", "was loaded by force"],
        },
        next: "find the module's file and the package that owns it: a driver of the machine's maker is usual",
      }),
      ...factFindings(input, taints, {
        ...common,
        weights: {
          unsigned: ["high", "tells of an unsigned module that the list of modules does not show"],
          "out-of-tree": ["high", "tells of a module from elsewhere that the list of modules does not show"],
          forced: ["high", "tells of a module that was loaded or unloaded by force"],
        },
        next: "look in the kernel's log for what was loaded; a module that hides is a reason to rebuild the machine",
      }),
    ];
  },
};
