import { type Signal, useSignal } from '@preact/signals';
import { IconFileSearch } from '@tabler/icons-preact';
import { useEffect } from 'preact/hooks';
import { FIELD_NAMES, type FieldDetails, type FieldName, type Pdf } from '../../api/rows';
import { t } from '../../i18n';
import { useApp } from '../../ui/context';

const WIDTH_PX = 1000;

interface PreviewProps {
  pdf: Pdf;
  fields: FieldDetails;
  shown: Signal<FieldName | null>;
}

/** A picture of the first page, with the places where the fields were read. */
export function Preview({ pdf, fields, shown }: PreviewProps) {
  const { url, failed } = usePicture(pdf);
  if (url === null) {
    const here = pdf.status === 'cached';
    return (
      <figure class="document-preview card">
        <figcaption>
          <IconFileSearch size={40} stroke={1.25} aria-hidden="true" />
          <p>
            {here ? t(failed ? 'document.previewFailed' : 'app.loading') : t('document.noPreview')}
          </p>
        </figcaption>
      </figure>
    );
  }
  return (
    <figure class="document-preview card">
      <div class="page">
        <img src={url} alt={t('document.preview', { name: pdf.fileName })} data-testid="preview" />
        {FIELD_NAMES.map((name) => (
          <Mark key={name} name={name} fields={fields} shown={shown} />
        ))}
      </div>
    </figure>
  );
}

interface MarkProps {
  name: FieldName;
  fields: FieldDetails;
  shown: Signal<FieldName | null>;
}

function Mark({ name, fields, shown }: MarkProps) {
  const evidence = fields[name]?.evidence;
  if (evidence?.page !== 1 || !evidence.box) return null;
  const [left = 0, top = 0, right = 0, bottom = 0] = evidence.box;
  const percent = (fraction: number) => `${fraction * 100}%`;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list of fields beside says the same
    <span
      class={shown.value === name ? 'page-mark page-mark-shown' : 'page-mark'}
      style={{
        left: percent(left),
        top: percent(top),
        width: percent(right - left),
        height: percent(bottom - top),
      }}
      title={t(`document.field.${name}`)}
      data-testid={`mark-${name}`}
      onMouseEnter={() => {
        shown.value = name;
      }}
      onMouseLeave={() => {
        shown.value = null;
      }}
    />
  );
}

/** The picture is read with the token, so no address of it leaks. */
function usePicture(pdf: Pdf): { url: string | null; failed: boolean } {
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
  return { url: url.value, failed: failed.value };
}
