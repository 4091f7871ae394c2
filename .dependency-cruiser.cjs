// The rooms of docs/architecture.md, checked. `npm run rooms` names every import that goes through a wall.
const stages = "^src/(contain|preserve|collectors|analyse|rotate|recover|report)/";
const only = (pkg, where) => ({
  name: `${pkg.replaceAll("/", "-")}-has-one-room`,
  severity: "error",
  from: { path: "^src/", pathNot: where },
  to: { path: `node_modules/${pkg}/` },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: "^src/(cli\\.ts|demo/stand-in/)" },
      to: {},
    },
    {
      name: "model-knows-nothing",
      severity: "error",
      from: { path: "^src/model/" },
      to: { path: "^src/", pathNot: "^src/model/" },
    },
    {
      name: "host-knows-the-model-only",
      severity: "error",
      from: { path: "^src/host/" },
      to: { path: "^src/", pathNot: "^src/(host|model)/" },
    },
    {
      name: "case-looks-down",
      severity: "error",
      from: { path: "^src/case/" },
      to: { path: "^src/", pathNot: "^src/(case|host|model)/" },
    },
    {
      name: "archive-knows-no-openclaw",
      severity: "error",
      from: { path: "^src/archive/" },
      to: { path: "^src/", pathNot: "^src/(archive|host|model)/" },
    },
    {
      name: "openclaw-looks-down",
      severity: "error",
      from: { path: "^src/openclaw/" },
      to: { path: "^src/", pathNot: "^src/(openclaw|case|host|model)/" },
    },
    {
      name: "stages-stand-apart",
      severity: "error",
      from: { path: stages },
      to: { path: stages, pathNot: "^src/$1/" },
    },
    {
      name: "stages-look-down",
      severity: "error",
      from: { path: stages },
      to: { path: "^src/(playbooks|commands|demo|cli\\.ts)" },
    },
    {
      name: "host-is-handed-in",
      comment: "every room but the edge knows the host as types only",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(host/|cli\\.ts|demo/)" },
      to: { path: "^src/host/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "report-reads-the-model-only",
      severity: "error",
      from: { path: "^src/report/" },
      to: { path: "^src/", pathNot: "^src/(report|model)/" },
    },
    {
      name: "playbooks-do-not-know-commands",
      severity: "error",
      from: { path: "^src/playbooks/" },
      to: { path: "^src/(commands|demo|cli\\.ts)" },
    },
    {
      name: "the-world-is-in-host",
      comment: "pure built-ins are free; what touches the machine is not",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(host/real/|cli\\.ts|demo/stand-in/)" },
      to: {
        dependencyTypes: ["core"],
        pathNot:
          "^(node:)?(path|util|crypto|zlib|buffer|stream|stream/promises|stream/web|string_decoder|url)$",
      },
    },
    only("openpgp", "^src/archive/"),
    only("tar", "^src/demo/"),
    only("better-sqlite3", "^src/(host/real|demo/stand-in)/"),
    only("simple-git", "^src/host/real/"),
    only("@inquirer", "^src/host/real/"),
    only("chalk", "^src/host/real/"),
    only("commander", "^src/(commands/|cli\\.ts)"),
    only("json5", "^src/openclaw/"),
    only("diff", "^src/(analyse|report)/"),
    only("mustache", "^src/report/"),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
