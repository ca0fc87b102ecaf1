/** What drizzle-kit reads, as it looks for tables among a module's exports: those of records are made, not written. */
module.exports = { ...require('./schema.ts'), ...require('./record-tables.ts').recordTables };
