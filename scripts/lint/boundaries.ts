/**
 * The lint rule `boundaries/imports`: every static, type-only, re-exporting and literal dynamic import is held against
 * the table. oxlint publishes no types for rules in its main package, so the few members in use are named here.
 */
import { computedImportProblem, importProblem } from "./allowed-imports.ts";

interface RuleContext {
  readonly cwd: string;
  readonly filename: string;
  report(problem: { readonly message: string; readonly node: Source }): void;
}

interface Source {
  readonly type: string;
  readonly value?: unknown;
  /** Of a template: its fixed parts. */
  readonly quasis?: readonly { readonly value: { readonly cooked: string | null } }[];
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
          if (source === null) return; // `export { name }` without a source
          const specifier = specifierOf(source);
          const message =
            specifier === undefined
              ? computedImportProblem(context.cwd, context.filename)
              : importProblem(context.cwd, context.filename, specifier);
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

/** What is written in quotes or in a template without variables; undefined when it is computed. */
function specifierOf(source: Source): string | undefined {
  if (source.type === "Literal" && typeof source.value === "string") return source.value;
  if (source.type === "TemplateLiteral" && source.quasis?.length === 1)
    return source.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}
