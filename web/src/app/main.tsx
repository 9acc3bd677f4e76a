// The dashboard: the one script that its page loads.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Component, StrictMode, type ReactElement, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-aria-components';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { Problem } from '../base/problem.ts';
import { Trouble } from '../widgets/surfaces.tsx';
import { Analyze } from '../views/analyze.tsx';
import { Compare } from '../views/compare.tsx';
import { Cost } from '../views/cost.tsx';
import { Glossary } from '../views/glossary.tsx';
import { Home } from '../views/home.tsx';
import { LaunchPage } from '../views/launch.tsx';
import { LivePage } from '../views/live.tsx';
import { MoreLink, Page } from '../views/page.tsx';
import { Reports } from '../views/reports.tsx';
import { Runs } from '../views/runs.tsx';
import { Settings } from '../views/settings.tsx';
import { Sql } from '../views/sql.tsx';
import { pageOf } from './pages.ts';
import { Shell } from './shell.tsx';
import '../widgets/tokens.css';
import '../widgets/widgets.css';
import '../views/views.css';
import '../views/analyze.css';
import '../views/cost.css';
import '../views/imports.css';
import '../views/live.css';
import '../views/launch.css';
import '../views/reports.css';
import './app.css';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      // What the server says of a wrong question it says again.
      retry: (failures, error) => failures < 2 && error instanceof Problem && error.code === 'no_server',
    },
  },
});

class Guard extends Component<{ readonly children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };
  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }
  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="page">
        <Trouble error={this.state.error} retry={() => this.setState({ error: undefined })} />
      </div>
    );
  }
}

function Nowhere(): ReactElement {
  return (
    <Page title="There is no such page">
      <p>The address may be mistyped, or of another version.</p>
      <div>
        <MoreLink href="/">Go to Home</MoreLink>
      </div>
    </Page>
  );
}

function Pages(): ReactElement {
  const [place, go] = useLocation();
  return (
    <RouterProvider navigate={(to) => go(to)}>
      <Shell>
        <Guard key={pageOf(place)?.place ?? place}>
          <Switch>
            <Route path="/" component={Home} />
            <Route path="/launch" component={LaunchPage} />
            <Route path="/live" component={LivePage} />
            <Route path="/runs" component={Runs} />
            <Route path="/analyze">
              <Redirect to={`/analyze/latency${location.search}`} replace />
            </Route>
            <Route path="/analyze/:tab">{({ tab }) => <Analyze tab={tab} />}</Route>
            <Route path="/compare" component={Compare} />
            <Route path="/cost" component={Cost} />
            <Route path="/reports" component={Reports} />
            <Route path="/sql" component={Sql} />
            <Route path="/glossary" component={Glossary} />
            <Route path="/settings" component={Settings} />
            <Route component={Nowhere} />
          </Switch>
        </Guard>
      </Shell>
    </RouterProvider>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Pages />
      </QueryClientProvider>
    </StrictMode>,
  );
}
