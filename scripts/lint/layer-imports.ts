import { posix, relative, sep } from 'node:path';
import type { RuleTester } from 'oxlint/plugins-dev';
import { aliases, isCompositionRoot, isOneKindInChanges, layerOf } from './layers.ts';

type Rule = Parameters<RuleTester['run']>[1];

/**
 * Takes a file and what it imports, both as paths from the root of the project or package names; returns
 * why the import is refused, or null when it is allowed.
 */
export function refusal(file: string, specifier: string): string | null {
  const layer = layerOf(file);
  if (layer === null) return null;
  const target = projectPath(file, specifier);
  if (target === null) return packageRefusal(file, specifier);
  const targetLayer = layerOf(target);
  if (targetLayer === null) return `${layer.folder} may not import ${target}, which belongs to no layer.`;
  if (isOneKindInChanges(file, target))
    return `${target} is of one kind of record, and what moves changes knows of none: ask the catalogue, or name it in \`ofEveryRecord\` of scripts/lint/layers.ts if it is of every kind.`;
  if (targetLayer === layer) return null;
  if (layer.layers.includes(targetLayer.folder)) {
    return specifier.startsWith('#') ? null : `Import another layer by its name, #…, not by ${specifier}.`;
  }
  if (layer.rootLayers?.includes(targetLayer.folder) === true) {
    return isCompositionRoot(file)
      ? null
      : `Only composition roots of ${layer.folder} may import ${targetLayer.folder}; take it as a parameter.`;
  }
  return `${layer.folder} may not import ${targetLayer.folder}.`;
}

function packageRefusal(file: string, name: string): string | null {
  const layer = layerOf(file);
  if (layer === null) return null;
  const refused =
    layer.onlyPackages?.some((allowed) => allowed.test(name)) === false ||
    layer.notPackages?.some((forbidden) => forbidden.test(name)) === true;
  return refused ? `${layer.folder} may not import ${name}.` : null;
}

/** The project's own file that a specifier points to, or null when it names a package. */
export function projectPath(file: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file), specifier));
  if (!specifier.startsWith('#')) return null;
  const [alias = '', ...rest] = specifier.split('/');
  return posix.join(aliases[alias] ?? alias, ...rest);
}

/** What stands between the quotes of an import, as the parser gives it. */
interface Source {
  type: string;
  value?: unknown;
  start: number;
  end: number;
  range: [number, number];
}

/** Refuses an import that crosses the layers of the design in a direction it does not allow. */
export const layerImports: Rule = {
  meta: { type: 'problem', docs: { description: 'Keep imports between layers as the design allows them.' } },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    if (layerOf(file) === null) return {};
    const check = (source: Source | null): void => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const message = refusal(file, source.value);
      if (message !== null) context.report({ message, node: source });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
    };
  },
};
