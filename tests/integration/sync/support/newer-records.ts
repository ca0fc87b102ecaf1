import { registerHooks } from 'node:module';
import { patchedModule, recordsPatches } from '../../../support/records-versions.ts';

/** Loaded before one of our programs (`--import`), makes it a later one: it knows version ARUS_TEST_RECORDS of the records. */
const patches = recordsPatches(Number(process.env['ARUS_TEST_RECORDS']));

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    return patches.has(url) ? { ...loaded, source: patchedModule(url, loaded.source, patches) } : loaded;
  },
});
