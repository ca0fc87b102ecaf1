import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { aliases, layers } from '../../scripts/lint/layers.ts';
import { projectRoot } from '#support/project.ts';

interface Case {
  file: string;
  code: string;
}

const forbiddenImports: Case[] = [
  { file: 'src/shared/domain/a.ts', code: `import '#vessel/store/database.ts';` },
  { file: 'src/shared/domain/b.ts', code: `import '../../shore/shore-program.ts';` },
  { file: 'src/shared/domain/c.ts', code: `import 'node:fs';` },
  { file: 'src/shared/domain/d.ts', code: `import 'react';` },
  { file: 'src/shared/sync/a.ts', code: `import '../records/work-order.ts';` },
  { file: 'src/shared/sync/content/b.ts', code: `import '../../records/attachment.ts';` },
  { file: 'src/shared/sync/c.ts', code: `import '../records/spare-part.ts';` },
  { file: 'src/main/vessel/sync/a.ts', code: `import type { A } from '#shared/records/attachment.ts';` },
  { file: 'src/shore/ingest/a.ts', code: `import '#shared/records/work-order-status.ts';` },
  { file: 'src/shore/sync/a.ts', code: `import '#shared/records/equipment.ts';` },
  { file: 'src/files/a.ts', code: `import '#shared/ports.ts';` },
  { file: 'src/link/a.ts', code: `import '#vessel/store/database.ts';` },
  { file: 'src/link/b.ts', code: `import 'better-sqlite3';` },
  { file: 'src/main/vessel/a.ts', code: `import 'electron';` },
  { file: 'src/main/vessel/b.ts', code: `import 'fastify';` },
  { file: 'src/main/vessel/c.ts', code: `import 'node:http';` },
  { file: 'src/main/vessel/d.ts', code: `import '#station/server.ts';` },
  { file: 'src/main/vessel/e.ts', code: `import '../electron/window.ts';` },
  { file: 'src/main/vessel/f.ts', code: `import '#shore/ingest.ts';` },
  { file: 'src/main/vessel/g.ts', code: `import '#link/mqtt-link.ts';` },
  { file: 'src/main/vessel/h.ts', code: `import 'mqtt';` },
  { file: 'src/main/vessel/i.ts', code: `import type { Mutable } from '#shore/ingest.ts';` },
  { file: 'src/main/vessel/j.ts', code: `export * from '#shore/ingest.ts';` },
  { file: 'src/main/vessel/k.ts', code: `export { ingest } from '#shore/ingest.ts';` },
  { file: 'src/main/vessel/l.ts', code: `await import('#shore/ingest.ts');` },
  { file: 'src/main/vessel/m.ts', code: `type Ingest = import('#shore/ingest.ts').Ingest;` },
  { file: 'src/main/vessel/n.ts', code: `import '../../shared/ports.ts';` },
  { file: 'src/main/vessel/o.ts', code: `import '../../../tests/support/until.ts';` },
  { file: 'src/main/station/a.ts', code: `import '../electron/window.ts';` },
  { file: 'src/main/station/b.ts', code: `import 'electron';` },
  { file: 'src/main/station/c.ts', code: `import '#link/mqtt-link.ts';` },
  { file: 'src/main/electron/a.ts', code: `import '#station/server.ts';` },
  { file: 'src/main/electron/c.ts', code: `import '#vessel/vessel-node.ts';` },
  { file: 'src/main/electron/b.ts', code: `import '#shore/ingest.ts';` },
  { file: 'src/preload/a.ts', code: `import '#vessel/store/database.ts';` },
  { file: 'src/preload/b.ts', code: `import 'node:fs';` },
  { file: 'src/renderer/app/a.tsx', code: `import '#vessel/store/database.ts';` },
  { file: 'src/renderer/app/b.tsx', code: `import 'electron';` },
  { file: 'src/renderer/app/c.tsx', code: `import 'node:fs';` },
  { file: 'src/renderer/app/d.tsx', code: `import '../../preload/preload.ts';` },
  { file: 'src/shore/a.ts', code: `import '#vessel/store/database.ts';` },
  { file: 'src/shore/b.ts', code: `import 'better-sqlite3';` },
  { file: 'src/shore/lock.ts', code: `import '#folder-lock/folder-lock.ts';` },
  { file: 'src/folder-lock/b.ts', code: `import 'pg';` },
  { file: 'src/shore/c.ts', code: `import 'electron';` },
  { file: 'src/shore/d.ts', code: `import '#link/mqtt-link.ts';` },
  { file: 'src/demo/a.ts', code: `import '../main/electron/window.ts';` },
  { file: 'src/demo/b.ts', code: `import '../renderer/app/app.tsx';` },
];

