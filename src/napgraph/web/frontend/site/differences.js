// “Only differences” without asking the server: what is marked as the same is hidden or shown.
//
//   <input type="checkbox" name="only" value="differences" data-hides="[data-same]">
//
// The address says so too, as it would had the form been sent.

export function hideWhatIsSame(document) {
  for (const box of document.querySelectorAll("input[type=checkbox][data-hides]")) {
    box.addEventListener("change", () => {
      for (const same of document.querySelectorAll(box.dataset.hides)) same.hidden = box.checked;
      const address = new URL(location.href);
      if (box.checked) address.searchParams.set(box.name, box.value);
      else address.searchParams.delete(box.name);
      history.replaceState(null, "", address);
    });
  }
}
