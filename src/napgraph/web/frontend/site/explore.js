// Offers to explore a figure; what that needs is large and fetched only then.

export function offerToExplore(page) {
  for (const figure of page.querySelectorAll("[data-explore]")) {
    const button = page.createElement("button");
    button.type = "button";
    button.className = "small";
    button.textContent = figure.dataset.words;
    button.addEventListener("click", () => {
      figure.dataset.exploreNow = "";
      const script = page.createElement("script");
      script.src = figure.dataset.explore;
      page.head.append(script);
      button.remove();
    });
    figure.querySelector(".chart-pictures").after(button);
  }
}