const allowedImports: Case[] = [
  { file: 'src/shared/domain/ok.ts', code: `import 'zod';\nimport '../sync/clock.ts';` },
  {
    file: 'src/shared/sync/ok.ts',
    code: `import '../records/catalogue.ts';\nimport '../records/define-record.ts';\nimport '../records/record.ts';`,
  },
  { file: 'src/main/vessel/sync/ok.ts', code: `import '#shared/records/catalogue.ts';` },
  { file: 'src/main/vessel/work-orders/ok.ts', code: `import '#shared/records/work-order.ts';` },
  { file: 'src/files/ok.ts', code: `import 'node:fs';\nimport './held-files.ts';` },
  { file: 'src/link/ok.ts', code: `import 'mqtt';\nimport '#shared/ports.ts';\nimport 'node:zlib';` },
  { file: 'src/main/vessel/ok.ts', code: `import 'better-sqlite3';\nimport '#shared/ports.ts';` },
  { file: 'src/main/station/ok.ts', code: `import 'fastify';\nimport '#vessel/vessel-node.ts';` },
  { file: 'src/main/station/vessel-program.ts', code: `import '#link/mqtt-link.ts';` },
  { file: 'src/main/electron/main.ts', code: `import '#link/mqtt-link.ts';\nimport 'electron';` },
  { file: 'src/preload/ok.ts', code: `import 'electron';\nimport '#shared/contract/index.ts';` },
  { file: 'src/renderer/app/ok.tsx', code: `import 'react';\nimport '#shared/contract/index.ts';` },
  {
    file: 'src/shore/shore-program.ts',
    code: `import '#link/mqtt-link.ts';\nimport '#folder-lock/folder-lock.ts';\nimport 'pg';`,
  },
  { file: 'src/demo/ok.ts', code: `import '#shore/gateway.ts';\nimport '#vessel/vessel-node.ts';` },
];

const forbiddenEffects: Case[] = [
  { file: 'src/shared/sync/aa.ts', code: `export const a = Date.now();` },
  { file: 'src/shared/sync/ab.ts', code: `export const a = Math.random();` },
  { file: 'src/main/vessel/aa.ts', code: `export const a = process.env.MQTT_URL;` },
  { file: 'src/main/vessel/ab.ts', code: `export const a = new Date();` },
  { file: 'src/main/vessel/ac.ts', code: `setTimeout(() => 0, 5);` },
  { file: 'src/main/vessel/ad.ts', code: `setInterval(() => 0, 5);` },
  { file: 'src/main/vessel/ae.ts', code: `globalThis.setTimeout(() => 0, 5);` },
  {
    file: 'src/main/vessel/af.ts',
    code: `import { randomUUID } from 'node:crypto';\nexport const a = randomUUID();`,
  },
  {
    file: 'src/main/vessel/ag.ts',
    code: `import { setTimeout as wait } from 'node:timers/promises';\nawait wait(5);`,
  },
  { file: 'src/main/vessel/ah.ts', code: `const { env } = process;\nexport const a = env.MQTT_URL;` },
  { file: 'src/main/vessel/ai.ts', code: `export const a = performance.now();` },
  { file: 'src/main/vessel/aj.ts', code: `export const a = crypto.randomUUID();` },
  {
    file: 'src/main/vessel/ak.ts',
    code: `import process from 'node:process';\nexport const a = process.env;`,
  },
  { file: 'src/main/station/aa.ts', code: `export const a = Date();` },
  { file: 'src/shore/aa.ts', code: `export const a = process['env'].DATABASE_URL;` },
  { file: 'src/renderer/app/aa.ts', code: `export const a = Date.now();` },
  { file: 'src/link/aa.ts', code: `export const a = process.env.MQTT_URL;` },
];

