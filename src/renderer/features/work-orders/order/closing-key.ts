/** Under what is kept what somebody typed to sign an order off or to cancel it. */
export const closingKey = (id: string): string => `close/${id}`;
