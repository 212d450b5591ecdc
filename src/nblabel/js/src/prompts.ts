/** Fetched where a model can be asked with what is drawn on an Image. */
export { Answer, family, Switch } from "./tags/_image-prompts";
export { default as styles } from "./tags/_image-prompts.css";
