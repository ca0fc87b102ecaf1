import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { verifyConnection } from '#vessel/store/verify/verify.ts';
import { Ship, steps } from './ship-with-a-queue.ts';

describe('the outbox', () => {
  test('is the journal beyond what shore has acknowledged, whatever was sent, promoted, lost or renamed', () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 5, maxLength: 40, size: 'max' }), (script) => {
        const ship = new Ship();
        // Nothing here is about power cuts, and waiting for the disk takes most of the time.
        ship.opened.connection.pragma('synchronous = OFF');
        try {
          for (const step of script) {
            ship.do(step);
            ship.look();
          }
          const waiting = ship.store.outbox.counts().depth;
          expect(verifyConnection(ship.opened.connection)).toMatchObject({ ok: true, waiting });
        } finally {
          ship.opened.close();
        }
      }),
      runs(40),
    );
  });
});
