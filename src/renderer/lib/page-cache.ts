/** Rows of a long list by index, held page by page. Never changed in place: each change returns another one. */
export interface PageCache<Row> {
  at(index: number): Row | undefined;
  hasPage(page: number): boolean;
  /** The first held row that `matches`, with its index. */
  find(matches: (row: Row) => boolean): { row: Row; index: number } | undefined;
  withPage(page: number, rows: readonly Row[]): PageCache<Row>;
  /** With `rows` laid out from the start of `page` on; an empty list still counts as that page read. */
  withRows(page: number, rows: readonly Row[]): PageCache<Row>;
  withRow(index: number, row: Row): PageCache<Row>;
  /** With at most `most` pages, those farthest from `page` dropped. */
  keepingNear(page: number, most: number): PageCache<Row>;
}

/** An empty cache with pages of `pageSize` rows. */
export function createPageCache<Row>(pageSize: number): PageCache<Row> {
  return over(pageSize, new Map());
}

function over<Row>(pageSize: number, pages: ReadonlyMap<number, readonly Row[]>): PageCache<Row> {
  const withPages = (entries: Iterable<[number, readonly Row[]]>): PageCache<Row> =>
    over(pageSize, new Map([...pages, ...entries]));
  return {
    at: (index) => pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    hasPage: (page) => pages.has(page),
    find(matches) {
      for (const [page, rows] of pages) {
        const place = rows.findIndex(matches);
        const row = rows[place];
        if (row !== undefined) return { row, index: page * pageSize + place };
      }
      return undefined;
    },
    withPage: (page, rows) => withPages([[page, rows]]),
    withRows(page, rows) {
      const entries: [number, readonly Row[]][] = [[page, rows.slice(0, pageSize)]];
      for (let start = pageSize; start < rows.length; start += pageSize) {
        entries.push([page + start / pageSize, rows.slice(start, start + pageSize)]);
      }
      return withPages(entries);
    },
    withRow(index, row) {
      const page = Math.floor(index / pageSize);
      const rows = pages.get(page);
      return rows === undefined
        ? over(pageSize, pages)
        : withPages([[page, rows.with(index % pageSize, row)]]);
    },
    keepingNear(page, most) {
      if (pages.size <= most) return over(pageSize, pages);
      const nearest = [...pages].sort(([a], [b]) => Math.abs(a - page) - Math.abs(b - page)).slice(0, most);
      return over(pageSize, new Map(nearest));
    },
  };
}
