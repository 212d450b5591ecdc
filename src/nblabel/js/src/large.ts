/** Fetched where an image is too large to be sent whole. */
export { Decoding, largeImage } from "./tags/_image-large";
export { default as styles } from "./tags/_image-large.css";
