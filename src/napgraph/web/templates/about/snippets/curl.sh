curl -s https://napgraph.example/sparql \
  -H 'Accept: text/csv' \
  --data-urlencode 'query=
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX theme: <https://w3id.org/napgraph/id/theme/>
SELECT ?plan ?start {
  ?plan nap:theme theme:climate ; nap:periodStart ?start
} ORDER BY ?start ?plan'
