// What an op is called where readers see it beside the layers: TensorFlow puts a number behind the scopes of a function that is traced once more, `gpt_1/block_0_1`, which
// would seem to be another layer than the `gpt/block_0` that drawing, tree and path speak of.

/** A number that is put behind a scope; what sets calls of a layer apart in a path. */
const AGAIN = /_\d+$/;
const CALL = /#\d+$/;

/**
 * The name of an op in a group with this path: with the path in the place of the scopes that name the same layers with such numbers; else as it is.
 */
export function calledIn(path: string, name: string): string {
  const [layers, scopes] = [path.split("/"), name.split("/")];
  const names = layers.map((layer) => layer.replace(CALL, ""));
  const same = (scope: string | undefined, layer: string) => scope === layer || (scope !== undefined && scope.replace(AGAIN, "") === layer);
  for (let first = 0; first < layers.length; first++) {
    const inner = names.slice(first);
    const isLeaf = inner.length === scopes.length && inner[inner.length - 1] === scopes[scopes.length - 1]; // an op called as the scope that it is the result of
    if ((inner.length >= scopes.length && !isLeaf) || !inner.every((layer, index) => same(scopes[index], layer))) continue;
    if (inner.every((layer, index) => scopes[index] === layer)) return name;
    return [...layers, ...scopes.slice(inner.length)].join("/");
  }
  return name;
}
