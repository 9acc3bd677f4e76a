// Everything that can be gone to or switched, by typing: Ctrl-K.
import { useState, type ReactElement } from 'react';
import { Autocomplete, Dialog, Input, ListBox, ListBoxItem, Modal, ModalOverlay, SearchField, useFilter } from 'react-aria-components';
import { useLocation } from 'wouter';
import { path } from '../base/query.ts';
import { TERMS } from '../base/words.ts';
import { useRuns } from '../data/queries.ts';
import { useSettings } from '../data/settings.ts';
import { Icon, type IconName } from '../widgets/icon.tsx';
import { TABS } from '../views/tabs.ts';
import { PAGES } from './pages.ts';

interface Item {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly icon: IconName;
  readonly act: () => void;
}

function useItems(): Item[] {
  const [, go] = useLocation();
  const runs = useRuns();
  const { mode, set } = useSettings();
  const items: Item[] = PAGES.filter((page) => !page.advanced || mode === 'advanced').map((page) => ({
    id: page.place,
    name: page.name,
    note: page.about,
    icon: page.icon,
    act: () => go(page.place),
  }));
  for (const tab of TABS) items.push({ id: `tab-${tab.id}`, name: `Analyze: ${tab.name}`, note: 'of the newest run', icon: 'analyze', act: () => go(`/analyze/${tab.id}`) });
  items.push(
    { id: 'mode', name: mode === 'simple' ? 'Show Advanced' : 'Show Simple', note: 'how much is shown', icon: 'settings', act: () => set({ mode: mode === 'simple' ? 'advanced' : 'simple' }) },
    { id: 'light', name: 'Light theme', note: 'look', icon: 'sun', act: () => set({ theme: 'light' }) },
    { id: 'dark', name: 'Dark theme', note: 'look', icon: 'moon', act: () => set({ theme: 'dark' }) },
    { id: 'system', name: 'Theme as the system', note: 'look', icon: 'system', act: () => set({ theme: 'system' }) },
  );
  for (const run of (runs.data ?? []).slice(0, 200)) {
    if (run.problem || run.live) continue;
    items.push({ id: `run-${run.id}`, name: run.id, note: run.targets.join(', '), icon: 'runs', act: () => go(path('/', { run: run.id })) });
  }
  for (const term of TERMS) items.push({ id: `term-${term.id}`, name: term.name, note: 'glossary', icon: 'glossary', act: () => go(`/glossary#${term.id}`) });
  return items;
}

function Body({ onClose }: { readonly onClose: () => void }): ReactElement {
  const items = useItems();
  const { contains } = useFilter({ sensitivity: 'base' });
  const [text, setText] = useState('');
  return (
    <div className="palette">
      <Autocomplete inputValue={text} onInputChange={setText} filter={contains}>
        <SearchField aria-label="Go to" autoFocus>
          <Input placeholder="Go to a page, a run, a term …" />
        </SearchField>
        <ListBox
          className="list"
          aria-label="Places"
          items={items}
          selectionMode="single"
          renderEmptyState={() => <div className="none">Nothing is called so.</div>}
          onAction={(key) => {
            onClose();
            items.find((item) => item.id === key)?.act();
          }}
        >
          {(item) => (
            <ListBoxItem id={item.id} textValue={`${item.name} ${item.note}`}>
              <Icon name={item.icon} size={16} />
              <span className="grow clip">{item.name}</span>
              <span className="muted clip">{item.note}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Autocomplete>
    </div>
  );
}

export function Palette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactElement {
  return (
    <ModalOverlay className="veil middle" isOpen={open} onOpenChange={(now) => now || onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog" aria-label="Go to">
          <Body onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
