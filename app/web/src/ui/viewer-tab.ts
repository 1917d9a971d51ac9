import { formatPercent } from '../i18n/format';
import type { ViewerTab } from '../stores/openings';

/** A file's URL must outlive the moment in which the tab or the download takes it. */
const URL_KEPT_MS = 60_000;

/**
 * Opens an empty tab at once, within the click that the browser allows it for, and shows the file
 * in it when it is here.
 */
export function openViewerTab(title: string): ViewerTab {
  const tab = window.open('', '_blank');
  const text = tab && writeWaitingPage(tab.document, title);
  return {
    waiting(fraction) {
      if (text) text.textContent = `${title} ${formatPercent(fraction)}`;
    },
    show(file) {
      if (!tab || tab.closed) return false;
      tab.location.replace(temporaryUrl(file));
      return true;
    },
    close() {
      tab?.close();
    },
  };
}

export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = temporaryUrl(file);
  link.download = name;
  link.click();
}

function temporaryUrl(file: Blob): string {
  const url = URL.createObjectURL(file);
  setTimeout(() => URL.revokeObjectURL(url), URL_KEPT_MS);
  return url;
}

function writeWaitingPage(page: Document, title: string): HTMLElement {
  page.title = title;
  page.documentElement.style.colorScheme = 'light dark';
  const text = page.createElement('p');
  text.setAttribute('role', 'status');
  text.textContent = title;
  text.style.cssText = 'font: 1rem system-ui; margin: 20vh auto; text-align: center';
  page.body.replaceChildren(text);
  return text;
}
