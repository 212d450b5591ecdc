/** What only some see, and nobody at once: fetched when somebody works here. */
export { default as styles } from "./views/panels.css";

import { Finder } from "./views/finder";
import { Keys, SettingsPanel } from "./views/panels";
import { Search } from "./views/search";

export { liftSelected, nest, nestSelected } from "./state/nesting";
export { Asked } from "./views/asked";
export { End } from "./views/end";
export { ContextMenu } from "./views/menu";
export { Heading, Note, Order } from "./views/ordering";
export { Whose } from "./views/whose";

export const views = { keys: Keys, settings: SettingsPanel, finder: Finder, search: Search };
export { Offer } from "./tags/_offer";
export { readWeb } from "./tags/_web";
