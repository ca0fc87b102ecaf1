/** A part of the source that runs in one place and may use only what exists there. */
export interface Layer {
  /** Folder from the root of the project, with `/`. */
  folder: string;
  /** Other layers that its files may import. */
  layers: readonly string[];
  /** Layers that only its composition roots may import. */
  rootLayers?: readonly string[];
  /** When given, the only packages it may import (`node:` modules included). */
  onlyPackages?: readonly RegExp[];
  /** Packages and `node:` modules it may not import. */
  notPackages?: readonly RegExp[];
}

const anyNodeModule = /^node:/;
const electron = /^electron($|\/)/;
const react = /^(react|react-dom|zustand|@base-ui\/react|lucide-react)($|\/)/;
const httpServer = /^(fastify|@fastify\/.+|ws|node:https?|node:http2)$/;
const mqtt = /^(mqtt|aedes)($|\/)/;
const sqlite = /^(better-sqlite3|drizzle-orm\/better-sqlite3)($|\/)/;
const postgres = /^(pg|@electric-sql\/pglite|drizzle-orm\/(node-postgres|pg-proxy|pglite|pg-core))($|\/)/;

/** The layers of the design, in the order in which they may use one another. */
export const layers = [
  {
    folder: 'src/shared',
    layers: [],
    onlyPackages: [/^zod($|\/)/, /^uuid$/, /^@noble\/hashes\//],
  },
  {
    folder: 'src/files',
    layers: [],
    onlyPackages: [/^node:(fs|path)$/],
  },
  {
    folder: 'src/link',
    layers: ['src/shared', 'src/files'],
    notPackages: [electron, react, httpServer, sqlite, postgres],
  },
  {
    folder: 'src/folder-lock',
    layers: [],
    onlyPackages: [/^node:fs$/, /^better-sqlite3$/],
  },
  {
    folder: 'src/main/vessel',
    layers: ['src/shared', 'src/files'],
    notPackages: [electron, react, httpServer, mqtt, postgres],
  },
  {
    folder: 'src/main/station',
    layers: ['src/main/vessel', 'src/shared', 'src/files'],
    rootLayers: ['src/link'],
    notPackages: [electron, react, sqlite, postgres],
  },
  {
    folder: 'src/main/electron',
    layers: ['src/shared', 'src/files'],
    // The program of the vessel's process; the thread that moves the windows runs nothing of the node.
    rootLayers: ['src/link', 'src/main/vessel'],
    notPackages: [react, sqlite, postgres],
  },
  {
    folder: 'src/preload',
    layers: ['src/shared'],
    onlyPackages: [electron, /^zod($|\/)/],
  },
  {
    folder: 'src/renderer',
    layers: ['src/shared'],
    notPackages: [electron, anyNodeModule, httpServer, mqtt, sqlite, postgres, /^drizzle-orm/, /^pino/],
  },
  {
    folder: 'src/shore',
    layers: ['src/shared'],
    rootLayers: ['src/link', 'src/folder-lock'],
    notPackages: [electron, react, sqlite, mqtt],
  },
  {
    folder: 'src/demo',
    layers: ['src/shared', 'src/link', 'src/folder-lock', 'src/main/vessel', 'src/main/station', 'src/shore'],
    notPackages: [electron, react],
  },
] as const satisfies readonly Layer[];

/** What `#name/` in an import stands for; the same as `imports` in package.json. */
export const aliases: Readonly<Record<string, string>> = {
  '#shared': 'src/shared',
  '#files': 'src/files',
  '#link': 'src/link',
  '#folder-lock': 'src/folder-lock',
  '#vessel': 'src/main/vessel',
  '#station': 'src/main/station',
  '#shore': 'src/shore',
  '#support': 'tests/support',
};

/** Takes a path from the root of the project; the layer it lies in, or null outside of all. */
export function layerOf(path: string): Layer | null {
  return layers.find(({ folder }) => path === folder || path.startsWith(`${folder}/`)) ?? null;
}

/** The files that build a program and hand its parts their clock, randomness, network and disk. */
export function isCompositionRoot(path: string): boolean {
  return path === 'src/main/electron/main.ts' || path.endsWith('-program.ts');
}

/** Folders that move changes, whatever they are changes of. */
const changeFolders = [
  'src/shared/sync',
  'src/main/vessel/sync',
  'src/main/vessel/store/journal',
  'src/main/vessel/store/records',
  'src/main/vessel/store/verify',
  'src/shore/base',
  'src/shore/compare',
  'src/shore/gateway',
  'src/shore/ingest',
  'src/shore/journal',
  'src/shore/snapshot',
  'src/shore/sync',
  'src/shore/verify',
];

/** Files of the records' folder that name no single kind. */
const ofEveryRecord = [
  'catalogue',
  'define-record',
  'doubled-number',
  'field-names',
  'lists',
  'new-record',
  'numbered',
  'record',
  'record-number',
  'record-version',
  'references',
];

/** Takes paths from the root of the project; whether what moves changes imports the declaration of one kind of record. */
export function isOneKindInChanges(file: string, target: string): boolean {
  const [, name] = /^src\/shared\/records\/(.+)\.ts$/.exec(target) ?? [];
  return (
    name !== undefined &&
    !ofEveryRecord.includes(name) &&
    changeFolders.some((folder) => file.startsWith(`${folder}/`))
  );
}
