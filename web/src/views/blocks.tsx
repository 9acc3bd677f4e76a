// Blocks of a report as parts of a page.
import { useState, type ReactElement } from 'react';
import type { Block, ReportSection, ReportTable, ReportTone, Text } from '../data/report.ts';
import type { Tone } from '../base/verdict.ts';
import { Button } from '../widgets/controls.tsx';
import { Notice } from '../widgets/surfaces.tsx';

const tone = (one: ReportTone): Tone => (one === 'plain' ? 'info' : one);

export function Spans({ text }: { readonly text: Text }): ReactElement {
  return (
    <>
      {text.map((span, i) => (span.code ? <code key={i}>{span.text}</code> : span.strong ? <strong key={i}>{span.text}</strong> : <span key={i}>{span.text}</span>))}
    </>
  );
}

function Table({ table, label }: { readonly table: ReportTable; readonly label: string }): ReactElement {
  return (
    <div className="stack tight">
      <div className="scroll" tabIndex={0} role="region" aria-label={table.title || label}>
        <table className="data">
          {table.title ? <caption>{table.title}</caption> : null}
          <thead>
            <tr>
              {table.columns.map((column, i) => (
                <th key={i} scope="col" className={column.right ? 'right' : ''}>
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, r) => (
              <tr key={r}>
                {row.map((cell, i) => {
                  const classes = [table.columns[i]?.right ? 'right' : '', cell.tone === 'plain' ? '' : cell.tone].filter(Boolean).join(' ');
                  return i === 0 ? (
                    <th key={i} scope="row" className={classes}>
                      {cell.text}
                    </th>
                  ) : (
                    <td key={i} className={classes}>
                      {cell.text}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.note ? <p className="small muted">{table.note}</p> : null}
    </div>
  );
}

function Bullets({ items, most }: { readonly items: readonly Text[]; readonly most: number | undefined }): ReactElement {
  const [all, setAll] = useState(false);
  const shown = all || most === undefined || items.length <= most + 1 ? items : items.slice(0, most);
  return (
    <>
      <ul className="told-list">
        {shown.map((item, i) => (
          <li key={i}>
            <Spans text={item} />
          </li>
        ))}
      </ul>
      {shown.length < items.length ? (
        <div>
          <Button little onPress={() => setAll(true)}>
            Show {items.length - shown.length} more
          </Button>
        </div>
      ) : null}
    </>
  );
}

function One({ block, label, most }: { readonly block: Block; readonly label: string; readonly most: number | undefined }): ReactElement | null {
  switch (block.block) {
    case 'paragraph':
      return (
        <p>
          <Spans text={block.text} />
        </p>
      );
    case 'bullets':
      return <Bullets items={block.items} most={most} />;
    case 'callout':
      return (
        <Notice tone={tone(block.tone)} title={block.title}>
          {block.text.length > 0 ? (
            <p className="small">
              <Spans text={block.text} />
            </p>
          ) : null}
        </Notice>
      );
    case 'table':
      return <Table table={block} label={label} />;
    default:
      return null;
  }
}

export function Blocks({ section, most }: { readonly section: ReportSection; /** Of bullets; the rest on demand. */ readonly most?: number | undefined }): ReactElement {
  return (
    <div className="stack">
      {section.blocks.map((block, i) => (
        <One key={i} block={block} label={section.title} most={most} />
      ))}
    </div>
  );
}
