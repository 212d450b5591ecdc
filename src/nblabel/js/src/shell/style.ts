import imageCss from "../stage/image/image.css";
import textCss from "../stage/text/text.css";
import shellCss from "./style.css";

/** Everything the shadow root is styled with. */
export const css = [shellCss, imageCss, textCss].join("\n");
