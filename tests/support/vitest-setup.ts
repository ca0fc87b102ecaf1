import { afterAll } from 'vitest';
import { cleanUp } from './clean-up.ts';

// Vitest ends its workers in a way that runs no exit handler.
afterAll(cleanUp);
