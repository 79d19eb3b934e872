// A file dropped on a text field is read into it. The field names the choice of formats beside it:
//
//   <textarea data-drop="type">
//
// where an option whose value is the end of the file's name is chosen.

export function readDroppedFiles(root) {
  for (const field of root.querySelectorAll("textarea[data-drop]")) {
    field.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      field.classList.add("is-over");
    });
    field.addEventListener("dragleave", () => field.classList.remove("is-over"));
    field.addEventListener("drop", (event) => {
      field.classList.remove("is-over");
      const [file] = event.dataTransfer.files;
      if (!file) return;
      event.preventDefault();
      void read(file, field);
    });
  }
}

async function read(file, field) {
  field.value = await file.text();
  const suffix = file.name.split(".").pop().toLowerCase();
  const choice = field.form.elements[field.dataset.drop];
  const known = [...choice.options].some((option) => option.value === suffix);
  choice.value = known ? suffix : "";
  field.focus();
}
