import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export function Panel({ title, children }: { title: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="card document-panel" aria-labelledby={id}>
      <h2 id={id} class="document-panel-title">
        {title}
      </h2>
      {children}
    </section>
  );
}
