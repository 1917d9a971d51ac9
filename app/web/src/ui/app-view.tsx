import { useEffect, useMemo } from 'preact/hooks';
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import type { Me } from '../api/rows';
import { keepsSiteData } from '../browser/site-data';
import { t } from '../i18n';
import { problemText } from '../i18n/problems';
import { Workspace } from '../workspace';
import { shareAppearance } from './appearance';
import { type App, AppContext, useApp, WorkspaceContext } from './context';
import { Failed, Loading, NotFound } from './notices';
import { Login, ROUTES, SecondFactorFirst } from './screens';
import { focusContent, Shell } from './shell';
import { ToastList } from './toast-list';
import { takeNewVersion, watchVersion } from './version';
import { openViewerTab } from './viewer-tab';

export function AppView({ app }: { app: App }) {
  return (
    <AppContext.Provider value={app}>
      <LocationProvider>
        <Failed place="">
          <ErrorBoundary>
            <Screens />
          </ErrorBoundary>
        </Failed>
      </LocationProvider>
      <ToastList toasts={app.toasts} />
    </AppContext.Provider>
  );
}

function Screens() {
  const { session } = useApp();
  const state = session.state.value;
  if (state.kind === 'signed_out') return <Login ended={state.ended} />;
  if (state.kind !== 'signed_in') {
    return <Loading text={state.kind === 'unreachable' ? t('app.unreachable') : undefined} />;
  }
  if (state.user.secondFactorRequired) return <SecondFactorFirst />;
  return <SignedIn key={state.user.id} user={state.user} />;
}

function SignedIn({ user }: { user: Me }) {
  const workspace = useStartedWorkspace(user);
  const { path } = useLocation();
  return (
    <WorkspaceContext.Provider value={workspace}>
      <Shell>
        <Failed place={path}>
          <ErrorBoundary>
            <Router onRouteChange={focusContent}>
              {Object.entries(ROUTES).map(([at, component]) => (
                <Route key={at} path={at} component={component} />
              ))}
              <Route default component={NotFound} />
            </Router>
          </ErrorBoundary>
        </Failed>
      </Shell>
    </WorkspaceContext.Provider>
  );
}

function useStartedWorkspace(user: Me): Workspace {
  const { api, toasts } = useApp();
  const workspace = useMemo(() => {
    const made: Workspace = new Workspace(api, user, {
      onWaiting: (pdf) => toasts.show('info', t('opening.waiting', { name: pdf.fileName })),
      onReady: (pdf) =>
        toasts.show('success', t('opening.ready', { name: pdf.fileName }), {
          label: t('opening.open'),
          run: () => {
            const tab = openViewerTab(t('opening.title', { name: pdf.fileName }));
            void made.openings.open(made.documents.pdfs.get(pdf.id) ?? pdf, tab);
          },
        }),
      onFailed: (pdf, error) => toasts.show('error', `${pdf.fileName}: ${problemText(error)}`),
    });
    return made;
    // Another name or setting changes nothing here; other branches are other rows.
  }, [api, user.id, user.branchIds?.join(), toasts]);
  useEffect(() => {
    workspace.start();
    if (!keepsSiteData()) toasts.show('info', t('app.noSiteData'));
    const unshare = shareAppearance(workspace.preferences, toasts);
    const unwatch = watchVersion(() => {
      const take = { label: t('app.reload'), run: () => void takeNewVersion() };
      toasts.show('info', t('app.newVersion'), take);
    });
    return () => {
      unwatch();
      unshare();
      workspace.stop();
    };
  }, [workspace, toasts]);
  return workspace;
}
