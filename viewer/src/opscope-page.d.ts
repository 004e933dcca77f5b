// The page as its own build has it (vite.element.config.ts).
declare module "opscope:page" {
  export const page: import("./embed/given").PageFunction;
  /** Its style sheet. */
  export const style: string;
  /** The part `style` of a page's header. */
  export const words: unknown;
  /** The fonts by face, compressed, in base64. */
  export const fonts: Record<string, string>;
}
