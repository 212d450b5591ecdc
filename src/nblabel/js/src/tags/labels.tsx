import type { Family } from "../state/family";
import { hotkeys, Palette, styles } from "./_labels";

export const family: Family = { views: { Labels: Palette }, hotkeys, styles };
