import "opscope-view";
import type {} from "opscope-view/react";
import type { OpscopeEventMap, OpscopeView } from "opscope-view";
import { useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

function Model({ src }: { src: string }) {
  const view = useRef<OpscopeView>(null);
  const [selected, setSelected] = useState<string | null>(null);
  useEffect(() => {
    const { current } = view;
    const select = ({ detail }: OpscopeEventMap["select"]) => setSelected(detail.name);
    current?.addEventListener("select", select);
    return () => current?.removeEventListener("select", select);
  }, []);
  return (
    <section>
      <opscope-view ref={view} src={src} style={{ height: 400 }} />
      <p>
        Selected in {src}: <output>{selected ?? "nothing"}</output>
      </p>
    </section>
  );
}

function App() {
  const [models, setModels] = useState(["model.html", "other.html"]);
  return (
    <>
      {models.map((src) => (
        <Model key={src} src={src} />
      ))}
      <button onClick={() => setModels(models.slice(1))}>Remove the first</button>
      <button onClick={() => setModels([...models].reverse())}>Exchange them</button>
    </>
  );
}

createRoot(document.getElementById("root")!).render(<App />);
