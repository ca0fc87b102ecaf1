import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Loaded before one of our programs (`--import`), makes it a later one: it is the ARUS_TEST_RECORDS-th from
 * today's on, each of which brought another type of work order and so a version of the records. No file is changed.
 */
const version = Number(process.env['ARUS_TEST_RECORDS']);
/** What today's program knows. */
const today = 2;
const types = Array.from({ length: version - 1 }, (_, index) => `version_${index + 2}`);
const since = Object.fromEntries(types.map((type, index) => [type, today + index + 1]));

const patches: Record<string, readonly (readonly [from: string, to: string])[]> = {
  'src/shared/domain/work-order.ts': [
    [
      `export const workOrderTypes = ['planned',`,
      `export const workOrderTypes = [${types.map((type) => `'${type}', `).join('')}'planned',`,
    ],
    ['    type: text(),', `    type: { ...text(), valuesSince: ${JSON.stringify(since)} },`],
  ],
  'src/shared/domain/records.ts': [
    [`export const recordsVersion = ${today};`, `export const recordsVersion = ${today + version - 1};`],
  ],
};
const root = join(import.meta.dirname, '../../../..');
const byUrl = new Map(
  Object.entries(patches).map(([file, each]) => [pathToFileURL(join(root, file)).href, each]),
);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const changes = byUrl.get(url);
    if (changes === undefined) return loaded;
    const { source } = loaded;
    let text = typeof source === 'string' ? source : new TextDecoder().decode(source ?? new Uint8Array());
    for (const [from, to] of changes) {
      if (text.split(from).length !== 2) throw new Error(`${url} does not read '${from}' once`);
      text = text.replace(from, to);
    }
    return { ...loaded, source: text };
  },
});
