import * as nodeModule from 'node:module';

/*
 * For each import, Node 24 asks for the package that the file belongs to and parses that package's whole map of exports
 * anew. drizzle-orm's is 179 KB, and it imports its own files some hundreds of times: half a second of each start of a
 * program. What such a file imports from beside itself is a module of the same kind, and needs no asking.
 * (JavaScript, and careful, as whatever Node a test starts loads this.)
 */
nodeModule.registerHooks?.({
  resolve(specifier, context, next) {
    const from = context.parentURL ?? '';
    const isOwnFile = specifier.startsWith('.') && specifier.endsWith('.js') && from.endsWith('.js');
    if (!isOwnFile || !from.includes('/node_modules/drizzle-orm/')) return next(specifier, context);
    return { url: new URL(specifier, from).href, format: 'module', shortCircuit: true };
  },
});
