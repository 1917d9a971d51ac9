import { IconDotsVertical } from '@tabler/icons-preact';
import { Popover } from './popover';

export interface MenuItem {
  /** Its test id. */
  id: string;
  label: string;
  run: () => void;
}

interface MenuProps {
  label: string;
  testId: string;
  items: readonly (MenuItem | false)[];
}

/** What can be done with a row. */
export function Menu({ label, testId, items }: MenuProps) {
  return (
    <Popover
      label={label}
      testId={testId}
      class="btn btn-icon btn-sm btn-ghost-secondary"
      button={<IconDotsVertical size={18} aria-hidden="true" />}
    >
      {(close) => (
        <div class="menu">
          {items.map(
            (item) =>
              item && (
                <button
                  key={item.id}
                  type="button"
                  class="menu-item"
                  data-testid={item.id}
                  onClick={() => {
                    close();
                    item.run();
                  }}
                >
                  {item.label}
                </button>
              ),
          )}
        </div>
      )}
    </Popover>
  );
}
