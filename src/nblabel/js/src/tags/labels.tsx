import type { Family } from "../state/family";
import { Palette, pressed, styles } from "./_labels";

export const family: Family = { views: { Labels: Palette }, hotkeys: pressed, styles };
