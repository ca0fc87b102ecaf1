/** Under what is kept what somebody typed to sign an order off or to cancel it. */
export const closingKey = (id: string): string => `close/${id}`;

/** The same of a note that is not added yet. */
export const noteKey = (id: string): string => `note/${id}`;
