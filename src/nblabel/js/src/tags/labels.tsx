import type { Family } from "../state/family";
import { Palette, pressed } from "./_labels";

export const family: Family = { views: { Labels: Palette }, hotkeys: pressed };
