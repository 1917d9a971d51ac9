import '@tabler/core/dist/css/tabler.min.css';
import './styles/index.css';
import { render } from 'preact';
import { ApiClient } from './api/client';
import { SessionStore } from './stores/session';
import { Toasts } from './stores/toasts';
import { AppView } from './ui/app-view';
import { startPage } from './ui/page';
import { installPage } from './ui/version';

startPage();
installPage();
const api = new ApiClient();
const session = new SessionStore(api);
void session.restore();
const root = document.getElementById('app');
if (root) render(<AppView app={{ api, session, toasts: new Toasts() }} />, root);
