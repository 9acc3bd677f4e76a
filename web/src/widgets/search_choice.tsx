// One of many that is found by typing a part of its name, or of what is said about it.
import { useState, type ReactElement, type ReactNode } from 'react';
import { Button as AriaButton, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import { Icon } from './icon.tsx';

export interface Found {
  readonly id: string;
  readonly name: string;
  /** Stands on the right, as a price. */
  readonly note: string;
  /** Lines below the name. */
  readonly about: readonly string[];
}

interface SearchChoiceProps {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly hint: string;
  readonly options: readonly Found[];
  readonly value: string | undefined;
  /** Said below it. */
  readonly help?: ReactNode;
  readonly wrong?: boolean;
  /** undefined: none, as the text was taken away. */
  readonly onChange: (id: string | undefined) => void;
}

const holds = (one: Found, words: readonly string[]): boolean => {
  const text = [one.name, ...one.about].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
};

export function SearchChoice({ label, hideLabel = false, hint, options, value, help, wrong = false, onChange }: SearchChoiceProps): ReactElement {
  const nameOf = (id: string | undefined): string => options.find((one) => one.id === id)?.name ?? id ?? '';
  const [typed, setTyped] = useState<string>();
  const text = typed ?? nameOf(value);
  const words = typed === undefined ? [] : typed.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = options.filter((one) => holds(one, words));
  return (
    <ComboBox
      className="field search-choice"
      {...(hideLabel ? { 'aria-label': label } : {})}
      items={shown}
      selectedKey={options.some((one) => one.id === value) ? (value ?? null) : null}
      inputValue={text}
      isInvalid={wrong}
      menuTrigger="focus"
      allowsEmptyCollection
      allowsCustomValue
      onInputChange={(next) => {
        setTyped(next === nameOf(value) ? undefined : next);
        if (next === '' && value !== undefined) onChange(undefined);
      }}
      onSelectionChange={(key) => {
        setTyped(undefined);
        if (key !== null && key !== value) onChange(String(key));
      }}
      onBlur={() => setTyped(undefined)}
    >
      {hideLabel ? null : <Label>{label}</Label>}
      <span className="search-box">
        <Input className="input" placeholder={hint} spellCheck="false" />
        <AriaButton className="open" aria-label={`All: ${label}`}>
          <Icon name="down" size={16} />
        </AriaButton>
      </span>
      {help ? (
        <Text slot="description" className={`help${wrong ? ' bad' : ''}`}>
          {help}
        </Text>
      ) : null}
      <Popover className="popover wide">
        <ListBox<Found> className="list" renderEmptyState={() => <p className="none">None of them has this in its name.</p>}>
          {(one) => (
            <ListBoxItem id={one.id} textValue={one.name} className="told">
              <span className="line between">
                <strong>{one.name}</strong>
                <span className="num">{one.note}</span>
              </span>
              {one.about.map((line) => (
                <span key={line} className="muted">
                  {line}
                </span>
              ))}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
