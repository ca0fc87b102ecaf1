/** What the pane beside the list of a kind shows. */
export type OpenRecord = { kind: 'new' } | { kind: 'record'; id: string; editing: boolean };
