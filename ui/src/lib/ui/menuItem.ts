// One entry of a menu.
import type { IconName } from "./icons";

export interface MenuItem {
  label: string;
  /** A second, quieter line. */
  detail?: string;
  icon?: IconName;
  chord?: string;
  danger?: boolean;
  disabled?: boolean;
  current?: boolean;
  /** A line is drawn above. */
  separated?: boolean;
  run: () => void;
}
