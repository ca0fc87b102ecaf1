import { databaseCode, databaseMessage } from './database-error.ts';
import { DatabaseRefused } from './database-refused.ts';

const where = 'in --database-file, DATABASE_URL or --database';
/** What TLS says of a server that is not who we may trust. */
const distrusted = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/;

/**
 * Why a database that answers cannot be used, however long one waits, in words for whoever starts the gateway; null
 * where waiting may help. Asked at the start alone: one that goes away while the gateway runs may come back.
 */
export function startRefusal(error: unknown): DatabaseRefused | null {
  if (error instanceof DatabaseRefused) return error;
  const code = databaseCode(error);
  const said = databaseMessage(error).replace(/\.$/, '');
  if (code === '28P01' || /^SASL: .*password/.test(said))
    return new DatabaseRefused(
      'not_let_in',
      `The database does not take the password (${said}). Correct it ${where} and start again.`,
      error,
    );
  if (code === '28000')
    return new DatabaseRefused(
      'not_let_in',
      `The database does not let this gateway in (${said}). Correct the user ${where}, or have the server let it in, and start again.`,
      error,
    );
  if (code === '3D000')
    return new DatabaseRefused(
      'no_database',
      `The server has no such database (${said}). Have it made, or correct its name ${where}, and start again.`,
      error,
    );
  if (code === '42501')
    return new DatabaseRefused(
      'no_rights',
      `The gateway's user may not set up its tables (${said}). Nothing was changed. Make it the owner of the database, or grant it CREATE on the schema, and start again.`,
      error,
    );
  if (distrusted.test(code) || /does not support SSL/i.test(said))
    return new DatabaseRefused(
      'not_let_in',
      `The way to the database cannot be trusted (${said}). Correct sslmode and the certificates ${where} and start again.`,
      error,
    );
  return null;
}
