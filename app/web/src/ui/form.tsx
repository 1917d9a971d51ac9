import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../i18n';
import { problemText } from '../i18n/problems';

interface FormProps {
  /** The verb of the button. */
  submit: string;
  testId: string;
  /** Gets the fields by name, as the user left them. An error it throws is shown in the form. */
  onSubmit: (values: Values) => Promise<unknown>;
  /** With a way out, as in a dialog. */
  onCancel?: () => void;
  disabled?: boolean;
  danger?: boolean;
  children: ComponentChildren;
}

export type Values = { text: (name: string) => string; all: (name: string) => string[] };

/** A form that says what was wrong, and cannot be sent twice. */
export function Form(props: FormProps) {
  const error = useSignal<unknown>(null);
  const busy = useSignal(false);
  const submit = async (event: JSX.TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    busy.value = true;
    error.value = null;
    try {
      await props.onSubmit({
        text: (name) => String(data.get(name) ?? ''),
        all: (name) => data.getAll(name).map(String),
      });
    } catch (problem) {
      error.value = problem;
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="form" onSubmit={submit} data-testid={props.testId}>
      {error.value !== null && (
        <div class="note note-error" role="alert" data-testid="form-error">
          {problemText(error.value)}
        </div>
      )}
      {props.children}
      <div class="form-actions">
        {props.onCancel && (
          <button type="button" class="btn" onClick={props.onCancel}>
            {t('app.cancel')}
          </button>
        )}
        <button
          type="submit"
          class={props.danger ? 'btn btn-danger' : 'btn btn-primary'}
          disabled={busy.value || props.disabled}
          data-testid={`${props.testId}-submit`}
        >
          {props.submit}
        </button>
      </div>
    </form>
  );
}

interface FieldProps extends Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'label'> {
  name: string;
  label: string;
  hint?: string | undefined;
}

/** A labelled input; its test id is its name. */
export function Field({ label, hint, name, ...input }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="form-label" for={id}>
        {label}
      </label>
      <input
        {...input}
        id={id}
        name={name}
        class="form-control"
        aria-describedby={hint ? `${id}-hint` : undefined}
        data-testid={`field-${name}`}
      />
      {hint && (
        <p id={`${id}-hint`} class="form-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

interface SelectProps extends Omit<JSX.SelectHTMLAttributes<HTMLSelectElement>, 'label'> {
  name: string;
  label: string;
  options: readonly (readonly [value: string, text: string])[];
}

export function Select({ label, name, options, value, ...select }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="form-label" for={id}>
        {label}
      </label>
      <select {...select} id={id} name={name} class="form-select" data-testid={`field-${name}`}>
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
