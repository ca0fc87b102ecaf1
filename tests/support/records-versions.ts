import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './project.ts';

/** What makes today's program a later one: what is replaced in which file, by its URL. */
export type RecordsPatches = ReadonlyMap<string, readonly (readonly [from: string, to: string])[]>;

/** What today's program knows. */
const today = 3;

/** The type of work order that a later program brought. */
export const typeOfVersion = (version: number): string => `version_${version}`;

/**
 * The program that is the `version`-th from today's on, each of which brought another type of work order and so a
 * version of the records. No file is changed: the patches are for `patchedModule`, as the modules are loaded.
 */
export function recordsPatches(version: number): RecordsPatches {
  const later = Array.from({ length: version - 1 }, (_, index) => index + 2);
  const since = Object.fromEntries(later.map((each) => [typeOfVersion(each), today + each - 1]));
  return new Map(
    Object.entries({
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
    }).map(([file, each]) => [pathToFileURL(join(projectRoot, file)).href, each]),
  );
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
