import { expect, test } from 'vitest';
import { ScriptedLink } from '#support/scripted-link.ts';
import { openTestVessel } from '#support/vessel.ts';

test('what people should know of how the link is set up comes to the screens', async () => {
  const { open } = new ScriptedLink();
  const warning = 'The password goes over the link in the clear.';
  const vessel = openTestVessel({ openLink: Object.assign(open, { warning }) });
  try {
    expect((await vessel.call('sync.status', {})).link.warning).toBe(warning);
  } finally {
    await vessel.node.close();
  }
});
