import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './project.ts';

/** What makes today's program a later one: what is replaced in which file, by its URL. */
export type RecordsPatches = ReadonlyMap<string, readonly (readonly [from: string, to: string])[]>;

/** The type of work order that a version of the records brought. */
export const typeOfVersion = (version: number): string => `version_${version}`;

/**
 * A program that knows this version of the records, each of which, from the second on, brought another type of work
 * order. No file is changed: the patches are for `patchedModule`, as the modules are loaded.
 */
export function recordsPatches(version: number): RecordsPatches {
  const later = Array.from({ length: version - 1 }, (_, index) => index + 2);
  const since = Object.fromEntries(later.map((each) => [typeOfVersion(each), each]));
  return new Map(
    Object.entries({
      'src/shared/domain/work-order.ts': [
        [
          `export const workOrderTypes = ['planned',`,
          `export const workOrderTypes = [${later.map((each) => `'${typeOfVersion(each)}', `).join('')}'planned',`,
        ],
        ['    type: text(),', `    type: { ...text(), valuesSince: ${JSON.stringify(since)} },`],
      ] as const,
      'src/shared/domain/records.ts': [
        ['export const recordsVersion = 1;', `export const recordsVersion = ${version};`],
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
