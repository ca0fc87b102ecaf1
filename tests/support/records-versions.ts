import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './project.ts';

/** What makes today's program a later one: what is replaced in which file, by its URL. */
export type RecordsPatches = ReadonlyMap<string, readonly (readonly [from: string, to: string])[]>;

/** What today's program knows. */
const today = 3;

/** The type of work order that a later program brought. */
export const typeOfVersion = (version: number): string => `version_${version}`;

type Replaced = Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;

/** The program before today's: it knew no meters, and people wrote running hours into equipment. */
const before: Replaced = {
  'src/shared/records/catalogue.ts': [
    ['  meterSpec,\n  meterReadingSpec,\n', ''],
    [`export const recordsVersion = ${today};`, `export const recordsVersion = ${today - 1};`],
  ],
  'src/shared/records/equipment.ts': [[`merge: 'grows', retired: 3 }`, `merge: 'grows' }`]],
  'src/main/vessel/meters/take-over.ts': [['  start(): void {', '  start(): void {\n    return;']],
};

const byUrl = (replaced: Replaced): RecordsPatches =>
  new Map(
    Object.entries(replaced).map(([file, each]) => [pathToFileURL(join(projectRoot, file)).href, each]),
  );

/**
 * The program that is the `version`-th from today's on, each of which brought another type of work order and so a
 * version of the records; 0 is the one before. No file is changed: the patches are for `patchedModule`, as the modules are loaded.
 */
export function recordsPatches(version: number): RecordsPatches {
  if (version === 0) return byUrl(before);
  const later = Array.from({ length: version - 1 }, (_, index) => index + 2);
  const since = Object.fromEntries(later.map((each) => [typeOfVersion(each), today + each - 1]));
  return byUrl({
    'src/shared/records/work-order.ts': [
      [
        `  planned: 'Planned',`,
        `${later.map((each) => `  ${typeOfVersion(each)}: 'Of version ${each}',`).join('')}  planned: 'Planned',`,
      ],
      ['    type: { ...type, ', `    type: { ...type, valuesSince: ${JSON.stringify(since)}, `],
    ] as const,
    'src/shared/records/catalogue.ts': [
      [`export const recordsVersion = ${today};`, `export const recordsVersion = ${today + version - 1};`],
    ] as const,
  });
}

/** @throws where the text that is to be replaced is not there exactly once */
export function patchedModule(
  url: string,
  source: string | NodeJS.ArrayBufferView | ArrayBuffer | undefined,
  patches: RecordsPatches,
): string {
  let text = typeof source === 'string' ? source : new TextDecoder().decode(source ?? new Uint8Array());
  for (const [from, to] of patches.get(url) ?? []) {
    if (text.split(from).length !== 2) throw new Error(`${url} does not read '${from}' once`);
    text = text.replace(from, to);
  }
  return text;
}
