import { useMemo } from 'preact/hooks';
import { type Column, knownColumns, usualColumns } from '../../stores/documents/columns';
import { useWorkspace } from '../../ui/context';
import { pageWidth } from '../../ui/page';

/** The columns in the order in which they are shown: the user's, or the usual ones. */
export function useColumns(): readonly Column[] {
  const { columns: chosen } = useWorkspace().preferences.value.value;
  const known = useMemo(() => knownColumns(chosen), [chosen]);
  return known ?? usualColumns(pageWidth.value);
}
