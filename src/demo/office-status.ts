import { officeEndpoints } from '#shared/office/endpoints.ts';

/** What the office knows of its vessels, a line each; a line that says so when it does not answer. */
export async function officeLines(origin: string): Promise<readonly string[]> {
  try {
    const endpoint = officeEndpoints['vessels.list'];
    const response = await fetch(`${origin}${endpoint.path}`);
    const { items } = endpoint.output.parse(await response.json());
    return items.map(
      ({ name, online, changesHeld, changesWaitingAshore, workOrders, conflicts }) =>
        `${name}: ${online ? 'on the link' : 'offline'}, changes held ${changesHeld}, waiting ashore ${changesWaitingAshore}, orders outstanding ${workOrders.outstanding}, conflicts ${conflicts}`,
    );
  } catch (error) {
    return [`does not answer (${String(error)})`];
  }
}
