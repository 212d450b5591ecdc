import { imageStageCss } from "../stage/image/css";
import { textStageCss } from "../stage/text/css";
import shellCss from "./style.css";

/** Everything the shadow root is styled with. */
export const css = [shellCss, imageStageCss, textStageCss].join("\n");
