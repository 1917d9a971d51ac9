import type { ComponentChildren } from 'preact';

interface SectionHeadProps {
  title: string;
  about: string;
  children?: ComponentChildren;
}

export function SectionHead({ title, about, children }: SectionHeadProps) {
  return (
    <header class="screen-header">
      <div>
        <h2 class="admin-title">{title}</h2>
        <p class="screen-about">{about}</p>
      </div>
      {children}
    </header>
  );
}
