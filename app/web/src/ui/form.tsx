import { useSignal } from '@preact/signals';
import { type ComponentChildren, createContext, type JSX } from 'preact';
import { useContext, useId } from 'preact/hooks';
import { ApiError } from '../api/problem';
import { t } from '../i18n';
import { fieldText, problemText } from '../i18n/problems';

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

/** What the server said of the form that is around. */
const Refusal = createContext<unknown>(null);

/** A form that says what was wrong and where, and cannot be sent twice. */
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
      <Refusal.Provider value={error.value}>{props.children}</Refusal.Provider>
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
  const wrong = useWrong(name);
  const about = [wrong && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(' ');
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
        aria-invalid={wrong ? true : undefined}
        aria-describedby={about || undefined}
        data-testid={`field-${name}`}
      />
      {wrong && (
        <p id={`${id}-wrong`} class="form-wrong" data-testid={`wrong-${name}`}>
          {wrong}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} class="form-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** Why the server refused a field, if it did. */
function useWrong(name: string): string | null {
  const error = useContext(Refusal);
  return error instanceof ApiError && name in error.fields ? fieldText(error, name) : null;
}

interface SelectProps extends Omit<JSX.SelectHTMLAttributes<HTMLSelectElement>, 'label'> {
  name: string;
  label: string;
  hint?: string | undefined;
  options: readonly (readonly [value: string, text: string])[];
}

export function Select({ label, hint, name, options, value, ...select }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="form-label" for={id}>
        {label}
      </label>
      <select
        {...select}
        id={id}
        name={name}
        class="form-select"
        aria-describedby={hint ? `${id}-hint` : undefined}
        data-testid={`field-${name}`}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
      {hint && (
        <p id={`${id}-hint`} class="form-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
