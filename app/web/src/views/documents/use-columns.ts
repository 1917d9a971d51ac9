import { type Column, knownColumns, usualColumns } from '../../stores/documents/columns';
import { useWorkspace } from '../../ui/context';
import { pageWidth } from '../../ui/page';

/** The columns in the order in which they are shown: the user's, or the usual ones. */
export function useColumns(): readonly Column[] {
  const chosen = useWorkspace().preferences.value.value.columns;
  return knownColumns(chosen) ?? usualColumns(pageWidth.value);
}
