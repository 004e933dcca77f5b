// One file is shown, two are shown side by side. A desktop application would hand over the bytes that its preload script read.
const view = document.getElementById("model");
const problem = document.getElementById("problem");

document.getElementById("file").addEventListener("change", ({ target }) => {
  problem.textContent = "";
  view.data = [...target.files];
});
view.addEventListener("error", ({ detail }) => {
  problem.textContent = detail.message;
});
