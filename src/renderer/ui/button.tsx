import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';
import { classNames } from './class-names.ts';

export interface ButtonProps extends ComponentProps<'button'> {
  /** `primary` for the one next step, `final` for what cannot be taken back, `quiet` inside lists and bars. */
  look?: 'plain' | 'primary' | 'final' | 'quiet';
  icon?: ReactNode;
  /** The key that does the same, shown beside the word. */
  keys?: string | undefined;
  /** True when only the icon shows; the words are then its name for screen readers and on hover. */
  iconOnly?: boolean;
}

export function Button(props: ButtonProps): ReactNode {
  const { look = 'plain', icon, keys, iconOnly = false, className, children, ...rest } = props;
  const name = iconOnly && typeof children === 'string' ? children : undefined;
  return (
    <button
      type="button"
      {...rest}
      className={classNames(styles.button, styles[look], iconOnly && styles.iconOnly, className)}
      aria-label={rest['aria-label'] ?? name}
      aria-keyshortcuts={keys}
      title={rest.title ?? (name === undefined || keys === undefined ? name : `${name} (${keys})`)}
    >
      {icon}
      {iconOnly ? null : <span className={styles.words}>{children}</span>}
      {keys === undefined || iconOnly ? null : (
        <kbd className={styles.keys} aria-hidden="true">
          {keys}
        </kbd>
      )}
    </button>
  );
}
