"""The open knowledge graph of national action plans on Women, Peace and Security."""
