curl -s 'https://napgraph.example/api/search?q=third+plan+Mali&limit=3'
