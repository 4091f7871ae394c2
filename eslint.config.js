import tseslint from "typescript-eslint";

const outside = [
  { name: "process", message: "the world is reached through Host (src/host)" },
  { name: "fetch", message: "the network is reached through Host.http" },
  { name: "setTimeout", message: "time passes through Host.clock" },
  { name: "console", message: "output goes through Host.terminal" },
];

export default tseslint.config(
  { ignores: ["dist", "node_modules", "coverage", "templates/demo", ".dependency-cruiser.cjs"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["bin/*.js", "eslint.config.js", ".ci/*.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      eqeqeq: "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "Property[key.name='shell'][value.value=true]",
          message: "argument arrays, never a shell",
        },
        {
          selector: "CallExpression[callee.property.name='eval'], CallExpression[callee.name='eval']",
          message: "no eval",
        },
      ],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/host/real/**", "src/cli.ts", "src/demo/stand-in/**"],
    rules: {
      "no-restricted-globals": ["error", ...outside],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "time comes from Host.clock" },
        { object: "Math", property: "random", message: "randomness comes from Host.random" },
      ],
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      complexity: ["error", 12],
      "max-lines": ["error", { max: 240, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  { files: ["bin/*.js", "eslint.config.js", ".ci/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
);
