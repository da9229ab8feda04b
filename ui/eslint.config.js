import js from "@eslint/js";
import { globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default tseslint.config(
  globalIgnores(["node_modules/"]),
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    rules: {
      // The house rules: small functions, small modules, few branches.
      complexity: ["error", 8],
      "max-depth": ["error", 3],
      "max-lines": ["error", { max: 300, skipComments: true }],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
      "no-console": "error",
      // The compiler knows the names of browsers and of Node.
      "no-undef": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/class-literal-property-style": "off",
    },
  },
  { files: ["tools/**", "**/tests/**"], rules: { "no-console": "off", "max-lines-per-function": "off" } },
);
