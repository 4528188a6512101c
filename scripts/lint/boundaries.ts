/**
 * The lint rule `boundaries/imports`: every static, type-only, re-exporting and literal dynamic import is held against
 * the table. oxlint publishes no types for rules in its main package, so the few members in use are named here.
 */
import { importProblem } from "./allowed-imports.ts";

interface RuleContext {
  readonly cwd: string;
  readonly filename: string;
  report(problem: { readonly message: string; readonly node: Source }): void;
}

interface Source {
  readonly type: string;
  readonly value?: unknown;
}

type Visitor = (node: { readonly source: Source | null }) => void;

const plugin: {
  readonly meta: { readonly name: string };
  readonly rules: { readonly imports: { create(context: RuleContext): Readonly<Record<string, Visitor>> } };
} = {
  meta: { name: "boundaries" },
  rules: {
    imports: {
      create(context) {
        const check: Visitor = ({ source }) => {
          if (source?.type !== "Literal" || typeof source.value !== "string") return;
          const message = importProblem(context.cwd, context.filename, source.value);
          if (message !== undefined) context.report({ message, node: source });
        };
        return {
          ImportDeclaration: check,
          ImportExpression: check,
          ExportAllDeclaration: check,
          ExportNamedDeclaration: check,
          // `type T = import("../x.ts").T`
          TSImportType: check,
        };
      },
    },
  },
};
export default plugin;
