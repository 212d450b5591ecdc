/** What is opened over the data: fetched when it is first opened, for few do in every sitting. */
export { default as styles } from "./views/panels.css";

import { Finder } from "./views/finder";
import { Keys, SettingsPanel } from "./views/panels";

export { ContextMenu } from "./views/menu";
export { Summary } from "./views/summary";

export const views = { keys: Keys, settings: SettingsPanel, finder: Finder };
