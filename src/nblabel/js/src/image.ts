/** Fetched only where a config shows images. */
export { createImageStage } from "./stage/image/image-stage";
