import type { ComponentChildren } from 'preact';

/** One fact of a `dl.facts`. What is not known is not shown. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (!children) return null;
  return (
    <div class="facts-item">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
