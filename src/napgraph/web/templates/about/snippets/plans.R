plans <- read.csv("https://napgraph.example/table/plans.csv", fileEncoding = "UTF-8-BOM")
head(plans)
