// What stands around every page.
import { useEffect, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Link, useLocation } from 'wouter';
import { path } from '../base/query.ts';
import { useQueryState } from '../data/place.ts';
import { useSettings, useTheme } from '../data/settings.ts';
import { Button, Menu } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Sheet } from '../widgets/surfaces.tsx';
import { GlossaryList } from '../views/glossary.tsx';
import { ModeSwitch } from '../views/mode_switch.tsx';
import { JobStrips } from '../views/job_strip.tsx';
import { pageOf, PAGES, type PageEntry } from './pages.ts';
import { Palette } from './palette.tsx';

function Mark(): ReactElement {
  return (
    <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
      <rect width="26" height="26" rx="7" style={{ fill: 'var(--info)' }} />
      <path d="M7 18.500V13M13 18.500V7.500M19 18.500v-8" style={{ stroke: 'var(--on-info)' }} strokeWidth="2.600" strokeLinecap="round" />
    </svg>
  );
}

/** How much is shown stands in the address too, so that who gets the link sees the same. */
function useModeInAddress(): void {
  const { mode, set } = useSettings();
  const [query, change] = useQueryState();
  const told = query['mode'] === 'simple' || query['mode'] === 'advanced' ? query['mode'] : undefined;
  const last = useRef(mode);
  useEffect(() => {
    const switched = last.current !== mode;
    last.current = mode;
    // What was just switched goes into the address; else a link that was opened is right.
    if (told !== undefined && told !== mode && !switched) set({ mode: told });
    else if (told !== mode) change({ mode }, { replace: true });
  }, [mode, told, set, change]);
}

/** The run that is looked at comes along. */
function Item({ page, current }: { readonly page: PageEntry; readonly current: boolean }): ReactElement {
  const [query] = useQueryState();
  const run = query['run'];
  const still = page.low || ['/runs', '/live', '/launch'].includes(page.place);
  const href = page.place === '/compare' ? path(page.place, { runs: run }) : still ? page.place : path(page.place, { run });
  return (
    <Link className="item" href={href} title={page.about} {...(current ? { 'aria-current': 'page' as const } : {})}>
      <Icon name={page.icon} size={20} />
      <span>{page.name}</span>
    </Link>
  );
}

function Navigation(): ReactElement {
  const [place] = useLocation();
  const advanced = useSettings((settings) => settings.mode === 'advanced');
  const current = pageOf(place);
  const pages = PAGES.filter((page) => !page.advanced || advanced || page === current);
  const items = (low: boolean): ReactNode => pages.filter((page) => Boolean(page.low) === low).map((page) => <Item key={page.place} page={page} current={page === current} />);
  return (
    <nav className="shell-nav" aria-label="Pages">
      <Link href="/" className="brand">
        <Mark />
        <span>Tokentrial</span>
      </Link>
      {items(false)}
      <div className="space" />
      {items(true)}
    </nav>
  );
}

/** Ctrl-K anywhere, and "?" outside of fields. */
function useKeys(onPalette: () => void, onHelp: () => void): void {
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onPalette();
      } else if (event.key === '?' && !(event.target instanceof HTMLElement && event.target.matches('input, textarea, [contenteditable]'))) {
        onHelp();
      }
    }
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [onPalette, onHelp]);
}

export function Shell({ children }: { readonly children: ReactNode }): ReactElement {
  const set = useSettings((settings) => settings.set);
  const theme = useTheme();
  const [place] = useLocation();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  useModeInAddress();
  useKeys(
    () => setPalette(true),
    () => setHelp(true),
  );
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => {
    if (!location.hash) scrollTo(0, 0);
  }, [place]);
  return (
    <div className="shell">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <Navigation />
      <div className="shell-main">
        <header className="top-bar">
          <AriaButton className="finder" aria-label="Go to a page, a run or a term" onPress={() => setPalette(true)}>
            <Icon name="search" size={16} />
            <span>Go to …</span>
            <kbd>Ctrl K</kbd>
          </AriaButton>
          <div className="line" style={{ flexWrap: 'nowrap' }}>
            <ModeSwitch />
            <Menu
              label="Theme"
              icon={theme === 'dark' ? 'moon' : 'sun'}
              acts={[
                { id: 'system', name: 'As the system', act: () => set({ theme: 'system' }) },
                { id: 'light', name: 'Light', act: () => set({ theme: 'light' }) },
                { id: 'dark', name: 'Dark', act: () => set({ theme: 'dark' }) },
              ]}
            />
            <Button kind="plain" icon="help" label="Help" onPress={() => setHelp(true)} />
          </div>
        </header>
        <JobStrips />
        <main ref={main} id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
      <Palette open={palette} onClose={() => setPalette(false)} />
      <Sheet where="side" open={help} onClose={() => setHelp(false)} title="Help">
        <div className="stack loose">
          <p>
            Home gives the answer and how sure it is. Every dotted word explains itself. <strong>Advanced</strong> adds figures, intervals, tests and checks. Links keep what you see: copy the address to share it with
            others on this machine.
          </p>
          <dl className="facts-list">
            <dt>
              <kbd>Ctrl K</kbd>
            </dt>
            <dd>go to a page, a run, a term</dd>
            <dt>
              <kbd>?</kbd>
            </dt>
            <dd>this help</dd>
            <dt>
              <kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> <kbd>← →</kbd>
            </dt>
            <dd>zoom, show the whole, move, in a chart; so does Ctrl with the wheel</dd>
            <dt>
              <kbd>↑ ↓</kbd> <kbd>Enter</kbd>
            </dt>
            <dd>go through requests, open one</dd>
          </dl>
          <h3>Glossary</h3>
          <GlossaryList />
        </div>
      </Sheet>
    </div>
  );
}
