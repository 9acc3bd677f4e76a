// What can be done with a chart: zoom, select, read, save, copy.
import { useState, type ReactElement } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { LiveChart } from '../../../src/chart/js/live.js';
import type { Selection } from '../base/selection.ts';
import { tabbed } from '../base/table.ts';
import { address, getFile, saveFile } from '../data/api.ts';
import { useTheme } from '../data/settings.ts';
import type { Chart, ChartEntry } from '../data/types.ts';
import { Button, Menu } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Sized } from './sized.tsx';

export interface Asked {
  readonly entry: ChartEntry;
  readonly runs: readonly string[];
  /** The part of the requests that is shown. */
  readonly selection?: Selection;
}
export const WHOLE: Selection = {};

async function copyPicture(url: string): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': getFile(url) })]);
}

export function ChartTools({ entry, runs, selection = WHOLE, chart, drawn, asTable, setTable, onWhole, brush, onMark, onSaid }: Asked & {
  readonly chart: Chart | undefined;
  /** Ranges are selected in it. */
  readonly brush?: { readonly on: boolean; readonly set: (on: boolean) => void };
  readonly onMark?: () => void;
  /** Told what was done. */
  readonly onSaid: (text: string) => void;
  readonly drawn: LiveChart | undefined;
  readonly asTable: boolean;
  readonly setTable: (table: boolean) => void;
  readonly onWhole?: () => void;
}): ReactElement {
  const theme = useTheme();
  const file = (format: string, more: Record<string, string> = {}): string => address(`charts/${entry.id}/file`, { ...selection, runs, format, ...more });
  const [sizing, setSizing] = useState(false);
  const said = (done: Promise<void>, text: string): void => void done.then(() => onSaid(text)).catch(() => onSaid('The browser does not let this page copy'));
  return (
    <div className="tools" role="group" aria-label={`Tools of ${entry.title}`}>
      {drawn?.zooms && !asTable ? (
        <>
          <Button kind="plain" little icon="plus" label="Zoom in" onPress={() => drawn.zoom(2)} />
          <Button kind="plain" little icon="minus" label="Zoom out" onPress={() => drawn.zoom(0.5)} />
          <Button kind="plain" little icon="reset" label="Show the whole" onPress={() => drawn.reset()} />
        </>
      ) : null}
      {brush && drawn?.zooms && !asTable ? <Button kind="plain" little icon="select" label="Select a range" pressed={brush.on} onPress={() => brush.set(!brush.on)} /> : null}
      <DialogTrigger>
        <AriaButton className="button plain icon little" aria-label={`How to read: ${entry.title}`}>
          <Icon name="help" size={16} />
        </AriaButton>
        <Popover className="popover" placement="bottom end">
          <Dialog className="inside" aria-label="How to read this chart">
            <strong>{entry.question}</strong>
            <p>{entry.how_to_read}</p>
          </Dialog>
        </Popover>
      </DialogTrigger>
      <Button kind="plain" little icon="table" label={asTable ? 'Show the chart' : 'Show the figures'} pressed={asTable} onPress={() => setTable(!asTable)} />
      <Menu
        little
        icon="save"
        label="Save or copy"
        acts={[
          { id: 'png', name: 'Picture (PNG)', href: file('png', { theme }), download: `${entry.id}.png` },
          { id: 'svg', name: 'Drawing (SVG)', href: file('svg', { theme }), download: `${entry.id}.svg` },
          { id: 'pdf', name: 'Document (PDF)', href: file('pdf'), download: `${entry.id}.pdf` },
          { id: 'csv', name: 'Figures (CSV)', href: file('csv'), download: `${entry.id}.csv` },
          ...(drawn && !asTable ? [{ id: 'view', name: 'As it is shown now (SVG)', act: () => saveFile(`${entry.id}.svg`, new Blob([drawn.svg()], { type: 'image/svg+xml' })) }] : []),
          { id: 'sized', name: 'Picture of another size …', act: () => setSizing(true) },
          { id: 'copy', name: 'Copy the picture', act: () => said(copyPicture(file('png', { theme })), 'The picture is copied') },
          ...(chart ? [{ id: 'table', name: 'Copy the figures', act: () => said(navigator.clipboard.writeText(tabbed(chart.table.columns, chart.table.rows)), 'The figures are copied') }] : []),
          ...(onMark ? [{ id: 'mark', name: 'Write a remark', act: onMark }] : []),
          { id: 'link', name: 'Copy the link', act: () => said(navigator.clipboard.writeText(`${location.href.split('#')[0]}#${entry.id}`), 'The link is copied') },
        ]}
      />
      {onWhole ? <Button kind="plain" little icon="whole" label="Full screen" onPress={onWhole} /> : null}
      {sizing ? <Sized title={entry.title} file={(format, size) => file(format, { theme, size })} name={entry.id} onClose={() => setSizing(false)} /> : null}
    </div>
  );
}
