import { relative, sep } from 'node:path';
import type { RuleTester } from 'oxlint/plugins-dev';
import { isCompositionRoot, layerOf } from './layers.ts';

type Rule = Parameters<RuleTester['run']>[1];

type Effect = 'configuration' | 'clock' | 'randomness' | 'timer';

const globalFunctions: Readonly<Record<string, Effect>> = {
  setTimeout: 'timer',
  setInterval: 'timer',
  setImmediate: 'timer',
};

const globalMembers: Readonly<Record<string, Effect>> = {
  'process.env': 'configuration',
  'process.hrtime': 'clock',
  'Date.now': 'clock',
  'performance.now': 'clock',
  'performance.timeOrigin': 'clock',
  'Math.random': 'randomness',
  'crypto.randomUUID': 'randomness',
  'crypto.getRandomValues': 'randomness',
  'globalThis.setTimeout': 'timer',
  'globalThis.setInterval': 'timer',
  'globalThis.setImmediate': 'timer',
  'window.setTimeout': 'timer',
  'window.setInterval': 'timer',
};

const modules: Readonly<Record<string, { effect: Effect; names: RegExp }>> = {
  'node:process': { effect: 'configuration', names: /^(env|hrtime|default)$/ },
  'node:timers': { effect: 'timer', names: /./ },
  'node:timers/promises': { effect: 'timer', names: /./ },
  'node:perf_hooks': { effect: 'clock', names: /^performance$/ },
  'node:crypto': { effect: 'randomness', names: /^(random.*|getRandomValues|webcrypto|default)$/ },
};

const advice: Readonly<Record<Effect, string>> = {
  configuration: 'Only a composition root reads process.env; take the value as a parameter.',
  clock: 'Take the time from the Environment of src/shared/ports.ts, so that a simulation can set it.',
  randomness:
    'Take random bytes from the Environment of src/shared/ports.ts, so that a seed can replay them.',
  timer: 'Take timers from the Environment of src/shared/ports.ts, so that a simulation can run them.',
};

/** Takes a path from the root of the project; what that file may reach for by itself. */
export function allowedEffects(file: string): readonly Effect[] {
  const all: Effect[] = ['configuration', 'clock', 'randomness', 'timer'];
  if (layerOf(file) === null || isCompositionRoot(file)) return all;
  if (file.startsWith('src/link/')) return ['clock', 'randomness', 'timer'];
  if (file === 'src/renderer/lib/clock.ts') return ['clock', 'timer'];
  // A page's own composition root.
  if (file === 'src/renderer/main.tsx') return ['randomness'];
  return [];
}

/** Refuses environment variables, clocks, randomness and timers that were not handed in. */
export const ambientEffects: Rule = {
  meta: {
    type: 'problem',
    docs: { description: 'Take clock, randomness, timers and configuration as parameters.' },
  },
  create(context) {
    const allowed = allowedEffects(relative(context.cwd, context.filename).split(sep).join('/'));
    if (allowed.length === 4) return {};
    const report = (
      effect: Effect | undefined,
      node: { start: number; end: number; range: [number, number] },
    ) => {
      if (effect !== undefined && !allowed.includes(effect))
        context.report({ message: advice[effect], node });
    };
    const isGlobal = (node: Parameters<typeof context.sourceCode.isGlobalReference>[0]) =>
      context.sourceCode.isGlobalReference(node);
    return {
      Identifier(node) {
        if (node.parent.type === 'TSTypeQuery' || !isGlobal(node)) return;
        report(globalFunctions[node.name], node);
      },
      MemberExpression(node) {
        if (node.object.type !== 'Identifier' || !isGlobal(node.object)) return;
        const name = propertyName(node);
        if (name !== null) report(globalMembers[`${node.object.name}.${name}`], node);
      },
      VariableDeclarator(node) {
        if (node.init?.type !== 'Identifier' || node.id.type !== 'ObjectPattern' || !isGlobal(node.init))
          return;
        for (const property of node.id.properties) {
          if (property.type === 'Property' && property.key.type === 'Identifier') {
            report(globalMembers[`${node.init.name}.${property.key.name}`], property);
          }
        }
      },
      NewExpression(node) {
        if (node.arguments.length > 0 || node.callee.type !== 'Identifier') return;
        if (node.callee.name === 'Date' && isGlobal(node.callee)) report('clock', node);
      },
      CallExpression(node) {
        if (node.callee.type !== 'Identifier' || node.callee.name !== 'Date') return;
        if (isGlobal(node.callee)) report('clock', node);
      },
      ImportDeclaration(node) {
        const source = modules[node.source.value];
        if (source === undefined || node.importKind === 'type') return;
        for (const specifier of node.specifiers) {
          if (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type') continue;
          if (source.names.test(importedName(specifier))) report(source.effect, specifier);
        }
      },
    };
  },
};

function propertyName(node: {
  computed: boolean;
  property: { type: string; name?: unknown; value?: unknown };
}) {
  const { property } = node;
  if (!node.computed && typeof property.name === 'string') return property.name;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : null;
}

function importedName(specifier: {
  type: string;
  imported?: { name?: unknown } | { value?: unknown };
}): string {
  const { imported } = specifier;
  // A default or namespace import brings every name of the module, the forbidden ones too.
  return imported !== undefined && 'name' in imported && typeof imported.name === 'string'
    ? imported.name
    : 'default';
}
