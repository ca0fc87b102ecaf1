/** Name of the database file within a node's data directory. */
export const databaseFileName = 'arus.db';
