import { type ReactNode, useMemo } from 'react';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { linesOf } from '#shared/records/lines.ts';
import { formatCount } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { type ReachedDeclaration, kindsReachedFrom } from '../kinds.ts';
import type { RecordName, SeenDetail } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { LineSection } from './line-section.tsx';
import { useFirst } from './use-first.ts';
import { partWords } from './within.ts';

/** What stands under a record: its lines, and the records that are reached from it. */
export function RecordLines({ spec, record }: { spec: RecordDeclaration; record: SeenDetail }): ReactNode {
  const { entity } = spec;
  const lines = useMemo(() => linesOf(entity), [entity]);
  const reached = useMemo(() => kindsReachedFrom(entity), [entity]);
  return (
    <>
      {lines.map((line) => {
        const { items, total } = record.lines?.[line.entity] ?? { items: [], total: 0 };
        return (
          <LineSection
            key={line.entity}
            spec={line}
            field={line.parent}
            parentId={record.id}
            rows={items}
            mayEdit
            note={partWords(items.length, total, formatCount)}
          />
        );
      })}
      {reached.map((kind) => (
        <Reached key={kind.entity} spec={kind} record={record} />
      ))}
    </>
  );
}

const mostShown = 20;

function Reached({ spec, record }: { spec: ReachedDeclaration; record: RecordName }): ReactNode {
  const { listOf, openList } = useRecordSite();
  const first = useFirst(spec, record.id, mostShown);
  if (first === null) return null;
  const many = spec.names.many.toLowerCase();
  return (
    <LineSection
      spec={spec}
      field={spec.reachedFrom}
      parentId={record.id}
      rows={first.items}
      note={
        first.hasMore ? (
          <Button
            look="quiet"
            onClick={() => {
              listOf(spec.entity).narrow(spec.reachedFrom, [record.id]);
              openList(spec.entity);
            }}
          >
            {`Show all its ${many}`}
          </Button>
        ) : null
      }
    />
  );
}
