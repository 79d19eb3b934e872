"""What pages say: plain values made from a store, without HTML and without HTTP."""