const allowedEffects: Case[] = [
  { file: 'src/main/station/verify-program.ts', code: `export const a = [process.env.A, Date.now()];` },
  { file: 'src/link/timers.ts', code: `setTimeout(() => 0, Date.now());` },
  { file: 'src/renderer/lib/clock.ts', code: `export const a = Date.now();` },
  { file: 'src/main/vessel/dates.ts', code: `export const a = (ms: number) => new Date(ms);` },
  {
    file: 'src/main/vessel/injected.ts',
    code: `export const a = (setTimeout: (ms: number) => void) => setTimeout(5);`,
  },
  {
    file: 'src/main/vessel/hashing.ts',
    code: `import { createHash } from 'node:crypto';\nexport const a = createHash('sha256');`,
  },
];

const oxlintReport = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
});

let directory: string;
const refused: Record<'arus(layer-imports)' | 'arus(ambient-effects)', Set<string>> = {
  'arus(layer-imports)': new Set(),
  'arus(ambient-effects)': new Set(),
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'arus-import-rules-'));
  for (const { file, code } of [
    ...forbiddenImports,
    ...allowedImports,
    ...forbiddenEffects,
    ...allowedEffects,
  ]) {
    mkdirSync(join(directory, dirname(file)), { recursive: true });
    writeFileSync(join(directory, file), `${code}\n`);
  }
  const config = z
    .object({ env: z.unknown(), rules: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(join(projectRoot, '.oxlintrc.json'), 'utf8')));
  const configFile = join(directory, '.oxlintrc.json');
  writeFileSync(
    configFile,
    JSON.stringify({
      jsPlugins: [join(projectRoot, 'scripts/lint/plugin.ts')],
      env: config.env,
      categories: { correctness: 'off' },
      rules: Object.fromEntries(Object.entries(config.rules).filter(([name]) => name.startsWith('arus/'))),
    }),
  );
  const oxlint = join(projectRoot, 'node_modules/oxlint/bin/oxlint');
  const run = spawnSync(process.execPath, [oxlint, '--format=json', '.'], {
    cwd: directory,
    encoding: 'utf8',
  });
  const report = oxlintReport.parse(JSON.parse(run.stdout));
  for (const { code, filename } of report.diagnostics) {
    if (code === 'arus(layer-imports)' || code === 'arus(ambient-effects)') refused[code].add(filename);
  }
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('an import that crosses layers is refused', () => {
  test.each(forbiddenImports)('$file: $code', ({ file }) => {
    expect(refused['arus(layer-imports)']).toContain(file);
  });
  test.each(allowedImports)('but not the allowed $file', ({ file }) => {
    expect(refused['arus(layer-imports)']).not.toContain(file);
  });
});

describe('a clock, a timer, randomness or configuration that was not handed in is refused', () => {
  test.each(forbiddenEffects)('$file: $code', ({ file }) => {
    expect(refused['arus(ambient-effects)']).toContain(file);
  });
  test.each(allowedEffects)('but not the allowed $file', ({ file }) => {
    expect(refused['arus(ambient-effects)']).not.toContain(file);
  });
});

test('every layer has its rule, and the short names mean the same as in package.json', () => {
  const { imports } = z
    .object({ imports: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));
  const written = Object.fromEntries(
    Object.entries(aliases).map(([alias, folder]) => [`${alias}/*`, `./${folder}/*`]),
  );
  expect(imports).toEqual(written);
  expect(new Set(layers.map(({ folder }) => folder)).size).toBe(11);
});
