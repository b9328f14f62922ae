import { mount } from 'svelte';
import App from './App.svelte';
import { alone } from './engine/place';
import { router } from './router.svelte';
import { app } from './state/app.svelte';
import { watchLatency } from './state/latency';
import { theme } from './state/theme.svelte';
import { language, preferred } from './texts/language.svelte';
import './styles/theme.css';
import './styles/page.css';
import './styles/print.css';

watchLatency();
theme.show();
router.start();
void app.load();
await language.show(preferred(router.others.l));
// A single file shows what was seen when it was saved, until the page runs.
const target = document.getElementById('page') as HTMLElement;
target.replaceChildren();
mount(App, { target });

// Offline after one load; only where it is served as built.
if (import.meta.env.PROD && !alone && 'serviceWorker' in navigator) {
  navigator.serviceWorker.register('./offline.js').catch(() => {
    // A frame or a file without a secure context: the page works, but not offline.
  });
}
