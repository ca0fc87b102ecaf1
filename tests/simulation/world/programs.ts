import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '#support/project.ts';
import { patchedModule, recordsPatches } from '#support/records-versions.ts';

/** The ship's and the office's program, of one version of the records: what the simulation calls of them. */
export interface Programs {
  startNode: typeof import('#vessel/vessel-node.ts').startNode;
  writeOnBoard: typeof import('#vessel/store/record-and-publish.ts').recordAndPublish;
  createOnBoard: typeof import('#vessel/store/record-and-publish.ts').createAndPublish;
  verifyOnBoard: typeof import('#vessel/store/verify/verify.ts').verifyConnection;
  Gateway: typeof import('#shore/gateway/gateway.ts').Gateway;
  applyWaiting: typeof import('#shore/ingest/apply-waiting.ts').applyWaiting;
  writeAshore: typeof import('#shore/record-and-publish.ts').recordAndPublish;
  ShoreFailure: typeof import('#shore/failure.ts').ShoreFailure;
}

/** Today's version of the records, and one that is to come. */
export type RecordsVersion = 1 | 2;
export const newest: RecordsVersion = 2;

const query = '?records=2';
const source = pathToFileURL(join(projectRoot, 'src/')).href;
const patches = recordsPatches(newest);

// A module of the newer program asks for the newer of every other: so both are in this process, each whole.
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const isNewer = context.parentURL?.endsWith(query) === true && resolved.url.startsWith(source);
    return isNewer && !resolved.url.endsWith(query) ? { ...resolved, url: resolved.url + query } : resolved;
  },
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const file = url.endsWith(query) ? url.slice(0, -query.length) : null;
    if (file === null || !patches.has(file)) return loaded;
    return { ...loaded, source: patchedModule(file, loaded.source, patches) };
  },
});

async function programs(suffix: string): Promise<Programs> {
  const load = (file: string): Promise<unknown> => import(`${source}${file}${suffix}`);
  const [vessel, onBoard, verify, gateway, waiting, ashore, failure] = (await Promise.all([
    load('main/vessel/vessel-node.ts'),
    load('main/vessel/store/record-and-publish.ts'),
    load('main/vessel/store/verify/verify.ts'),
    load('shore/gateway/gateway.ts'),
    load('shore/ingest/apply-waiting.ts'),
    load('shore/record-and-publish.ts'),
    load('shore/failure.ts'),
  ])) as [
    typeof import('#vessel/vessel-node.ts'),
    typeof import('#vessel/store/record-and-publish.ts'),
    typeof import('#vessel/store/verify/verify.ts'),
    typeof import('#shore/gateway/gateway.ts'),
    typeof import('#shore/ingest/apply-waiting.ts'),
    typeof import('#shore/record-and-publish.ts'),
    typeof import('#shore/failure.ts'),
  ];
  return {
    startNode: vessel.startNode,
    writeOnBoard: onBoard.recordAndPublish,
    createOnBoard: onBoard.createAndPublish,
    verifyOnBoard: verify.verifyConnection,
    Gateway: gateway.Gateway,
    applyWaiting: waiting.applyWaiting,
    writeAshore: ashore.recordAndPublish,
    ShoreFailure: failure.ShoreFailure,
  };
}

export const programsOf: Readonly<Record<RecordsVersion, Programs>> = {
  1: await programs(''),
  2: await programs(query),
};
