/** Which end of the link: the ship, or the office. */
export type Side = 'vessel' | 'shore';
