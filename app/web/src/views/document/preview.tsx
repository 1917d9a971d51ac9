import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Pdf } from '../../api/rows';
import { t } from '../../i18n';
import { useApp } from '../../ui/context';

const WIDTH_PX = 800;

/** A picture of the first page; it is read with the token, so no address of it leaks. */
export function Preview({ pdf }: { pdf: Pdf }) {
  const { api } = useApp();
  const url = useSignal<string | null>(null);
  const failed = useSignal(false);
  const here = pdf.status === 'cached';
  useEffect(() => {
    if (!here) return;
    const abort = new AbortController();
    let made: string | null = null;
    failed.value = false;
    api
      .call(`/api/pdfs/${pdf.id}/preview`, { query: { width: WIDTH_PX }, signal: abort.signal })
      .then((response) => response.blob())
      .then((image) => {
        if (abort.signal.aborted) return;
        made = URL.createObjectURL(image);
        url.value = made;
      })
      .catch(() => {
        if (!abort.signal.aborted) failed.value = true;
      });
    return () => {
      abort.abort();
      url.value = null;
      if (made) URL.revokeObjectURL(made);
    };
  }, [api, pdf.id, here, url, failed]);
  return (
    <figure class="document-preview card">
      {url.value ? (
        <img
          src={url.value}
          alt={t('document.preview', { name: pdf.fileName })}
          data-testid="preview"
        />
      ) : (
        <figcaption>
          {!here
            ? t('document.noPreview')
            : t(failed.value ? 'document.previewFailed' : 'app.loading')}
        </figcaption>
      )}
    </figure>
  );
}
