import { imageStageCss } from "../stage/image/css";
import shellCss from "./style.css";

/** Everything the shadow root is styled with. */
export const css = [shellCss, imageStageCss].join("\n");
