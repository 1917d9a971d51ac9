import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface PanelProps {
  title: string;
  /** What stands beside the title. */
  aside?: ComponentChildren;
  /** Up to the edges: a table or a list. */
  flush?: boolean;
  children: ComponentChildren;
}

/** A titled part of a screen. */
export function Panel({ title, aside, flush, children }: PanelProps) {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id} class="panel-title">
          {title}
        </h2>
        {aside}
      </header>
      {flush ? children : <div class="panel-body">{children}</div>}
    </section>
  );
}
