import { useEffect, type ReactElement } from 'react';
import { TERMS } from '../base/words.ts';
import { Card } from '../widgets/surfaces.tsx';
import { Page } from './page.tsx';

export function GlossaryList(): ReactElement {
  return (
    <dl className="glossary">
      {TERMS.map((term) => (
        <div key={term.id} id={term.id}>
          <dt>
            <strong>{term.name}</strong>
          </dt>
          <dd>{term.simple}</dd>
          <dd className="small muted">{term.exact}</dd>
          {term.example ? <dd className="small muted">For example: {term.example}</dd> : null}
        </div>
      ))}
    </dl>
  );
}

export function Glossary(): ReactElement {
  useEffect(() => {
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);
  return (
    <Page title="Glossary" note="Every word that is used here, in plain English">
      <Card>
        <GlossaryList />
      </Card>
    </Page>
  );
}
