// A chart of a run that is watched as a file: what it shows at that moment.
import type { RunningChart, RunningLine } from '../../../src/chart/js/running.js';
import { csvOf } from '../base/csv.ts';
import { seconds } from '../base/format.ts';
import { saveFile } from '../data/api.ts';
import type { LiveRun } from '../data/live_run.ts';

interface Shown {
  readonly id: string;
  readonly title: string;
  readonly kind: 'time' | 'distribution' | 'lanes';
  readonly unit: 'number' | 'percent';
}

const nameOf = (run: LiveRun, shown: Shown, ending: string): string => `${run.id || 'run'}-${shown.id}.${ending}`;

export function savePicture(chart: RunningChart, shown: Shown, run: LiveRun): void {
  const note = `${run.id}, ${run.ended ? 'ended after' : 'after'} ${seconds(run.now)}`;
  chart.picture(shown.title, note).toBlob((made) => made && saveFile(nameOf(run, shown, 'png'), made), 'image/png');
}

/** What the columns beside the line's name are. */
function columnsOf(shown: Shown): readonly string[] {
  if (shown.kind === 'lanes') return ['start_s', 'end_s', 'lane'];
  if (shown.kind === 'distribution') return ['about_ms', 'share'];
  return ['time_s', shown.unit === 'percent' ? 'share' : 'value'];
}

export function saveFigures(shown: Shown, run: LiveRun, lines: readonly RunningLine[]): void {
  const rows = lines.flatMap((line) => line.rows.map((row) => [line.name, ...row]));
  saveFile(nameOf(run, shown, 'csv'), new Blob([csvOf(['target', ...columnsOf(shown)], rows)], { type: 'text/csv' }));
}
