// What is pressed, chosen and typed into.
import type { ReactElement, ReactNode } from 'react';
import {
  Button as AriaButton,
  Checkbox,
  ListBox,
  ListBoxItem,
  Menu as AriaMenu,
  MenuItem,
  MenuTrigger,
  Popover,
  Radio,
  RadioGroup,
  Select,
  SelectValue,
  Label,
  ToggleButton,
  ToggleButtonGroup,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  readonly children?: ReactNode;
  readonly icon?: IconName;
  /** What an icon alone means. */
  readonly label?: string;
  readonly kind?: 'main' | 'plain' | 'danger';
  readonly little?: boolean;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly type?: 'button' | 'submit';
  readonly onPress?: () => void;
}

export function Button(props: ButtonProps): ReactElement {
  const classes = ['button', props.kind ?? '', props.little ? 'little' : '', props.children === undefined ? 'icon' : ''];
  const made = (
    <AriaButton
      className={classes.filter(Boolean).join(' ')}
      isDisabled={props.disabled ?? false}
      type={props.type ?? 'button'}
      {...(props.label ? { 'aria-label': props.label } : {})}
      {...(props.pressed === undefined ? {} : { 'aria-pressed': props.pressed })}
      {...(props.onPress ? { onPress: props.onPress } : {})}
    >
      {props.icon ? <Icon name={props.icon} size={props.little ? 16 : 18} /> : null}
      {props.children}
    </AriaButton>
  );
  if (!props.label || props.children !== undefined) return made;
  return (
    <TooltipTrigger delay={400}>
      {made}
      <Tooltip className="bubble" offset={6}>
        {props.label}
      </Tooltip>
    </TooltipTrigger>
  );
}

export interface Option<T extends string> {
  readonly id: T;
  readonly name: string;
  readonly note?: string;
}

/** Two or three choices, all seen. */
export function Switch<T extends string>(props: {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}): ReactElement {
  return (
    <ToggleButtonGroup
      className="switch"
      aria-label={props.label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[props.value]}
      onSelectionChange={(keys) => {
        const [key] = [...keys];
        if (key !== undefined) props.onChange(key as T);
      }}
    >
      {props.options.map((option) => (
        <ToggleButton key={option.id} id={option.id}>
          {option.name}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** One of many. */
export function Choice<T extends string>(props: {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly options: readonly Option<T>[];
  readonly value: T | undefined;
  /** What stands there while nothing is chosen. */
  readonly hint?: string;
  readonly onChange: (value: T) => void;
}): ReactElement {
  return (
    <Select
      className="field"
      {...(props.hint ? { placeholder: props.hint } : {})}
      {...(props.hideLabel ? { 'aria-label': props.label } : {})}
      selectedKey={props.value ?? null}
      onSelectionChange={(key) => key !== null && props.onChange(key as T)}
    >
      {props.hideLabel ? null : <Label>{props.label}</Label>}
      <AriaButton className="choice">
        <SelectValue />
        <Icon name="down" size={16} />
      </AriaButton>
      <Popover className="popover">
        <ListBox className="list" items={props.options}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.name}>
              <span className="grow">{option.name}</span>
              {option.note ? <span className="muted">{option.note}</span> : null}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}

export function Check(props: {
  readonly children?: ReactNode;
  readonly label?: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactElement {
  return (
    <Checkbox
      className="check"
      isSelected={props.checked}
      isDisabled={props.disabled ?? false}
      onChange={props.onChange}
      {...(props.label ? { 'aria-label': props.label } : {})}
    >
      <span className="box">
        <Icon name="check" size={14} />
      </span>
      {props.children}
    </Checkbox>
  );
}

/** One of some, each with what it is about. */
export function Cards<T extends string>(props: {
  readonly label: string;
  readonly options: readonly (Option<T> & { readonly mark?: string })[];
  readonly value: T | undefined;
  readonly onChange: (value: T) => void;
}): ReactElement {
  return (
    <RadioGroup className="cards" aria-label={props.label} value={props.value ?? null} onChange={(value) => props.onChange(value as T)}>
      {props.options.map((option) => (
        <Radio key={option.id} value={option.id} className="choice-card">
          <span className="title">
            {option.name}
            {option.mark ? <span className="mark">{option.mark}</span> : null}
          </span>
          {option.note ? <span className="note">{option.note}</span> : null}
        </Radio>
      ))}
    </RadioGroup>
  );
}

export interface Act {
  readonly id: string;
  readonly name: string;
  readonly href?: string;
  readonly download?: string;
  readonly act?: () => void;
}

export function Menu(props: { readonly label: string; readonly icon: IconName; readonly acts: readonly Act[]; readonly little?: boolean }): ReactElement {
  return (
    <MenuTrigger>
      <AriaButton className={`button plain icon${props.little ? ' little' : ''}`} aria-label={props.label}>
        <Icon name={props.icon} size={props.little ? 16 : 18} />
      </AriaButton>
      <Popover className="popover" placement="bottom end">
        <AriaMenu className="list" items={props.acts}>
          {(act) => (
            <MenuItem
              id={act.id}
              {...(act.href ? { href: act.href } : {})}
              {...(act.download ? { download: act.download } : {})}
              {...(act.act ? { onAction: act.act } : {})}
            >
              {act.name}
            </MenuItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
