// Types of <opscope-view> in JSX, for React 18 and newer: import "opscope-view/react" as types only.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { OpscopeView } from "./opscope-view.js";

interface OpscopeAttributes extends HTMLAttributes<OpscopeView> {
  src?: string;
  beside?: string;
  theme?: "light" | "dark" | "auto";
  selection?: string;
  view?: string;
  fit?: "all";
  "no-drop"?: boolean | "";
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "opscope-view": DetailedHTMLProps<OpscopeAttributes, OpscopeView>;
    }
  }
}
