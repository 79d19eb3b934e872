const query = `
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX theme: <https://w3id.org/napgraph/id/theme/>
SELECT ?plan ?start {
  ?plan nap:theme theme:climate ; nap:periodStart ?start
} ORDER BY ?start ?plan`;
const answer = await fetch("https://napgraph.example/sparql?" + new URLSearchParams({ query }), {
  headers: { Accept: "application/sparql-results+json" },
});
for (const row of (await answer.json()).results.bindings) {
  console.log(row.plan.value, row.start.value);
}
