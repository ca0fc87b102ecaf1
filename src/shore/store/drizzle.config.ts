import { defineConfig } from 'drizzle-kit';

/** For `npm run db:generate`, which is the only one to read it. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/shore/store/schema-for-kit.cjs',
  out: './src/shore/store/migrations',
});
