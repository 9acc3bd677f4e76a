// A chart as a picture of the reader's own size.
import { useState, type ReactElement } from 'react';
import { Switch } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Sheet } from '../widgets/surfaces.tsx';

const FORMATS = [
  { id: 'png', name: 'PNG' },
  { id: 'svg', name: 'SVG' },
  { id: 'pdf', name: 'PDF' },
] as const;
type Format = (typeof FORMATS)[number]['id'];

export function Sized(props: { readonly title: string; readonly name: string; readonly file: (format: Format, size: string) => string; readonly onClose: () => void }): ReactElement {
  const [width, setWidth] = useState('1600');
  const [height, setHeight] = useState('900');
  const [format, setFormat] = useState<Format>('png');
  const good = [width, height].every((one) => Number.isInteger(Number(one)) && Number(one) >= 300 && Number(one) <= 8000);
  return (
    <Sheet where="middle" open onClose={props.onClose} title={props.title}>
      <div className="stack">
        <div className="filters">
          <label className="field">
            <span className="label">Width, pixels</span>
            <input className="input" inputMode="numeric" aria-invalid={!good} value={width} onChange={(event) => setWidth(event.target.value.trim())} />
          </label>
          <label className="field">
            <span className="label">Height, pixels</span>
            <input className="input" inputMode="numeric" aria-invalid={!good} value={height} onChange={(event) => setHeight(event.target.value.trim())} />
          </label>
          <Switch label="Format" options={FORMATS} value={format} onChange={setFormat} />
        </div>
        {good ? (
          <div>
            <a className="button main" href={props.file(format, `${width}x${height}`)} download={`${props.name}.${format}`}>
              <Icon name="save" size={16} />
              Save
            </a>
          </div>
        ) : (
          <p className="small bad">Whole numbers from 300 to 8000.</p>
        )}
      </div>
    </Sheet>
  );
}
